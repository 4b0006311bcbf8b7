import { ByteReader, ByteWriter } from "../comparison/bytes.ts";
import type { Reference } from "../comparison/comparator.ts";
import { calibrate, type Expected, expect } from "../comparison/plda/compare-sitting.ts";
import { noPerson, type Person, type SittingSum } from "../comparison/plda/person.ts";
import { comparatorId, readPerson } from "../comparison/plda/plda-comparator.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { CoreError } from "../error.ts";
import { codeLlr } from "./code-llr.ts";
import { agreement, type Coder, codeOf, createCoder, personDirection, probeDirection } from "./person-code.ts";

const MAGIC = 0x4350; // "PC"
const LAYOUT = 1;
/** The length that is recommended: shorter codes tell people apart worse, longer ones tell a thief of the key more. */
export const CODE_BITS = 1024;

/** The key belongs to one subject in one application, and never lies beside the reference. */
export interface Protection {
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly bits?: number;
}

export function protectedId(model: Pick<PldaModel, "id">, bits: number): string {
  return `plda-code-${bits}@1:${model.id}`;
}

/**
 * Returns the reference as codes (cancellable biometrics after BioHashing, Jin et al. 2004; ISO/IEC 24745): per sitting how much was typed, and the signs of
 * where the person lies in a space that the key turned. It tells nothing that survives a change of key; with the key, the direction is known
 * roughly (docs/privacy-science.md says how roughly). A new key needs the latent sums again: keep the feature sets, or enrol anew.
 */
export function protectReference(model: PldaModel, reference: Reference, { key, bits = CODE_BITS }: Protection): Reference {
  const coder = createCoder(model, key, bits);
  const { person, openUntil, anotherSitting, sameSitting } = readPerson(model, reference);
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  const seconds = Math.max(0, Math.floor(openUntil / 1000));
  writer.varint(Math.floor(seconds / 2 ** 16));
  writer.varint(seconds % 2 ** 16);
  writer.varint(bits / 8);
  writer.varint(person.sittings.length);
  for (const windows of person.sittings) writer.float32(windows);
  writer.float32(person.open.windows);
  writer.raw(codeOf(coder, personDirection(model, anotherSitting, coder)));
  if (person.open.windows > 0) writer.raw(codeOf(coder, personDirection(model, sameSitting, coder)));
  return { ...reference, comparator: protectedId(model, bits), payload: writer.bytes() };
}

/** A protected reference beside its key, ready to be compared with. */
export interface ProtectedPerson {
  readonly openUntil: number;
  /** Whether the sitting that it was learnt from may still go on. */
  readonly isOpen: boolean;
  /** Log-likelihood ratio (nats, calibrated, within +-20) of what a sitting showed so far; `same`: it is the one that the reference was learnt from. */
  readonly compare: (probe: SittingSum, same: boolean) => number;
}

/**
 * Reads what `protectReference` made. Throws a `CoreError`: `versionMismatch` for another background or length of code, `malformedReference` for
 * damaged bytes. A wrong key is no error: everybody is then a stranger.
 */
export function openProtected(model: PldaModel, reference: Reference, { key, bits = CODE_BITS }: Protection): ProtectedPerson {
  const own = protectedId(model, bits);
  if (reference.comparator !== own || reference.extractor !== model.extractor)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${own} (${comparatorId(model)} is the plain one): enrol again`,
    );
  const coder = createCoder(model, key, bits);
  const { person, openUntil, codes } = read(model, reference.payload, bits);
  const sides = codes.map((code, i) => ({ code, expected: expect(model, person, i === 1) }));
  return {
    openUntil,
    isOpen: person.open.windows > 0,
    compare: (probe, same) => compareCode(model, coder, { probe, ...(sides[same ? 1 : 0] ?? sides[0]) }),
  };
}

interface Comparison {
  readonly probe: SittingSum;
  readonly code?: Uint8Array;
  readonly expected?: Expected;
}

function compareCode(model: PldaModel, coder: Coder, { probe, code, expected }: Comparison): number {
  if (probe.windows === 0 || code === undefined || expected === undefined) return 0;
  const share = agreement(code, codeOf(coder, probeDirection(model, probe, coder)));
  const raw = codeLlr(model, coder, { share, expected, windows: probe.windows });
  return calibrate(expected.calibration, raw, probe.windows);
}

/** Of the person only the amounts are known: enough for how sure one may be of them. */
function read(model: PldaModel, payload: Uint8Array, bits: number) {
  const reader = new ByteReader(payload);
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT) reader.fail("this is no protected person of layout 1");
  const openUntil = (reader.varint(2 ** 30) * 2 ** 16 + reader.varint(2 ** 16)) * 1000;
  const length = reader.varint(2 ** 16);
  if (length !== bits / 8) reader.fail(`its code has ${8 * length} bits, expected ${bits}`);
  const count = (): number => {
    const value = reader.float32();
    return value >= 0 && value < 1e6 ? value : reader.fail(`a sitting of ${value} windows`);
  };
  const sittings = Array.from({ length: reader.varint(10_000) }, count);
  const windows = count();
  const codes = [reader.bytes(length)];
  if (windows > 0) codes.push(reader.bytes(length));
  reader.end();
  const nobody = noPerson(model);
  const person: Person = { ...nobody, sittings, open: { ...nobody.open, windows } };
  return { person, openUntil, codes };
}
