import type { Problem } from "@habitus/wire";

/** `signedOut`: nobody is signed in, or the time of the sign-in is over. */
export type Answer<Value> =
  | { readonly kind: "answer"; readonly value: Value }
  | { readonly kind: "signedOut"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

interface Change {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
}

/** Reads from the service that serves this page. Who is signed in is in a cookie that this script cannot read. */
export function askService<Value>(path: string): Promise<Answer<Value>> {
  return send<Value>(path, { headers: { accept: "application/json" } });
}

/** Changes something; without a body the answer has none either. */
export function tellService<Value>(path: string, { method, body }: Change): Promise<Answer<Value>> {
  const json =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return send<Value>(path, { method, ...json });
}

async function send<Value>(path: string, init: RequestInit): Promise<Answer<Value>> {
  let response: Response;
  try {
    response = await fetch(`/v1/${path}`, init);
  } catch {
    return { kind: "failed", message: "The service does not answer. What is shown may be out of date." };
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { kind: "answer", value: body as Value }; // the service validates it against the schema
  const { title, detail, requestId } = (body ?? {}) as Partial<Problem>; // all are only shown
  const words = detail ?? title ?? `The service answered ${response.status}.`;
  if (response.status === 401) return { kind: "signedOut", message: words };
  return { kind: "failed", message: requestId === undefined ? words : `${words} (request ${requestId})` };
}
