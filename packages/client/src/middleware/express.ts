import { guard, type RequireTrustOptions } from "./ask-trust.ts";

/**
 * Returns middleware `(request, response, next)`, as Express, Connect and Polka take it, that asks Habitus before a request and
 * calls one of `on` where it does not simply pass.
 *
 * @example
 * app.post("/transfers", requireTrust({ client, session: (request) => request.user.habitus, on }), transfer);
 */
export function requireTrust<Request, Response>(options: RequireTrustOptions<Request, Response>) {
  return (request: Request, response: Response, next: (error?: unknown) => void): void => {
    guard(options, request, response).then((passes) => {
      if (passes) next();
    }, next);
  };
}
