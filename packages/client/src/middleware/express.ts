import { askTrust, type RequireTrustOptions, type TrustVerdict } from "./require-trust.ts";

export interface ExpressTrustOptions<Request, Response> extends RequireTrustOptions<Request> {
  /** Answers a request that must not go on: ask for a second factor, or end the session. */
  readonly refuse: (verdict: TrustVerdict & { kind: "stepUp" | "lock" }, request: Request, response: Response) => void;
  /** Your normal sign-in rules, for when Habitus has nothing to say. Without it the request goes on. */
  readonly unknown?: (
    verdict: TrustVerdict & { kind: "unknown" },
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ) => void;
}

/** Returns middleware for Express and everything that calls `(request, response, next)`. */
export function requireTrust<Request, Response>(options: ExpressTrustOptions<Request, Response>) {
  return (request: Request, response: Response, next: (error?: unknown) => void): void => {
    askTrust(options, request).then((verdict) => {
      if (verdict.kind === "continue") next();
      else if (verdict.kind === "unknown") {
        if (options.unknown === undefined) next();
        else options.unknown(verdict, request, response, next);
      } else options.refuse({ ...verdict, kind: verdict.kind }, request, response);
    }, next);
  };
}
