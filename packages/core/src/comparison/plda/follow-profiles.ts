import type { FeatureSet } from "../../features/extractor.ts";
import { confirmSitting, type Followed, followSitting, goesOn, type PldaSitting } from "./follow-sitting.ts";
import { comparePerson } from "./plda-comparator.ts";
import type { PldaModel } from "./plda-model.ts";
import type { Profile } from "./profiles.ts";

/** A sitting of somebody with several profiles: that of the best fitting one, and wherein the others differ. */
export interface ProfiledSitting extends PldaSitting {
  /** The best fitting profile; missing where there is one alone. */
  readonly profile?: number;
  /** Empty as soon as the best fits clearly. */
  readonly others?: readonly Beside[];
}
interface Beside extends Pick<PldaSitting, "given" | "change" | "stranger"> {
  readonly profile: number;
}
export interface FollowedProfile extends Followed {
  /** The best fitting one. */
  readonly best: Profile;
  readonly sitting: ProfiledSitting;
}
interface Each {
  readonly profile: Profile;
  readonly followed: Followed;
}

/** One profile fits clearly when it is likelier than anybody and a hundred times as likely as each other one: the sitting is its own from there. */
export const CLEARLY = Math.log(100);

/**
 * Judges a window of somebody who may type in several ways. Nobody says in which, so the evidence is that of a mixture of all with equal
 * shares: the logarithm of the mean likelihood ratio. The best fitting profile speaks, less the logarithm of their number at
 * most: on average a stranger gets no more than with one profile. But whoever resembles one of them is noticed later or not at all. When one fits `CLEARLY` the
 * sitting is followed against that one, and what the choice cost stays paid. Undefined where the window is too small.
 */
export function followProfiles(
  model: PldaModel,
  profiles: readonly Profile[],
  { probe, before }: { readonly probe: FeatureSet; readonly before: ProfiledSitting | undefined },
): FollowedProfile | undefined {
  const [first] = profiles;
  const start =
    first !== undefined && before !== undefined && goesOn(model, first.reference, { probe, before })
      ? before
      : undefined;
  const others = start?.others ?? [];
  const isSettled = start?.profile !== undefined && others.length === 0;
  const open = isSettled ? profiles.filter(({ since }) => since === start.profile) : profiles;
  const each: Each[] = [];
  for (const profile of open) {
    const beside = others.find((one) => one.profile === profile.since);
    const own = start === undefined || beside === undefined ? start : { ...start, ...beside };
    const followed = followSitting(model, profile.reference, { probe, before: own });
    if (followed !== undefined) each.push({ profile, followed });
  }
  const best = bestOf(each);
  if (best === undefined) return undefined;
  const { followed, profile } = best;
  if (profiles.length === 1) return { ...followed, best: profile };
  const sitting = { ...followed.sitting, profile: profile.since };
  if (each.length === 1) return { ...followed, best: profile, sitting: { ...sitting, others: [] } };
  const was = start === undefined ? { given: 0, change: 0 } : mixed([start, ...others]);
  const is = mixed(each.map((one) => one.followed.sitting));
  return {
    llr: is.given - was.given,
    sittingLlr: followed.sittingLlr === undefined ? undefined : was.change - is.change,
    alone: logMeanExp(each.map((one) => one.followed.alone)),
    best: profile,
    sitting: { ...sitting, others: besides(each, best) },
  };
}

function bestOf(each: readonly Each[]): Each | undefined {
  const given = ({ followed }: Each): number => followed.sitting.given;
  return each.reduce<Each | undefined>((best, one) => (best && given(best) >= given(one) ? best : one), undefined);
}

/** Those that are still followed beside the best: none when it fits clearly. */
function besides(each: readonly Each[], best: Each): Beside[] {
  const { given: most } = best.followed.sitting;
  const rest = each.filter((one) => one !== best);
  if (most > 0 && rest.every(({ followed }) => most - followed.sitting.given >= CLEARLY)) return [];
  return rest.map(({ profile, followed: { sitting } }) => ({
    profile: profile.since,
    given: sitting.given,
    change: sitting.change,
    stranger: sitting.stranger,
  }));
}

/** What profiles say together of the sitting as a whole, and, each as likely as it fits so far, of a change of hands in it. */
function mixed(sittings: readonly Pick<PldaSitting, "given" | "change">[]): { given: number; change: number } {
  const given = logMeanExp(sittings.map((one) => one.given));
  const same = logMeanExp(sittings.map((one) => one.given - one.change));
  return { given, change: given - same };
}

/** Logarithm of the mean of exponentials: between the largest less the logarithm of their number, and the largest. */
export function logMeanExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}

/** Calibrated log-likelihood ratio (nats) of one window alone, whichever profile it may be of; undefined where it is too small. */
export function compareProfiles(
  model: PldaModel,
  profiles: readonly Profile[],
  probe: FeatureSet,
): { readonly llr: number; readonly best: Profile } | undefined {
  const each = profiles.flatMap((profile) => {
    const llr = comparePerson(model, profile.reference, probe);
    return llr === undefined ? [] : [{ profile, llr }];
  });
  const [first] = each;
  if (first === undefined) return undefined;
  const best = each.reduce((most, one) => (one.llr > most.llr ? one : most), first);
  return { llr: logMeanExp(each.map(({ llr }) => llr)), best: best.profile };
}

/** As `confirmSitting`: what was proved speaks for itself from here on, whichever profile it resembled. */
export function confirmProfiles(sitting: ProfiledSitting): ProfiledSitting | undefined {
  return confirmSitting(sitting.profile === undefined ? sitting : { ...sitting, others: [] });
}

/** So much must speak against the sitting as a whole before it is taken for another way of typing, nats. */
const DOUBTED = 2;

/**
 * Returns what the sitting is doubted for, if it is: a change of hands, as `confirmSitting` has it; or that it was unlike every profile of the
 * subject from its start, and is not proved to be the subject's yet. If its subject now proves to be there, that is another way of typing.
 */
export function doubtOf(sitting: PldaSitting): "anotherWay" | "changeOfHands" | undefined {
  if (confirmSitting(sitting) === undefined) return "changeOfHands";
  const { given, confirmedWindows = 0 } = sitting;
  return confirmedWindows === 0 && given <= -DOUBTED ? "anotherWay" : undefined;
}

/** Returns the profile that a sitting belongs to; undefined as long as that is not clear. */
export function profileOf(profiles: readonly Profile[], sitting: ProfiledSitting | undefined): number | undefined {
  const [only] = profiles;
  if (profiles.length === 1) return only?.since;
  return sitting?.others?.length === 0 ? sitting.profile : undefined;
}
