import { ByteReader, ByteWriter } from "../comparison/bytes.ts";
import type { Reference } from "../comparison/comparator.ts";
import { type Expected, expect } from "../comparison/plda/compare-sitting.ts";
import { noPerson, type Person } from "../comparison/plda/person.ts";
import { type Ready, readPerson } from "../comparison/plda/plda-comparator.ts";
import type { PldaModel } from "../comparison/plda/plda-model.ts";
import { CoreError } from "../error.ts";
import { chachaBlock } from "./chacha.ts";
import { codePerson, createCoder, expectFromCode, type PersonCode } from "./person-code.ts";

const MAGIC = 0x4350; // "PC"
const LAYOUT = 1;
const NONCE = 0x6d61_736b; // "mask"
/** What is masked begins so: with another key it does not. */
const CHECK = [0x7265, 0x6631] as const;
/** Shorter codes tell people apart worse, longer ones tell a thief of the key more (measured: docs/privacy-science.md). */
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

/** Returns whether a reference of one profile is a code already. */
export function isProtected({ payload }: Pick<Reference, "payload">): boolean {
  return payload.length > 3 && new ByteReader(payload).uint16() === MAGIC;
}

/**
 * Returns the reference of one profile as codes (cancellable biometrics after BioHashing, Jin et al. 2004; ISO/IEC 24745): the signs of where the
 * person lies in a space that the key turned, and, masked with the key, how much was typed. Without the key it is noise; with it, the
 * direction is known about as well as comparing needs. A renewed key needs the sums again: from kept feature sets, or by
 * enrolling anew. The same person, model and key give the same bytes.
 */
export function protectReference(
  model: PldaModel,
  reference: Reference,
  { key, bits = CODE_BITS }: Protection,
): Reference {
  const coder = createCoder(model, key, bits);
  const { person, openUntil, anotherSitting, sameSitting } = readPerson(model, reference);
  const isOpen = person.open.windows > 0;
  const codes = [anotherSitting, ...(isOpen ? [sameSitting] : [])].map((side) => codePerson(model, coder, side));
  const secret = new ByteWriter();
  for (const part of CHECK) secret.uint16(part);
  const seconds = Math.max(0, Math.floor(openUntil / 1000));
  secret.varint(Math.floor(seconds / 2 ** 16));
  secret.varint(seconds % 2 ** 16);
  secret.varint(person.sittings.length);
  for (const windows of person.sittings) secret.float32(windows);
  secret.float32(person.open.windows);
  for (const { level } of codes) secret.uint8(level);
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(LAYOUT);
  for (const { code } of codes) writer.raw(code);
  writer.raw(
    mask(
      secret.bytes(),
      key,
      codes.map(({ code }) => code),
    ),
  );
  return {
    ...reference,
    comparator: protectedId(model, bits),
    // What says how many codes there are comes last but for what is masked, so that it is read first.
    payload: Uint8Array.of(...writer.bytes(), codes.length),
  };
}

/**
 * Reads what `protectReference` made, into what an unprotected reference leads to expect; of the person in it only the amounts are known. Throws a `CoreError`: `versionMismatch` for another background or
 * length of code, `malformedReference` for damaged bytes or another key.
 */
export function openProtected(model: PldaModel, reference: Reference, { key, bits = CODE_BITS }: Protection): Ready {
  const own = protectedId(model, bits);
  if (reference.comparator !== own || reference.extractor !== model.extractor)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${own}: enrol again`,
    );
  const coder = createCoder(model, key, bits);
  const { person, openUntil, codes } = read(model, reference, { key, bits });
  const side = (code: PersonCode, same: boolean): Expected =>
    expectFromCode(model, coder, { ...code, known: expect(model, person, same) });
  const [another, same] = codes;
  const anotherSitting = side(another, false);
  return { person, openUntil, anotherSitting, sameSitting: same === undefined ? anotherSitting : side(same, true) };
}

/** Of the person only the amounts are known: enough for how sure one may be of them. */
function read(model: PldaModel, { payload }: Reference, { key, bits }: Required<Protection>) {
  const reader = new ByteReader(payload.subarray(0, -1));
  const count = payload.at(-1) ?? 0;
  if (reader.uint16() !== MAGIC || reader.uint8() !== LAYOUT) reader.fail("this is no protected person of layout 1");
  if (count < 1 || count > 2) reader.fail(`it has ${count} codes`);
  const codes = Array.from({ length: count }, () => reader.bytes(bits / 8));
  const secret = new ByteReader(mask(reader.rest(), key, codes));
  if (CHECK.some((part) => secret.uint16() !== part)) secret.fail("it was protected with another key, or is damaged");
  const openUntil = (secret.varint(2 ** 30) * 2 ** 16 + secret.varint(2 ** 16)) * 1000;
  const windowsOf = (): number => {
    const value = secret.float32();
    return value >= 0 && value < 1e6 ? value : secret.fail(`a sitting of ${value} windows`);
  };
  const sittings = Array.from({ length: secret.varint(10_000) }, windowsOf);
  const windows = windowsOf();
  const [first, second] = codes.map((code): PersonCode => ({ code, level: secret.uint8() }));
  secret.end();
  if (first === undefined || (second === undefined) !== (windows === 0)) return secret.fail("a code is missing");
  const nobody = noPerson(model);
  const person: Person = { ...nobody, sittings, open: { ...nobody.open, windows } };
  return { person, openUntil, codes: [first, second] as const };
}

/** Adds the key stream that belongs to these codes, so that no two references or profiles have the same; once more takes it off. */
function mask(bytes: Uint8Array, key: Uint8Array, codes: readonly Uint8Array[]): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(0, NONCE);
  for (const code of codes)
    code.forEach((byte, i) => {
      const at = 4 + (i % 8);
      nonce[at] = (nonce[at] ?? 0) ^ byte;
    });
  const masked = bytes.slice();
  for (let from = 0; from < masked.length; from += 64) {
    const stream = chachaBlock(key, nonce, from / 64);
    for (let i = from; i < Math.min(from + 64, masked.length); i += 1)
      masked[i] = (masked[i] ?? 0) ^ (stream[i - from] ?? 0);
  }
  return masked;
}
