import type { Problem } from "@habitus/wire";

/** `signedOut`: there is no operator's cookie, or its key is no longer valid. */
export type Answer<Value> =
  | { readonly kind: "answer"; readonly value: Value }
  | { readonly kind: "signedOut" }
  | { readonly kind: "failed"; readonly message: string };

/** Reads from the service that serves this page. The operator's key is in a cookie that this script cannot read. */
export async function askService<Value>(path: string): Promise<Answer<Value>> {
  let response: Response;
  try {
    response = await fetch(`/v1/${path}`, { headers: { accept: "application/json" } });
  } catch {
    return { kind: "failed", message: "The service does not answer. What is shown may be out of date." };
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return { kind: "answer", value: body as Value }; // the service validates it against the schema
  if (response.status === 401) return { kind: "signedOut" };
  const { title, requestId } = (body ?? {}) as Partial<Problem>; // both are only shown
  return {
    kind: "failed",
    message: `${title ?? `The service answered ${response.status}.`}${requestId ? ` (request ${requestId})` : ""}`,
  };
}
