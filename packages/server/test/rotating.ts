import { APPLICATION, startEngine } from "./filled-folder.ts";

/** Rotates keys of the folder for ever: a process to be killed. Prints a line for each change that is done. */
const engine = await startEngine(process.argv[2] ?? "");
process.stdout.write("started\n");
for (let round = 0; ; round += 1) {
  for (const subject of ["alice", "bob"]) {
    await engine.rotateSubjectKey({ application: APPLICATION, subject, actor: "x" });
    process.stdout.write("rotated\n");
  }
  const { version } = await engine.rotateKeys("x");
  process.stdout.write("rotated\n");
  if (round % 2 === 0) continue;
  for (const { version: older } of (await engine.keyStatus()).versions)
    if (older !== version) await engine.retireKey(older, "x");
}
