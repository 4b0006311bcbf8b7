import { loadConfig } from "./config.ts";
import { addApplication, createService } from "./service.ts";

/** Runs the service alone, configured by environment variables. */
const config = loadConfig(process.env);
const service = await createService(config);
if ((await service.apiKeys.applications()).length === 0)
  process.stdout.write(
    `API key of the application "default", shown only now: ${await addApplication(service, "default")}\n`,
  );
process.stdout.write(`Habitus listens on ${await service.listen()}\n`);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    if (stopping) process.exit(1); // asked twice
    stopping = true;
    void service.close().then(() => process.exit(0));
  });
