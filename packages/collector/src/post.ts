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
  /** Sends a batch of a page that may be gone in a moment; returns the answer where there will be one. */
  leave(json: string): Promise<Answer> | undefined;
  abort(): void;
}

/** All requests of a page that outlive it may hold 64 KiB together (Fetch Standard, keepalive); a little is left to others. */
const KEEPALIVE_QUOTA = 60_000;

/** Returns the way to the service. */
export function createPost({ address, token, session, channelKey, fetch }: Settings): Post {
  let control = new AbortController();
  let keptAlive = 0;
  const sign = (json: string): string => signBatch(channelKey, session, json);
  const fits = (json: string): boolean => keptAlive + json.length <= KEEPALIVE_QUOTA;

  const send = async (body: string): Promise<Answer> => {
    const keepalive = fits(body);
    const counted = keepalive ? body.length : 0;
    keptAlive += counted;
    try {
      const response = await fetch(address, {
        method: "POST",
        body,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", [MAC_HEADER]: sign(body) },
        keepalive,
        credentials: "omit",
        signal: control.signal,
      });
      return response.ok ? { kind: "accepted" } : await readProblem(response);
    } catch {
      return { kind: "retry", problem: "unreachable" };
    } finally {
      keptAlive -= counted;
    }
  };
  return {
    send,
    leave(json) {
      // To another origin a request with these headers needs a preflight, for which a closing page has no time.
      if (fits(json) && new URL(address, location.href).origin === location.origin) return send(json);
      navigator.sendBeacon(address, `${token}\n${sign(json)}\n${json}`); // a text goes as BEACON_TYPE
      return undefined;
    },
    abort() {
      control.abort();
      control = new AbortController();
    },
  };
}

async function readProblem(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null; // nothing of it is relied on
  const problem = body?.code ?? "unavailable";
  const afterMs = retryAfterMs(headers.get("retry-after"));
  return { kind: kindOf(status, problem), problem, expectedSeq: body?.expectedSeq, afterMs };
}

function kindOf(status: number, problem: string): Answer["kind"] {
  if (problem.startsWith("sequence-")) return "renumber";
  if ([401, 403, 404, 410].includes(status) || problem === "session-closed") return "refused";
  return status >= 500 || [408, 425, 429].includes(status) ? "retry" : "dropped";
}

/** Returns the wait of a Retry-After header (RFC 9110, 10.2.3: seconds or a date) in milliseconds, at most five minutes. */
export function retryAfterMs(header: string | null): number {
  const wait = Number(header) * 1000 || Date.parse(header ?? "") - Date.now();
  return Math.min(300_000, Math.max(0, wait || 0));
}
