import { guard, type RequireTrustOptions } from "./ask-trust.ts";

/**
 * Returns a Fastify `preHandler` that asks Habitus before a request and calls one of `on` where it does not simply pass.
 *
 * @example
 * app.post("/transfers", { preHandler: requireTrustHook({ client, session: (request) => request.user.habitus, on }) }, transfer);
 */
export function requireTrustHook<Request, Reply>(options: RequireTrustOptions<Request, Reply>) {
  return async (request: Request, reply: Reply): Promise<Reply | undefined> =>
    (await guard(options, request, reply)) ? undefined : reply; // a hook that returns the reply has answered
}
