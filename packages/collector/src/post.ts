import { MAC_HEADER, type Problem, signBatch } from "@habitus/wire";
import type { Settings } from "./options.ts";
import type { CollectorStatus } from "./status.ts";

/** What the service made of a batch. */
export interface Answer {
  /**
   * `accepted`: it is durable. `retry`: the same batch is to be sent again. `renumber`: the service waits for another number,
   * `expectedSeq`, or for another stream. `dropped`: this batch will never be taken. `refused`: nothing more of this session will.
   */
  readonly kind: "accepted" | "retry" | "renumber" | "dropped" | "refused";
  readonly problem?: CollectorStatus["problem"];
  readonly expectedSeq?: number | undefined;
  /** How long the service asked to be left alone; 0 when it did not. */
  readonly afterMs?: number;
}

export interface Post {
  /** Sends a batch and returns the answer; never rejects. */
  send(json: string): Promise<Answer>;
  /** Hands a batch to the browser, which sends it even when the page is gone. There is no answer. */
  beacon(json: string): void;
  abort(): void;
}

/** Returns the way to the service. */
export function createPost({ address, collectorToken, session, channelKey, fetch }: Settings): Post {
  let control = new AbortController();
  const sign = (json: string): string => signBatch(channelKey, session, json);
  return {
    async send(body) {
      try {
        const response = await fetch(address, {
          method: "POST",
          body,
          headers: {
            authorization: `Bearer ${collectorToken}`,
            "content-type": "application/json",
            [MAC_HEADER]: sign(body),
          },
          // Outlives the page. Such requests may hold 64 KiB together (Fetch Standard): a batch is smaller and travels alone.
          keepalive: true,
          credentials: "omit",
          signal: control.signal,
        });
        return response.ok ? { kind: "accepted" } : await readProblem(response);
      } catch {
        return { kind: "retry", problem: "unreachable" };
      }
    },
    // A text goes as BEACON_TYPE. Unlike fetch it needs no preflight to another origin, for which a closing page has no time.
    beacon: (json) => navigator.sendBeacon(address, `${collectorToken}\n${sign(json)}\n${json}`),
    abort() {
      control.abort();
      control = new AbortController();
    },
  };
}

async function readProblem(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const body: Partial<Problem> = await response.json().catch(() => ({}));
  const { code: problem = "unavailable", expectedSeq } = body;
  return { kind: kindOf(status, problem), problem, expectedSeq, afterMs: retryAfterMs(headers.get("retry-after")) };
}

function kindOf(status: number, problem: string): Answer["kind"] {
  if (problem.startsWith("sequence-")) return "renumber";
  if ([401, 403, 404, 410].includes(status) || problem === "session-closed") return "refused";
  return status >= 500 || status === 408 || status === 429 ? "retry" : "dropped";
}

/** Returns the wait of a Retry-After header (RFC 9110, 10.2.3: seconds or a date) in milliseconds, at most five minutes. */
export function retryAfterMs(header: string | null): number {
  const wait = Number(header) * 1000 || Date.parse(header ?? "") - Date.now();
  return Math.min(300_000, Math.max(0, wait || 0));
}
