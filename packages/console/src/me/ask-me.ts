import type { Problem } from "@habitus/wire";

/** `over`: the link is no longer valid. */
export type MeAnswer<Value> =
  | { readonly kind: "answer"; readonly value: Value }
  | { readonly kind: "over" }
  | { readonly kind: "failed"; readonly message: string };

export interface Question {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Behind `/v1/me`. */
  readonly path: string;
  readonly body?: unknown;
}

/** Asks the service that serves this page, with the token of the link and nothing else. */
export async function askMe<Value>(token: string, { method, path, body }: Question): Promise<MeAnswer<Value>> {
  let response: Response;
  try {
    response = await fetch(`/v1/me${path}`, {
      method,
      credentials: "omit",
      cache: "no-store",
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    return { kind: "failed", message: "There is no answer at the moment. Nothing was changed. Please try again." };
  }
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return { kind: "answer", value: answer as Value }; // the service validates it against the schema
  if (response.status === 401) return { kind: "over" };
  const { code, requestId } = (answer ?? {}) as Partial<Problem>; // only compared and shown
  if (code === "text-changed")
    return {
      kind: "failed",
      message: "The text has changed meanwhile. Please open this page again, and read it once more.",
    };
  const where = requestId === undefined ? "" : ` If it goes on, mention ${requestId}.`;
  return { kind: "failed", message: `That did not work, and nothing was changed. Please try again.${where}` };
}
