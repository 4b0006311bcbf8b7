import type { Problem, ProblemCode } from "@habitus/wire";
import { BEACON_TYPE, MAC_HEADER } from "@habitus/wire";
import type { Settings } from "./options.ts";

/** A batch ready to leave: its JSON text and the MAC over it. */
export interface Message {
  readonly json: string;
  readonly mac: string;
}

/** What the service made of a batch. Only `accepted` says that it is durable. */
export type Answer =
  | { readonly kind: "accepted" }
  | { readonly kind: "gap"; readonly expectedSeq: number; readonly problem: ProblemCode }
  /** Try the same batch again; not before `afterMs` when the service said so. */
  | { readonly kind: "retry"; readonly afterMs: number; readonly problem: ProblemCode | "unreachable" }
  /** This batch will never be taken. */
  | { readonly kind: "dropped"; readonly problem: ProblemCode | undefined }
  /** Nothing more of this session will be taken. */
  | { readonly kind: "refused"; readonly problem: ProblemCode | undefined };

/** All requests of a page that outlive it may hold 64 KiB together (Fetch Standard, 2.2.5 keepalive); a little is left to others. */
const KEEPALIVE_QUOTA = 60_000;
const PATIENCE_MS = 30_000;

export interface Post {
  /** Sends the message and returns the answer; never rejects. */
  (message: Message): Promise<Answer>;
  /** Returns whether the message now fits among the requests that outlive the page. */
  fits(message: Message): boolean;
  /** Sends without waiting for an answer, as a page does that is being left. */
  beacon(message: Message): void;
  abort(): void;
}

/** Returns the way to the service. */
export function createPost({ address, token, fetch }: Settings): Post {
  const running = new Set<AbortController>();
  let keptAlive = 0;
  const fits = ({ json }: Message): boolean => keptAlive + json.length <= KEEPALIVE_QUOTA;

  const post = async (message: Message): Promise<Answer> => {
    const { json, mac } = message;
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE_MS);
    const keepalive = fits(message);
    if (keepalive) keptAlive += json.length;
    running.add(control);
    try {
      const response = await fetch(address, {
        method: "POST",
        body: json,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", [MAC_HEADER]: mac },
        keepalive,
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: control.signal,
      });
      return response.ok ? { kind: "accepted" } : await readProblem(response);
    } catch {
      return { kind: "retry", afterMs: 0, problem: "unreachable" };
    } finally {
      clearTimeout(timer);
      running.delete(control);
      if (keepalive) keptAlive -= json.length;
    }
  };
  return Object.assign(post, {
    fits,
    beacon: ({ json, mac }: Message) => {
      navigator.sendBeacon(address, new Blob([`${token}\n${mac}\n${json}`], { type: BEACON_TYPE }));
    },
    abort: () => {
      for (const control of running) control.abort();
    },
  });
}

async function readProblem(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const { code: problem, expectedSeq } = (body ?? {}) as Partial<Problem>; // unknown fields are checked before use
  if (problem === "sequence-gap" && Number.isInteger(expectedSeq))
    return { kind: "gap", expectedSeq: Number(expectedSeq), problem };
  if ([401, 403, 404, 410].includes(status) || problem === "session-closed") return { kind: "refused", problem };
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return { kind: "dropped", problem };
  return { kind: "retry", afterMs: retryAfterMs(headers.get("retry-after")), problem: problem ?? "unavailable" };
}

/** Returns the wait of a Retry-After header (RFC 9110, 10.2.3: seconds or a date) in milliseconds, at most five minutes. */
export function retryAfterMs(header: string | null): number {
  if (!header) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Math.min(300_000, Math.max(0, wait || 0));
}
