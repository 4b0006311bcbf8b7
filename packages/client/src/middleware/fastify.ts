import { askTrust, type RequireTrustOptions, type TrustVerdict } from "./require-trust.ts";

export interface FastifyTrustOptions<Request, Reply> extends RequireTrustOptions<Request> {
  /** Answers a request that must not go on: ask for a second factor, or end the session. */
  readonly refuse: (verdict: TrustVerdict & { kind: "stepUp" | "lock" }, request: Request, reply: Reply) => unknown;
  /** Your normal sign-in rules, for when Habitus has nothing to say. Without it the request goes on. */
  readonly unknown?: (verdict: TrustVerdict & { kind: "unknown" }, request: Request, reply: Reply) => unknown;
}

/** Returns a Fastify `preHandler`. */
export function requireTrustHook<Request, Reply>(options: FastifyTrustOptions<Request, Reply>) {
  return async (request: Request, reply: Reply): Promise<unknown> => {
    const verdict = await askTrust(options, request);
    if (verdict.kind === "continue") return undefined;
    if (verdict.kind === "unknown") return options.unknown?.(verdict, request, reply);
    return options.refuse({ ...verdict, kind: verdict.kind }, request, reply);
  };
}
