import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "@habitus/core";
import { expect, onTestFinished, test } from "vitest";
import { buildService } from "./built.ts";
import { APPLICATION, fillFolder, startEngine } from "./filled-folder.ts";

const ROUNDS = 10;
const SUBJECTS = ["alice", "bob"];

/** Everything kept, but not when it was asked for; of sessions that they all open, for new ones were begun. */
async function everything(dataDir: string): Promise<unknown> {
  const engine = await startEngine(dataDir);
  try {
    while ((await engine.keyStatus()).rotating > 0) await sleep(5);
    const exports = [];
    for (const subject of SUBJECTS) {
      const { featureSets, references, decisions, phrases, trustTraces, accommodations, scoreHistory } =
        await engine.exportSubject(APPLICATION, subject);
      exports.push({
        featureSets,
        references,
        decisions,
        phrases,
        trustTraces,
        accommodations,
        scoreHistory,
      });
    }
    return { exports, tokenKey: Buffer.from(engine.tokenKey).toString("hex") };
  } finally {
    await engine.close();
  }
}

test("a process killed at any instant of rotations loses nothing, and the next one finishes them", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "habitus-rotate-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await fillFolder(dataDir, SUBJECTS);
  const before = await everything(dataDir);
  const file = await buildService("rotating", "./rotating.ts");
  const random = createRandom(20261121);
  let rotated = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, [file, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
    const wanted = Math.floor(4 * random());
    let output = "";
    const count = (): number => output.split("rotated").length - 1;
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("started") && count() >= wanted) resolve();
      });
      child.once("exit", () => reject(new Error(`it ended: ${output}`)));
    });
    await sleep(60 * random());
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    rotated += count();
    expect(await everything(dataDir), `round ${round}`).toEqual(before);
  }
  expect(rotated).toBeGreaterThanOrEqual(ROUNDS);
}, 120_000);
