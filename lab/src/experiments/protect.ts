import type { PldaModel } from "@habitus/core";
import { aaltoDesktop } from "../datasets/aalto-desktop/load.ts";
import { linkability } from "../metrics/unlinkability.ts";
import {
  linkAll,
  seesCodes,
  seesCodesAndKeys,
  seesPlain,
  seesTurned,
  type TwoReferences,
} from "../privacy/link-references.ts";
import { CODE_LENGTHS, protectedSystems } from "../privacy/protected-systems.ts";
import { stealCodes } from "../privacy/steal-codes.ts";
import { typingModel, typingOf } from "../privacy/typing-models.ts";
import { fixedBackground } from "../protocols/background.ts";
import { bySubject, type Protocol } from "../protocols/protocol.ts";
import { sentences } from "../protocols/sentences.ts";
import type { Recording } from "../recordings/recording.ts";
import { sliceKeys } from "../recordings/slice.ts";
import { type Judged, judge } from "../running/row.ts";
import { runProtocols } from "../running/run-protocols.ts";
import { enrolTyping } from "../systems/typing-recipe.ts";
import { loadPeople } from "./experiment.ts";
import { checkNames, differences, type Runnable } from "./runnable.ts";
import { SENTENCE_WINDOWS } from "./windows.ts";

const GALLERY = 5;
const RENEWED = "renewed";
const APPLICATIONS = "two-applications";
const KEYS_STOLEN = "two-applications-keys-stolen";
const LINKS = [RENEWED, APPLICATIONS, KEYS_STOLEN] as const;

/** What protected references cost, and what they protect from: recognition, linkage and theft, on people whom the model does not know. */
export const protectExperiment: Runnable = {
  name: "protect",
  title: "Protected references (ISO/IEC 24745) of transcribed sentences (Aalto desktop)",
  async run(context) {
    const { test, background, data } = await loadPeople(aaltoDesktop, context, { kind: "halves" });
    const protocols = [1, 5].map((together) =>
      sentences(test, {
        keys: 50,
        gallery: GALLERY,
        together: together === 1 ? 1 : 5,
        windows: SENTENCE_WINDOWS,
        background,
      }),
    );
    const wanted = checkNames([...protocols.map(({ name }) => name), ...LINKS], context.protocols);
    const chosen = protocols.filter(({ name }) => wanted.includes(name));
    for (const protocol of chosen) await context.onProtocol(protocol);
    const systems = context.systems.filter(({ name }) => protectedSystems.some((one) => one.name === name));
    const judged = await runProtocols(
      { protocols: chosen, data, phrase: false },
      { ...context, systems, experiment: "protect" },
    );
    const links = LINKS.filter((name) => wanted.includes(name));
    const linked =
      links.length === 0
        ? []
        : linkRows(typingModel(background.recordings("")), { recordings: test, links, systems, seed: context.seed });
    return {
      rows: [...judged, ...linked].map(({ row }) => row),
      data,
      differences: differences(judged),
      drawings: judged.map(({ drawing }) => drawing),
      curves: [],
    };
  },
};

interface Linking {
  readonly recordings: readonly Recording[];
  readonly links: readonly (typeof LINKS)[number][];
  readonly systems: readonly { readonly name: string }[];
  readonly seed: number;
}

function linkRows(model: PldaModel, { recordings, links, systems, seed }: Linking): Judged[] {
  const people = bySubject(recordings).filter(({ recordings: own }) => own.length >= 2 * GALLERY);
  const enrol = (own: readonly Recording[]) => {
    const sets = own.flatMap((recording) => typingOf(sliceKeys(recording, 0, 50)));
    const made = enrolTyping(model, sets, { now: sets.at(-1)?.endedAt ?? 0 });
    return made.kind === "enrolment" ? made.reference : undefined;
  };
  const two = people.flatMap(({ name, recordings: own }): TwoReferences[] => {
    const [first, second] = [enrol(own.slice(0, GALLERY)), enrol(own.slice(GALLERY, 2 * GALLERY))];
    return first === undefined || second === undefined ? [] : [{ subject: name, first, second }];
  });
  const renewed = two.map((one) => ({ ...one, second: one.first }));
  return links.flatMap((link) =>
    systems.flatMap((system): Judged[] => {
      const pairs = link === RENEWED ? renewed : two;
      const bits = CODE_LENGTHS.find((length) => system.name === `code-${length}`);
      const stolen = link === KEYS_STOLEN;
      if (bits === undefined && (stolen || !["plain", "rotated"].includes(system.name))) return [];
      const raw =
        bits === undefined
          ? system.name === "plain"
            ? linkAll(model, pairs, seesPlain)
            : linkAll(model, pairs, seesTurned)
          : stolen
            ? linkAll(model, pairs, seesCodesAndKeys(bits))
            : linkAll(model, pairs, seesCodes(bits));
      const one = judge(raw, { protocol: protocolOf(link), system: { name: system.name, version: 1 }, seed });
      const mated = raw.score.filter((_, i) => raw.mated[i] === 1);
      const nonMated = raw.score.filter((_, i) => raw.mated[i] === 0);
      // As many pairs of two people, taken for pairs of one: what so few pairs seem linked by chance.
      const step = Math.max(1, Math.floor(nonMated.length / mated.length));
      const chance = linkability(
        nonMated.filter((_, i) => i % step === 0),
        nonMated.filter((_, i) => i % step !== 0),
      );
      const extra = {
        dSys: linkability(mated, nonMated),
        dSysByChance: chance,
        ...(stolen && bits !== undefined && stealCodes(model, two, { bits, seed })),
      };
      return [{ ...one, row: { ...one.row, ...extra } }];
    }),
  );
}

function protocolOf(name: (typeof LINKS)[number]): Protocol {
  const notes = {
    [RENEWED]: "the same enrolment of 5 sentences under an old and a new key, neither known",
    [APPLICATIONS]: "sentences 1-5 enrolled in one application, 6-10 in another, under two keys, neither known",
    [KEYS_STOLEN]:
      "the same, both keys known: what the codes give away is compared; and presented where the other reference lies plain",
  } as const;
  return {
    name,
    note: `linkage: mated = two references of one person, non-mated = of two people; ${notes[name]}`,
    claims: [],
    background: fixedBackground([], "background: the other half of the people"),
    windows: SENTENCE_WINDOWS,
    left: {},
  };
}
