import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodeBackground,
  habitus,
  type System,
  shippedPointer,
  shippedTyping,
  shippedUsage,
  usageWindow,
} from "@habitus/core";
import { expect, onTestFinished, test } from "vitest";
import { seal } from "../keys/envelope.ts";
import { secretsOf } from "../keys/secrets.ts";
import { withOwnBackground, writeOwnBackground } from "./own-background.ts";

const secrets = secretsOf(randomBytes(32));
const shipped = habitus as unknown as System; // safe: nothing is compared here
const typing = { ...shippedTyping(), model: { ...shippedTyping().model, id: "own-typing" } };
const { arms, ...rest } = shippedPointer();
const pointing = { ...rest, arms: { ...arms, full: { ...arms.full, id: "own-pointing.full" } } };

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "habitus-own-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
const comparatorIn = async (folder: string) =>
  (await withOwnBackground(folder, secrets, shipped)).system.comparator?.();

test("usage of one's own is sealed with it, and it makes no reference another's", async () => {
  const folder = await emptyFolder();
  const used = shippedUsage();
  const facets = Object.fromEntries(
    Object.entries(used.model.facets).map(([name, facet]) => [name, { ...facet, weight: 0 }]),
  );
  // safe: the same names as before
  const usage = { ...used, model: { id: "own-usage", facets: facets as typeof used.model.facets } };
  await writeOwnBackground(folder, secrets, { typing, usage });
  expect(await comparatorIn(folder)).toContain(`own-typing+${habitus.comparator().split("+").slice(1).join("+")}`);
  const sealed = (await withOwnBackground(folder, secrets, shipped)).system.supporting?.[0];
  const [known, probe] = [1, 2].map((day) => usageWindow([{ facet: "page", row: 0, value: 7 }], day, day));
  if (sealed === undefined || known === undefined || probe === undefined) throw new Error("no usage");
  const made = sealed.enrol(
    Array.from({ length: 6 }, () => known),
    { now: 3 },
  );
  if (made.kind !== "enrolment") throw new Error(made.reason);
  expect(sealed.compare(made.reference, probe)).toMatchObject({ kind: "evidence", llr: 0 });
  const shippedPart = shipped.supporting?.[0];
  expect(shippedPart?.compare(made.reference, probe)).not.toMatchObject({ llr: 0 });
});

test("backgrounds of typing and pointing are sealed in one file, and references of one are none of the other's", async () => {
  const folder = await emptyFolder();
  expect(await comparatorIn(folder)).toBe(habitus.comparator());
  await writeOwnBackground(folder, secrets, { typing, pointing });
  expect(await comparatorIn(folder)).toContain("own-typing");
  expect(await comparatorIn(folder)).toContain("own-pointing.full");
  const { background } = await withOwnBackground(folder, secrets, shipped);
  expect(background()?.pointing).toEqual({ id: "own-pointing", people: pointing.provenance.people, own: true });
  await writeOwnBackground(folder, secrets, { typing });
  expect(await comparatorIn(folder)).toContain(`own-typing+`);
  expect(await comparatorIn(folder)).toContain(arms.full.id);
});

test("a file that was sealed before pointing was learnt is read, and pointing is judged with what is shipped", async () => {
  const folder = await emptyFolder();
  const context = { application: "", subject: "", kind: "background", version: "1" } as const;
  const sealed = seal(secrets.derive("background", 32), context, Buffer.from(encodeBackground(typing)));
  await writeFile(join(folder, "background.sealed"), sealed);
  expect(await comparatorIn(folder)).toContain("own-typing");
  expect(await comparatorIn(folder)).toContain(arms.full.id);
  const { background } = await withOwnBackground(folder, secrets, shipped);
  expect(background()).toMatchObject({
    ...{ id: "own-typing", own: true },
    pointing: { own: false, people: 160 },
    usage: { own: false, people: 150 },
  });
});

test("what was promised to those it was learnt from is told with it, and nothing where nothing was", async () => {
  const folder = await emptyFolder();
  const privacy = { unit: "person", mechanism: "noise", epsilon: 3, delta: 1e-6, clip: 0.7, releases: [] } as const;
  const own = { ...typing, provenance: { ...typing.provenance, privacy } };
  await writeOwnBackground(folder, secrets, { typing: own });
  const { background } = await withOwnBackground(folder, secrets, shipped);
  expect(background()).toMatchObject({ id: "own-typing", own: true, epsilon: 3 });
  expect(background()?.pointing).not.toHaveProperty("epsilon");
  await writeOwnBackground(folder, secrets, { typing });
  expect((await withOwnBackground(folder, secrets, shipped)).background()).not.toHaveProperty("epsilon");
});
