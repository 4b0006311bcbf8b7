import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { pageOf } from "../../packages/server/test/client.ts";
import { startScripted, type Typist } from "../../packages/server/test/scripted.ts";
import { createBank } from "../server/index.ts";

const NAME = "Ada Lovelace";

async function signIn() {
  const scripted = await startScripted({ config: { port: 0 } });
  const { service } = scripted.bank;
  await scripted.sit("ada-lovelace");
  const habitusUrl = await service.listen();
  const webDir = fileURLToPath(new URL("../web/public", import.meta.url));
  const bank = await createBank({ habitusUrl, apiKey: scripted.bank.apiKey, webDir });
  onTestFinished(async () => {
    await bank.close();
    await service.close();
  });
  let cookie = "";
  const post = async (path: string, payload: object) => {
    const answer = await bank.app.inject({ method: "POST", url: `/api/${path}`, payload, headers: { cookie } });
    cookie = String(answer.headers["set-cookie"] ?? cookie).split(";")[0] ?? "";
    return { status: answer.statusCode, body: answer.json() };
  };
  await post("sign-in", { name: NAME });
  const { body } = await post("sign-in/words", { words: "light on the water" });
  const page = pageOf(service, body.collector);
  const typist: Typist = { page, path: `/v1/sessions/${body.collector.session}`, seq: 0, press: 0 };
  return { ...scripted, post, typist };
}

test("a transfer above the limit is sensitive while it is decided, a small one is routine", async () => {
  const { look, post, typist, bank } = await signIn();
  await look(typist, [0.9, 0.9, 0.9]);
  expect(await post("transfers", { to: "Bakery", amount: "20,00" })).toMatchObject({ status: 200 });
  expect(await post("transfers", { to: "Studio", amount: "900.00" })).toMatchObject({ status: 200 });
  const { entries } = (await bank.call("GET", "/v1/audit")).body;
  expect(
    entries
      .filter(({ action }: { action: string }) => action === "context.changed")
      .map(({ detail }: { detail: object }) => detail),
  ).toEqual([{ context: "sensitive" }, { context: "routine" }]);
});

test("trust that is enough for a small transfer is not for a large one, until the person has confirmed", async () => {
  const { look, post, typist, bank } = await signIn();
  await look(typist, [0.9, 0.9, 0.55]);
  const large = { to: "Studio", amount: "900.00" };
  expect(await post("transfers", { to: "Bakery", amount: "20.00" })).toMatchObject({ status: 200 });
  expect(await post("transfers", large)).toMatchObject({ status: 403, body: { message: /confirm that it is you/ } });
  const { decision, policy } = (await bank.call("GET", `${typist.path}/assessment`)).body;
  expect({ decision, context: policy.context }).toEqual({ decision: "stepUp", context: "sensitive" });
  await bank.call("POST", `${typist.path}/outcomes`, { outcome: "stepUpPassed" });
  await expect.poll(async () => (await post("transfers", large)).status).toBe(200);
  expect((await bank.call("GET", `${typist.path}/assessment`)).body.policy.context).toBe("routine");
});
