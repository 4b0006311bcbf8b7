import type { Assessment } from "@habitus/wire";
import { HabitusError, isUnavailable } from "./error.ts";
import { type Connection, request, unreachable } from "./send.ts";
import { readEvents } from "./server-sent-events.ts";

export interface WatchOptions {
  /** Called when there is no connection: what was yielded last is out of date until the next one comes. */
  readonly onLost?: (error: HabitusError, retryInMs: number) => void;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** The first wait before connecting again; it doubles up to `maxRetryMs`, less a random part. */
  readonly retryMs?: number;
  readonly maxRetryMs?: number;
  /** A stream that is silent for longer than this is taken for broken. The service sends a comment every 15 seconds. */
  readonly silenceMs?: number;
}

/**
 * Yields an assessment each time it changes, until the session has ended. A lost connection is told to `onLost` and made
 * again; an answer that trying again cannot change (an unknown session, a wrong key) throws.
 */
export async function* watchSession(
  connection: Connection,
  session: string,
  options: WatchOptions = {},
): AsyncGenerator<Assessment, void, undefined> {
  const { onLost, signal, retryMs = 500, maxRetryMs = 15_000, silenceMs = 45_000 } = options;
  let waitMs = retryMs;
  while (!isAborted(signal)) {
    try {
      for await (const assessment of oneStream(connection, session, { signal, silenceMs })) {
        waitMs = retryMs;
        yield assessment;
        if (assessment.state === "ended") return;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (!isUnavailable(error)) throw error;
      const retryInMs = Math.round(waitMs * (0.5 + Math.random() / 2));
      onLost?.(error, retryInMs);
      await sleep(retryInMs, signal);
      waitMs = Math.min(maxRetryMs, waitMs * 2);
    }
  }
}

/** Yields until the stream breaks off, which throws: a stream has no other end. */
async function* oneStream(
  connection: Connection,
  session: string,
  { signal, silenceMs }: { readonly signal: AbortSignal | undefined; readonly silenceMs: number },
): AsyncGenerator<Assessment> {
  const broken = new AbortController();
  const give = (): void => broken.abort();
  signal?.addEventListener("abort", give);
  let alarm = setTimeout(give, connection.timeoutMs);
  try {
    const path = `/v1/sessions/${encodeURIComponent(session)}/events`;
    const response = await request(connection, { method: "GET", path }, broken.signal);
    clearTimeout(alarm);
    alarm = setTimeout(give, silenceMs);
    if (response.body === null) throw unreachable(connection, "the answer has no body");
    for await (const { event, data } of readEvents(response.body)) {
      clearTimeout(alarm);
      alarm = setTimeout(give, silenceMs);
      if (event === "assessment") yield JSON.parse(data) as Assessment; // validated by the service against the schema
    }
  } catch (cause) {
    if (cause instanceof HabitusError) throw cause;
    throw unreachable(connection, broken.signal.aborted ? "the stream fell silent" : "the stream broke off", { cause });
  } finally {
    clearTimeout(alarm);
    signal?.removeEventListener("abort", give);
    give();
  }
  throw unreachable(connection, "the stream was closed");
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}

/** The signal changes while others run, which the compiler does not see. */
function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted ?? false;
}
