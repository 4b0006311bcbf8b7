import { connect } from "node:net";
import { expect, test } from "vitest";
import { createService } from "../src/index.ts";

test("a connection that never asks for anything does not hold up the end", async () => {
  const service = await createService({ dataDir: ":memory:", port: 0, logLevel: "silent" });
  const { hostname, port } = new URL(await service.listen());
  const silent = connect(Number(port), hostname);
  silent.on("error", () => undefined);
  await new Promise((resolve) => silent.once("connect", resolve));
  const started = performance.now();
  await service.close();
  expect(performance.now() - started).toBeLessThan(10_000);
  silent.destroy();
});
