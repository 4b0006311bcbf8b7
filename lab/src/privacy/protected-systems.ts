import { createHash } from "node:crypto";
import {
  boundByLapse,
  type Coder,
  codePerson,
  compareSitting,
  compareTogether,
  createCoder,
  type Expected,
  expectFromCode,
  keyedRotation,
  openProtected,
  type PldaModel,
  protectReference,
  type Reference,
  readPerson,
  sumWindows,
} from "@habitus/core";
import type { Features, Fitted, LabSystem, ProbeScore } from "../systems/lab-system.ts";
import { enrolTyping } from "../systems/typing-recipe.ts";
import { typingModel, typingOf } from "./typing-models.ts";

const keys = new Map<string, Uint8Array>();

/** Returns the key of a subject in an application, as a service that holds one secret would derive it; the same object again. */
export function labKey(subject: string, application = "one"): Uint8Array {
  const name = `lab\n${application}\n${subject}`;
  const key = keys.get(name) ?? createHash("sha256").update(name).digest();
  keys.set(name, key);
  return key;
}

interface Owned {
  readonly subject: string;
  readonly sets: Features;
}
interface Enrolled {
  readonly subject: string;
  readonly reference: Reference;
}
type Compare = (model: PldaModel, enrolled: Enrolled, probe: Owned) => number | undefined;

/** Everybody typed in one sitting, so the clock must not tell. */
const SAME = true;
export const CODE_LENGTHS = [64, 128, 256, 512, 1024, 2048] as const;

/** The typing of `habitus` with its references as they are, turned, and as codes. */
export const protectedSystems: readonly LabSystem[] = [
  systemOf("plain", (model, { reference }, { sets }) =>
    compareTogether(model, reference, { probes: sets, same: SAME }),
  ),
  systemOf("rotated", (model, { subject, reference }, { sets }) =>
    compareTurned(model, reference, { sets, key: labKey(subject) }),
  ),
  ...CODE_LENGTHS.map((bits) =>
    systemOf(
      `code-${bits}`,
      coded(bits, (claimed) => labKey(claimed)),
    ),
  ),
  systemOf(
    "code-512-one-key",
    coded(512, () => labKey("everybody")),
  ),
  systemOf("code-512-own-keys", withOwnKeys(512)),
];

function systemOf(name: string, compare: Compare): LabSystem {
  return {
    name,
    version: 1,
    usesBackground: true,
    calibrated: true,
    applicable: ({ experiment }) => experiment === "protect",
    byDefault: (experiment) => experiment === "protect",
    fit: (_, background): Fitted<Owned, Enrolled> => {
      const model = typingModel(background);
      return {
        prepare: (piece) => ({ subject: piece.subject, sets: typingOf(piece) }),
        enrol: (pieces) => {
          const sets = pieces.flatMap((piece) => piece.sets);
          const made = enrolTyping(model, sets, { now: sets.at(-1)?.endedAt ?? 0 });
          if (made.kind !== "enrolment") return made;
          return { kind: "enrolled", reference: { subject: pieces[0]?.subject ?? "", reference: made.reference } };
        },
        compare: (enrolled, probes) =>
          probes.map((pieces): ProbeScore | undefined => {
            const sets = pieces.flatMap((piece) => piece.sets);
            const llr = compare(model, enrolled, { subject: pieces[0]?.subject ?? "", sets });
            return llr === undefined ? undefined : { llr, score: llr };
          }),
      };
    },
  };
}

/** The reference is made and read with the key of whom it is of, or the one key of all: whoever is judged, the service has it. */
function coded(bits: number, keyOf: (claimed: string) => Uint8Array): Compare {
  const opened = new WeakMap<Reference, Expected>();
  return (model, { subject, reference }, { sets }) => {
    const probe = sumWindows(model, sets);
    if (probe === undefined) return undefined;
    const protection = { key: keyOf(subject), bits };
    const expected =
      opened.get(reference) ??
      openProtected(model, protectReference(model, reference, protection), protection).sameSitting;
    opened.set(reference, expected);
    return boundByLapse(compareSitting(model, expected, probe));
  };
}

/** The code is made with the key of whom it is of and read with the key of whose probe it is: a stranger has only their own. */
function withOwnKeys(bits: number): Compare {
  const coders = new Map<string, Coder>();
  const coderOf = (model: PldaModel, subject: string): Coder => {
    const coder = coders.get(subject) ?? createCoder(model, labKey(subject), bits);
    coders.set(subject, coder);
    return coder;
  };
  const codes = new WeakMap<Reference, ReturnType<typeof codePerson>>();
  return (model, { subject, reference }, { subject: owner, sets }) => {
    const probe = sumWindows(model, sets);
    if (probe === undefined) return undefined;
    const known = readPerson(model, reference).sameSitting;
    const stored = codes.get(reference) ?? codePerson(model, coderOf(model, subject), known);
    codes.set(reference, stored);
    const expected = expectFromCode(model, coderOf(model, owner), { ...stored, known });
    return boundByLapse(compareSitting(model, expected, probe));
  };
}

/** The mean, in standard deviations of people, turned by the key and kept so; to compare it is turned back. */
function compareTurned(
  model: PldaModel,
  reference: Reference,
  { sets, key }: { readonly sets: Features; readonly key: Uint8Array },
): number | undefined {
  const probe = sumWindows(model, sets);
  if (probe === undefined) return undefined;
  const { sameSitting } = readPerson(model, reference);
  const rotation = keyedRotation(key, sameSitting.mean.length);
  const stored = rotation.turn(sameSitting.mean, 0);
  const mean = rotation.turnBack(stored, 0).slice(0, sameSitting.mean.length);
  return boundByLapse(compareSitting(model, { ...sameSitting, mean }, probe));
}
