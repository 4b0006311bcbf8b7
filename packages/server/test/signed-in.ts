import type { OperatorRole } from "@habitus/wire";
import type { Service } from "../src/index.ts";
import type { Answer } from "./client.ts";

export const ORIGIN = "http://localhost:4400";
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A console's page, as tests need it. */
export interface SignedIn {
  /** `name=token`. */
  readonly cookie: string;
  readonly setCookie: string;
  readonly ask: (method: Method, url: string, options?: AskOptions) => Promise<Answer>;
}
export interface AskOptions {
  readonly body?: unknown;
  /** Replaces headers; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Signs an operator of this role in by a link of the machine's. */
export async function signIn(
  service: Service,
  { role, application = "bank", name = role }: { role: OperatorRole; application?: string; name?: string },
): Promise<SignedIn> {
  const { token } = await service.operators.link({ application, name, role });
  const entered = await askAs(service, "")("POST", "/v1/operator/link", { body: { token } });
  if (entered.status !== 200) throw new Error(`no sign-in: ${JSON.stringify(entered.body)}`);
  const setCookie = String(entered.headers["set-cookie"]);
  const cookie = setCookie.split(";")[0] ?? "";
  return { cookie, setCookie, ask: askAs(service, cookie) };
}

/** Asks as a page of our own does. */
export function askAs({ app }: Service, cookie: string): SignedIn["ask"] {
  return async (method, url, { body, headers = {} } = {}) => {
    const all = { host: "localhost:4400", origin: ORIGIN, "sec-fetch-site": "same-origin", cookie, ...headers };
    const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== "");
    const answer = await app.inject({
      method,
      url,
      headers: Object.fromEntries(given) as Record<string, string>, // undefined ones are filtered out
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return {
      status: answer.statusCode,
      body: answer.body === "" ? undefined : JSON.parse(answer.body),
      headers: answer.headers,
    };
  };
}
