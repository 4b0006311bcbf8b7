import { APPLICATION, startEngine } from "./filled-folder.ts";

/** Rotates keys of the folder for ever, and seals something new all the while: a process to be killed. Prints a line for each rotation. */
const engine = await startEngine(process.argv[2] ?? "");
setInterval(() => {
  for (const subject of ["alice", "bob"])
    void engine.openSession({
      application: APPLICATION,
      subject,
      context: {},
      policyContext: "routine",
      signedIn: true,
    });
}, 5);
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
