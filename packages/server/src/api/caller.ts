import type { OperatorRole, Scope } from "@habitus/wire";
import type { FastifyRequest } from "fastify";
import { ServiceError } from "../error.ts";

/** Who asks, as the guard found out. `actor` is what the audit log calls them. */
export type Caller = ApplicationCaller | OperatorCaller;
export interface ApplicationCaller {
  readonly kind: "application";
  readonly application: string;
  readonly actor: string;
  /** Counts its requests. */
  readonly id: string;
  readonly scopes: readonly Scope[];
}
export interface OperatorCaller {
  readonly kind: "operator";
  readonly application: string;
  readonly actor: string;
  readonly id: string;
  readonly operator: string;
  readonly role: OperatorRole;
  readonly enrolling: boolean;
  /** Of the sign-in's token. */
  readonly hash: Uint8Array;
}

const callers = new WeakMap<FastifyRequest, Caller>();

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}
export function findCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** Returns who asks. Throws `missing-credentials` on a route that the guard lets anybody ask for. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new ServiceError("missing-credentials");
  return caller;
}

/** Returns the operator who asks. */
export function operatorOf(request: FastifyRequest): OperatorCaller {
  const caller = callerOf(request);
  if (caller.kind !== "operator") throw new ServiceError("forbidden", "This is for who is signed in to the console.");
  return caller;
}
