import {
  comparePhrase,
  enrolPhrase,
  KEY_ZONES,
  NEW_PHRASE_PRACTICE,
  type Phrase,
  type PhraseAbsence,
  type PhraseModel,
  phraseOfKeys,
  type Reference,
} from "@habitus/core";
import { fitFixedText, laterAttempt, type Repetitions } from "@habitus/core/fit";
import { bySubject } from "../protocols/protocol.ts";
import type { Recording } from "../recordings/recording.ts";
import type { Enrolled, Fitted, LabSystem, ProbeScore } from "./lab-system.ts";

/** What is known of people in general, and at which attempt they are judged. */
interface Known {
  readonly model: PhraseModel;
  readonly attempt: number;
}

/** Attempt that is judged and how people get quicker, where nobody else is known: a new password, numbers known by heart. */
const UNLEARNT: Readonly<Record<string, { readonly attempt: number; readonly practice: number }>> = {
  cmu: { attempt: 300, practice: NEW_PHRASE_PRACTICE },
};
const BY_HEART = { attempt: 16, practice: 0 };

/** Recipe FT1: the distance alone, of the person's own repetitions. Nobody else's typing is learnt from. */
export const fixedTextDistance: LabSystem = {
  name: "habitus-fixed-text-distance",
  version: 1,
  usesBackground: false,
  calibrated: false,
  applicable: ({ phrase }) => phrase,
  byDefault: () => true,
  fit: ({ experiment }) => fitted(nobodyElse(experiment)),
};

function nobodyElse(experiment: string): Known {
  const { attempt, practice } = UNLEARNT[experiment] ?? BY_HEART;
  return { model: { id: "distance", practice, weightings: [] }, attempt };
}

/** Fewer teach nothing: then the distance alone is left. */
const FEWEST_PEOPLE = 8;
type Learn = (people: readonly Repetitions[]) => Known;

/** Learns the weights, and what is known of the phrase, from other people who typed the same one. */
export const fixedText = fixedTextSystem("habitus-fixed-text", (people) => learnt(people, true));
/** Learns the weights alone: nothing of the phrase itself, as for a passphrase that nobody else has. */
export const fixedTextAlone = fixedTextSystem("habitus-fixed-text-alone", (people) => learnt(people, false));

function fixedTextSystem(name: string, learn: Learn): LabSystem {
  const known = new WeakMap<readonly Recording[], Known>();
  return {
    name,
    version: 1,
    usesBackground: true,
    calibrated: true,
    applicable: ({ phrase }) => phrase,
    byDefault: () => true,
    fit: ({ experiment }, background) => {
      const people = peopleOf(background);
      const enough = people.length >= FEWEST_PEOPLE;
      const found = known.get(background) ?? (enough ? learn(people) : nobodyElse(experiment));
      known.set(background, found);
      return fitted(found);
    },
  };
}

function learnt(people: readonly Repetitions[], samePhrase: boolean): Known {
  const attempts = people.map(laterAttempt).sort((a, b) => a - b);
  const model = fitFixedText([people], { id: "lab", samePhrase });
  return { model, attempt: attempts[Math.floor(attempts.length / 2)] ?? 1 };
}

function peopleOf(background: readonly Recording[]): readonly Repetitions[] {
  return bySubject(background).map(({ recordings }) =>
    recordings.map(phraseOf).filter((phrase) => phrase.kind === "phrase"),
  );
}

const phrases = new WeakMap<Recording, Phrase | PhraseAbsence>();

/** A recording is one repetition: all its keys, the Enter at its end included. */
function phraseOf(recording: Recording): Phrase | PhraseAbsence {
  const known = phrases.get(recording);
  if (known !== undefined) return known;
  const { keys } = recording;
  const phrase = phraseOfKeys(
    Array.from({ length: keys?.zone.length ?? 0 }, (_, i) => {
      const release = keys?.releaseAt[i] ?? Number.NaN;
      return {
        zone: KEY_ZONES[keys?.zone[i] ?? -1] ?? "other",
        pressAt: keys?.pressAt[i] ?? 0,
        releaseAt: Number.isNaN(release) ? undefined : release,
      };
    }),
  );
  phrases.set(recording, phrase);
  return phrase;
}

function fitted({ model, attempt }: Known): Fitted<Phrase | PhraseAbsence, Reference> {
  return {
    prepare: phraseOf,
    enrol: (pieces): Enrolled<Reference> => {
      const outcome = enrolPhrase(
        pieces.filter((piece) => piece.kind === "phrase"),
        { now: 0 },
      );
      return outcome.kind === "enrolledPhrase" ? { kind: "enrolled", reference: outcome.reference } : outcome;
    },
    compare: (reference, probes) => probes.map((pieces) => judge(model, reference, { pieces, attempt })),
  };
}

/** Probes are judged as of the same attempt, the person's and everybody else's alike; several repetitions by their mean. */
function judge(
  model: PhraseModel,
  reference: Reference,
  { pieces, attempt }: { readonly pieces: readonly (Phrase | PhraseAbsence)[]; readonly attempt: number },
): ProbeScore | undefined {
  const found = pieces.flatMap((piece) => {
    if (piece.kind === "phraseAbsence") return [];
    const evidence = comparePhrase(model, reference, piece, { attempt });
    return evidence.kind === "evidence" ? [evidence] : [];
  });
  if (found.length === 0) return undefined;
  const llr = found.reduce((sum, one) => sum + one.llr, 0) / found.length;
  const score = found.reduce((sum, one) => sum + one.score, 0) / found.length;
  return { score: model.weightings.length === 0 ? score : llr, llr };
}
