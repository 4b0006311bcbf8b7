import { type DestinationStream, type Logger, pino } from "pino";

const SECRET = ["authorization", "cookie", "apiKey", "token", "collectorToken", "channelKey", "nameKey", "mac", "body"];

/** Returns a logger of JSON lines. The lines are built to hold no behaviour and no secret; redaction is the second line of defence. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: "habitus" },
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `req.headers.${name}`]), censor: "[redacted]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
