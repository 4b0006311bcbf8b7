import { PROBLEMS, type Problem } from "@habitus/wire";
import { HabitusError } from "./error.ts";

export interface Connection {
  readonly url: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
}

/** Returns the body of a successful answer. Throws a {@link HabitusError} for every other outcome. */
export async function send<Answer>(connection: Connection, call: Call): Promise<Answer> {
  const signal = AbortSignal.timeout(connection.timeoutMs);
  const response = await request(connection, call, signal);
  if (response.status === 204) return undefined as Answer; // the contract: a route that answers 204 has no body
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(connection, "the answer broke off", { cause, status: response.status });
  });
  try {
    return JSON.parse(text) as Answer; // the service validates its answers against the same schemas
  } catch (cause) {
    throw unreachable(connection, "the answer is not JSON", { cause, status: response.status });
  }
}

/** Returns the response once its headers are there and say success; the body is still to be read. */
export async function request(connection: Connection, call: Call, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Bearer ${connection.apiKey}` };
  if (call.body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method: call.method, headers, signal, redirect: "error" };
  if (call.body !== undefined) init.body = JSON.stringify(call.body);
  let response: Response;
  try {
    response = await connection.fetch(`${connection.url}${call.path}`, init);
  } catch (cause) {
    throw unreachable(connection, reasonOf(cause, connection), { cause });
  }
  if (response.ok) return response;
  throw await toError(connection, response);
}

/** Returns the error that says so: there is no answer. */
export function unreachable(
  { url }: Connection,
  reason: string,
  options: { readonly cause?: unknown; readonly status?: number } = {},
): HabitusError {
  return new HabitusError("unreachable", `Habitus at ${url} cannot be reached: ${reason}`, options);
}

async function toError(connection: Connection, response: Response): Promise<HabitusError> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  // A proxy in between answers with pages of its own: that is no word of Habitus.
  if (!isProblem(body)) return unreachable(connection, `something answered with HTTP ${status}`, { status });
  return new HabitusError(body.code, body.detail || body.title, { status, problem: body });
}

function isProblem(body: unknown): body is Problem {
  if (typeof body !== "object" || body === null) return false;
  const { code, detail } = body as Record<string, unknown>; // an object: its fields are looked at, not trusted
  return typeof code === "string" && Object.hasOwn(PROBLEMS, code) && typeof detail === "string";
}

function reasonOf(error: unknown, { timeoutMs }: Connection): string {
  if (!(error instanceof Error)) return "the request failed";
  if (error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  if (error.name === "AbortError") return "the request was given up";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return `${String(cause.code)}`;
  return error.message;
}
