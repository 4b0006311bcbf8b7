import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latentFromCode } from "../attacks/invert-code.ts";
import type { Reference } from "../comparison/comparator.ts";
import { compareSitting } from "../comparison/plda/compare-sitting.ts";
import { encodePerson } from "../comparison/plda/encode-person.ts";
import { addWindow, closeSitting, noPerson, noSitting } from "../comparison/plda/person.ts";
import { comparatorId, readPerson } from "../comparison/plda/plda-comparator.ts";
import { CoreError } from "../error.ts";
import { createRandom, gaussian, integer } from "../math/random.ts";
import { shippedTyping } from "../models/shipped-typing.ts";
import { chachaBlock } from "./chacha.ts";
import { keyedRotation } from "./keyed-rotation.ts";
import { agreement, createCoder, directionOf, signsOf } from "./person-code.ts";
import { openProtected, protectedId, protectReference } from "./protected-reference.ts";

const { model } = shippedTyping();
const D = model.between.length;
const random = createRandom(11);
const normal = (variance: number): number => Math.sqrt(variance) * gaussian(random);
const keyOf = (seed: number): Uint8Array => {
  const draw = createRandom(seed);
  return Uint8Array.from({ length: 32 }, () => integer(draw, 256));
};
const [KEY, OTHER_KEY] = [keyOf(1), keyOf(2)];

/** Somebody as the model has it: a person, a sitting, windows. */
function somebody() {
  const sitting = Float64Array.from(model.between, (b, k) => normal(b + (model.sitting[k] ?? 0)));
  const look = (): Float64Array => sitting.map((x, k) => x + normal(1 - (model.sitting[k] ?? 0)));
  return { look, reference: enrolled(Array.from({ length: 6 }, look)) };
}
function enrolled(windows: readonly Float64Array[]): Reference {
  const open = windows.reduce((sum, latent) => addWindow(sum, latent, 1), noSitting(D));
  const person = closeSitting(model, { ...noPerson(model), open });
  const payload = encodePerson({ person: { ...person, open }, openUntil: 1_700_000_000_000 });
  const made = { kind: "reference", comparator: comparatorId(model), extractor: model.extractor, samples: 6 } as const;
  return { ...made, enrolledAt: 1_700_000_000_000, payload };
}
const people = Array.from({ length: 60 }, somebody);
const [one = somebody(), other = somebody()] = people;
const llr = (reference: Reference, key: Uint8Array, latent: Float64Array, bits = 512): number =>
  compareSitting(model, openProtected(model, reference, { key, bits }).sameSitting, { sum: latent, windows: 1 });
const codeOf = (reference: Reference, key: Uint8Array, bits = 512): Uint8Array =>
  signsOf(createCoder(model, key, bits), directionOf(model, readPerson(model, reference).sameSitting));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function cosine(left: Float64Array, right: Float64Array): number {
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
  return dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
}

describe("the key", () => {
  test("draws the key stream of RFC 8439, section 2.3.2", () => {
    const key = Uint8Array.from({ length: 32 }, (_, i) => i);
    const nonce = Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 0x4a, 0, 0, 0, 0);
    const block = Buffer.from(chachaBlock(key, nonce, 1)).toString("hex");
    expect(block).toBe(
      "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e",
    );
  });

  test("turns space: lengths and angles stay, turning back gives what was turned, another key or number another place", () => {
    const rotation = keyedRotation(KEY, D);
    const vectors = [one.look(), one.look()] as const;
    const [left, right] = [rotation.turn(vectors[0], 3), rotation.turn(vectors[1], 3)];
    expect(cosine(left, right)).toBeCloseTo(cosine(...vectors), 10);
    rotation.turnBack(left, 3).forEach((value, k) => {
      expect(value).toBeCloseTo(vectors[0][k] ?? 0, 9);
    });
    expect(Math.abs(cosine(left, rotation.turn(vectors[0], 4)))).toBeLessThan(0.3);
    expect(Math.abs(cosine(left, keyedRotation(OTHER_KEY, D).turn(vectors[0], 3)))).toBeLessThan(0.3);
  });

  test("of another length, and codes of an odd one, are refused", () => {
    expect(() => keyedRotation(new Uint8Array(16), D).turn(one.look(), 0)).toThrow(RangeError);
    for (const bits of [0, 60, 65, 8192, Number.NaN]) expect(() => createCoder(model, KEY, bits)).toThrow(RangeError);
  });
});

describe("a protected reference", () => {
  const stored = people.map(({ reference }) => protectReference(model, reference, { key: KEY, bits: 512 }));
  const first = stored[0] ?? other.reference;

  test("of one person and key is the same bytes, a third of what it was made of at most, and compares as itself", () => {
    expect(protectReference(model, one.reference, { key: KEY, bits: 512 }).payload).toEqual(first.payload);
    expect(first.payload.length).toBeLessThan(one.reference.payload.length / 3);
    expect(first.comparator).toBe(protectedId(model, 512));
    const mated = people.map(({ look }, i) => llr(stored[i] ?? first, KEY, look()));
    const nonMated = people.map(({ look }, i) => llr(stored[(i + 1) % stored.length] ?? first, KEY, look()));
    const wrong = mated.filter((own) => own < 0).length + nonMated.filter((value) => value > 0).length;
    expect(wrong / (2 * people.length)).toBeLessThan(0.1);
    expect(mean(mated)).toBeGreaterThan(2);
    expect(mean(nonMated)).toBeLessThan(-2);
  });

  test("says nearly what the unprotected one says, the longer its code the more nearly", () => {
    const loss = [128, 512, 2048].map((bits) =>
      mean(
        people.map(({ look, reference }) => {
          const probe = look();
          const plain = compareSitting(model, readPerson(model, reference).sameSitting, { sum: probe, windows: 1 });
          const own = protectReference(model, reference, { key: KEY, bits });
          return Math.abs(plain - llr(own, KEY, probe, bits));
        }),
      ),
    );
    expect(loss[0]).toBeGreaterThan(loss[1] ?? 0);
    expect(loss[1]).toBeGreaterThan(loss[2] ?? 0);
    expect(loss[2]).toBeLessThan(1);
  });

  test("holds nothing of the latent sums, and none of its bytes says how much was typed", () => {
    const busy = enrolled(Array.from({ length: 30 }, one.look));
    const made = protectReference(model, busy, { key: KEY, bits: 512 });
    expect(made.payload.length).toBe(first.payload.length);
    const masked = (reference: Reference): string =>
      Buffer.from(reference.payload.subarray(3 + 128, -1)).toString("hex");
    // The same key, and as much typed: the masked parts of two references would be equal, were the key stream.
    const streams = new Set(stored.map(masked));
    expect(streams.size).toBe(stored.length);
  });

  test("cannot be opened with another key: an error, not a stranger", () => {
    for (const key of [OTHER_KEY, keyOf(3), new Uint8Array(32)])
      expect(() => openProtected(model, first, { key, bits: 512 })).toThrow(/another key/);
  });

  test("of another background, length or kind is an error that says so", () => {
    for (const reference of [
      one.reference,
      { ...first, comparator: protectedId(model, 256) },
      { ...first, extractor: "x@1" },
    ])
      expect(() => openProtected(model, reference, { key: KEY, bits: 512 })).toThrow(/enrol again/);
  });

  test("when damaged is an error of its own or an answer, never a crash", () => {
    fc.assert(
      fc.property(fc.nat(first.payload.length - 1), fc.nat(255), fc.nat(first.payload.length), (at, value, length) => {
        const payload = first.payload.slice(0, length % 3 === 0 ? length % first.payload.length : undefined);
        if (at < payload.length) payload[at] = value;
        try {
          openProtected(model, { ...first, payload }, { key: KEY, bits: 512 });
        } catch (error) {
          expect(error instanceof CoreError && error.code).toBe("malformedReference");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("whoever steals codes", () => {
  test("of one person under two keys finds them no more alike than those of two people", () => {
    const own = people.map(({ reference }) => agreement(codeOf(reference, KEY), codeOf(reference, OTHER_KEY)));
    const strangers = people.map(({ reference }, i) =>
      agreement(codeOf(reference, KEY), codeOf(people[(i + 1) % people.length]?.reference ?? reference, OTHER_KEY)),
    );
    // Two standard errors of the mean of 60 shares of 512 bits, were they fair coins: 2 * 0.5 / sqrt(60 * 512) = 0.006; coins of one block hang together a little.
    expect(Math.abs(mean(own) - 0.5)).toBeLessThan(0.012);
    expect(Math.abs(mean(own) - mean(strangers))).toBeLessThan(0.012);
  });

  test("without the key reckons a latent vector that has nothing to do with the person", () => {
    const likeness = people.map(({ reference }) =>
      cosine(
        latentFromCode(model, createCoder(model, OTHER_KEY, 512), codeOf(reference, KEY)),
        readPerson(model, reference).sameSitting.mean,
      ),
    );
    expect(Math.abs(mean(likeness))).toBeLessThan(0.05);
  });

  test("with the key comes close: nobody may call that irreversible", () => {
    const likeness = [64, 512].map((bits) =>
      mean(
        people.map(({ reference }) =>
          cosine(
            latentFromCode(model, createCoder(model, KEY, bits), codeOf(reference, KEY, bits)),
            readPerson(model, reference).sameSitting.mean,
          ),
        ),
      ),
    );
    expect(likeness[1]).toBeGreaterThan(0.85);
    expect(likeness[0]).toBeLessThan(likeness[1] ?? 0);
  });
});
