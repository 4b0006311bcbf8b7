import type { PasskeyAssertion, PasskeyRegistration } from "@habitus/wire";
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Deps } from "../deps.ts";
import { ServiceError } from "../error.ts";
import { type CredentialRow, type OperatorRow, StorageError, type Write } from "../storage/storage.ts";
import { audit } from "./audit.ts";
import { type NewSignIn, signIn } from "./sign-ins.ts";

/** Where the browser is: a passkey is made for one relying party and works nowhere else (WebAuthn Level 3, 5.4.2 and 13.4.9). */
export interface RelyingParty {
  readonly rpId: string;
  readonly origin: string;
}
interface OfOperator {
  readonly operator: string;
}

/** Returns what the browser makes a passkey with. */
export async function beginPasskey(
  deps: Deps,
  { operator, rpId }: OfOperator & RelyingParty,
): Promise<{ challenge: string }> {
  const row = await findRow(deps, operator);
  const known = await deps.storage.credentials(operator);
  const options = await generateRegistrationOptions({
    rpName: "Habitus",
    rpID: rpId,
    userName: row.name,
    userID: Uint8Array.from(Buffer.from(operator)),
    challenge: deps.challenges.issue(`registration\n${operator}\n${rpId}`),
    attestationType: "none",
    excludeCredentials: known.map(({ credential, transports }) => ({ id: credential, transports: [...transports] })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  return { ...options };
}

/** Keeps the passkey; who came by an enrolment link is signed in for good, under a new token. Throws `sign-in-failed`. */
export async function addPasskey(
  deps: Deps,
  { operator, rpId, origin, hash, ...given }: OfOperator & RelyingParty & PasskeyRegistration & { hash: Uint8Array },
): Promise<NewSignIn> {
  const row = await findRow(deps, operator);
  const { application, name } = row;
  const at = deps.now();
  const { credential } = await verifyNew(deps, { operator, rpId, origin, response: given.response });
  const label = given.label;
  const made: CredentialRow = {
    ...{ application, operator, credential: credential.id, rpId, publicKey: credential.publicKey, label },
    ...{ counter: credential.counter, transports: credential.transports ?? [], createdAt: at, usedAt: null },
  };
  const detail = { passkey: credential.id, label };
  const first: readonly Write[] = [
    { kind: "addCredential", row: made },
    { kind: "dropOperatorSession", row: { hash } },
    audit(application, { at, action: "operator.passkeyAdded", actor: `operator:${name}`, detail }),
  ];
  try {
    return await signIn(deps, row, { kind: "full", by: "registration", first });
  } catch (error) {
    if (error instanceof StorageError && error.code === "conflict")
      throw new ServiceError("sign-in-failed", "This passkey is registered already.");
    throw error;
  }
}

async function verifyNew(
  deps: Deps,
  { operator, rpId, origin, response }: OfOperator & RelyingParty & Pick<PasskeyRegistration, "response">,
) {
  try {
    const verified = await verifyRegistrationResponse({
      response: response as Parameters<typeof verifyRegistrationResponse>[0]["response"], // checked by the schema; the library looks again
      expectedChallenge: (challenge) => deps.challenges.redeem(challenge, `registration\n${operator}\n${rpId}`),
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
    });
    if (verified.verified) return verified.registrationInfo;
  } catch (cause) {
    throw new ServiceError("sign-in-failed", "The passkey could not be registered: begin again.", { cause });
  }
  throw new ServiceError("sign-in-failed", "The passkey could not be registered: begin again.");
}

/** Removes a passkey of the operator's own. */
export async function removePasskey(
  { storage, commits, now }: Deps,
  { operator, credential, actor }: OfOperator & { credential: string; actor: string },
): Promise<void> {
  const found = await storage.credential(credential);
  if (found?.operator !== operator) throw new ServiceError("not-found", "There is no such passkey.");
  const detail = { passkey: credential, label: found.label };
  await commits.submit([
    { kind: "dropCredential", row: { operator, credential } },
    audit(found.application, { at: now(), action: "operator.passkeyRemoved", actor, detail }),
  ]);
}

/** Returns what the browser signs in with. It names no passkey: the authenticator knows its own, and nobody learns who is registered. */
export async function beginSignIn(deps: Deps, { rpId }: RelyingParty): Promise<{ challenge: string }> {
  const challenge = deps.challenges.issue(`sign-in\n${rpId}`);
  return { ...(await generateAuthenticationOptions({ rpID: rpId, challenge, userVerification: "required" })) };
}

export type SignInAttempt = RelyingParty & PasskeyAssertion & { readonly address: string };

/** Signs in whose passkey it is. Throws `sign-in-failed`, and tells nothing more: the audit log has the reason. */
export async function finishSignIn(deps: Deps, { response, rpId, origin, address }: SignInAttempt): Promise<NewSignIn> {
  const { storage, failures } = deps;
  const found = await storage.credential(response.id);
  const row = found === undefined ? undefined : await storage.operator(found.operator);
  if (found === undefined || row === undefined) {
    failures.note({ kind: "passkey", address, reason: "unknown passkey" });
    throw new ServiceError("sign-in-failed");
  }
  const refuse = (reason: string): never => {
    failures.note({ kind: "passkey", address, application: row.application, actor: `operator:${row.name}`, reason });
    throw new ServiceError("sign-in-failed");
  };
  const { userHandle } = response.response;
  if (found.rpId !== rpId) refuse("another relying party");
  if (userHandle !== undefined && Buffer.from(userHandle, "base64url").toString() !== row.operator)
    refuse("another operator's passkey");
  const counter = await verifyKnown(deps, { response, rpId, origin }, found).catch((error: unknown) =>
    refuse(reasonOf(error)),
  );
  const used = { credential: found.credential, counter, usedAt: deps.now() };
  return signIn(deps, row, { kind: "full", by: "passkey", first: [{ kind: "useCredential", row: used }] });
}

async function verifyKnown(
  { challenges }: Deps,
  { response, rpId, origin }: RelyingParty & PasskeyAssertion,
  { credential, publicKey, counter, transports }: CredentialRow,
): Promise<number> {
  const verified = await verifyAuthenticationResponse({
    response: response as Parameters<typeof verifyAuthenticationResponse>[0]["response"], // checked by the schema; the library looks again
    expectedChallenge: (challenge) => challenges.redeem(challenge, `sign-in\n${rpId}`),
    expectedOrigin: origin,
    expectedRPID: rpId,
    credential: { id: credential, publicKey: Uint8Array.from(publicKey), counter, transports: [...transports] },
    requireUserVerification: true,
  });
  if (!verified.verified) throw new Error("wrong signature");
  return verified.authenticationInfo.newCounter;
}

/** In our words: the library quotes what came. A counter that goes back tells of a copied passkey (WebAuthn Level 3, 6.1.1). */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  for (const [part, reason] of [
    ["counter", "the passkey's counter went back: it may have been copied"],
    ["challenge", "the challenge is over, was used, or is none of ours"],
    ["origin", "another origin"],
    ["RP ID", "another relying party"],
    ["verification", "the person was not verified"],
  ] as const)
    if (message.includes(part)) return reason;
  return "wrong signature";
}

async function findRow({ storage }: Deps, operator: string): Promise<OperatorRow> {
  const row = await storage.operator(operator);
  if (row === undefined) throw new ServiceError("signed-out");
  return row;
}
