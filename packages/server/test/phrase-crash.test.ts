import { createRandom } from "@habitus/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allowEvents, answered, type Json } from "./client.ts";
import { type Killed, prepareKilled } from "./killed.ts";
import { batchOf, typePhrase } from "./phrase-typing.ts";

let killed: Killed;
beforeAll(async () => {
  killed = await prepareKilled("phrase-crash");
});
afterAll(() => killed.end());

test("a phrase that was acknowledged is judged and learnt though the process is killed at once, and learnt no more than once", {
  timeout: 120_000,
}, async () => {
  const { start, again, call, send } = killed;
  const random = createRandom(3);
  let service = await start();
  await allowEvents({ call: (...asked) => answered(call(service, ...asked)) }, "ann");
  const known = async (): Promise<Json> => (await call(service, "GET", "/v1/subjects/ann")).phrases;
  for (let i = 1; i <= 4; i += 1) {
    const opened = await call(service, "POST", "/v1/sessions", { subject: "ann" });
    const phrase = typePhrase({ at: Date.now() - 10_000, random });
    expect((await send(service, opened, batchOf(phrase.slice(0, 15), 0))).status).toBe(202);
    service = await again(service); // in the middle of it
    expect((await send(service, opened, batchOf(phrase.slice(15), 1))).status).toBe(202);
    service = await again(service);
    const { signIn } = await call(service, "GET", `/v1/sessions/${opened.session}/assessment`);
    expect(signIn).toMatchObject({ repetitions: i, absence: i < 4 ? "notEnrolled" : null });
    expect(await known()).toMatchObject([{ phrase: 7, repetitions: i }]);
    await call(service, "POST", `/v1/sessions/${opened.session}/outcomes`, { outcome: "ended" });
  }
  service = await again(service);
  expect(await known()).toMatchObject([{ phrase: 7, state: "enrolled", repetitions: 4 }]);
});
