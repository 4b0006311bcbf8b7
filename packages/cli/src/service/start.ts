import { createService, KeyError, type Service, type ServiceConfig, StorageError } from "@habitus/server";
import { CliError } from "../cli-error.ts";

/** Starts the service and returns it once it listens. Throws a `CliError` that says what to do. */
export async function startService(config: ServiceConfig): Promise<Service> {
  let service: Service;
  try {
    service = await createService(config);
  } catch (error) {
    throw explainStart(error, config);
  }
  try {
    await service.listen();
    return service;
  } catch (error) {
    await stopService(service);
    throw explainStart(error, config);
  }
}

/** How long running requests may take to be answered at the end. */
const GRACE_MS = 2_000;

/**
 * Stops the service: what runs is answered and kept. Connections that are still there after two seconds are cut, such as those
 * that browsers open ahead of need and Node takes for busy, since no request ever came.
 */
export async function stopService(service: Service): Promise<void> {
  const cut = setTimeout(() => service.app.server.closeAllConnections(), GRACE_MS);
  try {
    await service.close();
  } finally {
    clearTimeout(cut);
  }
}

/** Returns an error a person can act on for a service or bank that does not start. */
export function explainStart(cause: unknown, { port, dataDir }: Pick<ServiceConfig, "port" | "dataDir">): unknown {
  if (cause instanceof KeyError || cause instanceof StorageError)
    return new CliError("refused", `the data in ${dataDir} cannot be opened: ${cause.message}`, { cause });
  if (!(cause instanceof Error) || !("code" in cause)) return cause;
  switch (cause.code) {
    case "EADDRINUSE":
      return new CliError("badUsage", `port ${port} is taken: choose another with --port, or 0 for any free one.`, {
        cause,
      });
    case "EACCES":
    case "EPERM":
    case "ENOTDIR":
    case "EEXIST":
    case "EROFS":
      return new CliError(
        "badUsage",
        `${dataDir} or port ${port} may not be used: ${cause.message}. Choose others with --data and --port.`,
        { cause },
      );
    default:
      return cause;
  }
}
