import { HabitusError, toHabitusError } from "./error.ts";

export interface ClientOptions {
  /** Where the service listens, such as `https://habitus.example`. */
  readonly url: string;
  /** The application's key. It belongs on a server and never into a page. */
  readonly apiKey: string;
  /** Longest wait for an answer, 5,000 ms unless given. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends one request and returns the parsed body; undefined for 204. Throws {@link HabitusError}. */
export type Send = (method: Method, path: string, options?: RequestOptions) => Promise<unknown>;

/** Returns the one place that talks to the service. Throws `TypeError` when url or key are not usable. */
export function createSend(options: ClientOptions): Send {
  const open = createOpen(options);
  return async (method, path, request = {}) => {
    const response = await open(method, path, request);
    if (response.status === 204) return undefined;
    try {
      return await response.json();
    } catch (cause) {
      throw new HabitusError("unexpected", "Habitus answered with a body that is not JSON.", {
        status: response.status,
        cause,
      });
    }
  };
}

/** Like {@link createSend}, but hands over the successful response with its body unread. */
export function createOpen({ url, apiKey, timeoutMs = 5_000, fetch: send = fetch }: ClientOptions) {
  if (!/^https?:\/\//.test(url)) throw new TypeError(`"url" expected http:// or https://, got ${JSON.stringify(url)}`);
  if (apiKey === "") throw new TypeError('"apiKey" expected the key of an application, got an empty text');
  const base = url.replace(/\/+$/, "");
  return async (method: Method, path: string, { body, signal }: RequestOptions = {}): Promise<Response> => {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let response: Response;
    try {
      response = await send(base + path, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        signal: signal === undefined ? waiting.signal : AbortSignal.any([signal, waiting.signal]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new HabitusError("unreachable", `Habitus at ${base} did not answer: use your normal sign-in rules.`, {
        cause,
      });
    } finally {
      clearTimeout(timer);
    }
    if (response.ok) return response;
    throw toHabitusError(response.status, await response.json().catch(() => undefined));
  };
}
