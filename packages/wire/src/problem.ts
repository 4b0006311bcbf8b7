/** Stable codes of RFC 9457 problems. A client may switch on them; the sentence beside each is what `title` says. */
export const PROBLEMS = {
  "malformed-request": [400, "The request is not of the documented form."],
  "malformed-batch": [400, "The batch is not of the documented form."],
  "wrong-seal": [400, "The batch was not sealed to this service for this session."],
  "unsealed-batch": [400, "Batches are taken only sealed to the service's public key."],
  "wrong-reader": [409, "The page reads behaviour with another version than the service: reload it."],
  "wrong-tier": [403, "The batch is not of the tier that settings and consent cover: nothing of it was kept."],
  "missing-credentials": [401, "Credentials are missing."],
  "invalid-api-key": [401, "The API key is not known."],
  "expired-api-key": [401, "The API key has expired: make or rotate one."],
  "signed-out": [401, "Nobody is signed in here: sign in again."],
  "sign-in-failed": [401, "The sign-in was not accepted."],
  "link-used": [401, "The link is not valid any more: ask for a new one."],
  "invalid-token": [401, "The session token is not valid."],
  "expired-token": [401, "The session token has expired: open a new session."],
  "page-over": [401, "This page is over: open it again from the application."],
  "wrong-mac": [401, "The batch was not signed with this session's channel key."],
  forbidden: [403, "These credentials may not do this."],
  "no-consent": [403, "There is no consent that covers this: grant it first."],
  "unknown-subject": [404, "There is no such subject."],
  "unknown-session": [404, "There is no such session."],
  "unknown-policy": [404, "There is no such policy."],
  "unknown-operator": [404, "There is no such operator."],
  "unknown-api-key": [404, "There is no such API key."],
  "not-found": [404, "There is nothing at this address."],
  "name-taken": [409, "The name is taken."],
  "no-passkeys-here": [409, "Passkeys need the service's public address: set HABITUS_PUBLIC_URL."],
  "sequence-gap": [409, "A batch before this one is missing: send it first."],
  "sequence-conflict": [409, "Another batch was already accepted under this sequence number."],
  "text-changed": [409, "The text has changed since it was read: read it again."],
  "session-closed": [409, "The session has ended: open a new one."],
  "key-in-use": [409, "The key still wraps something: rotate first."],
  "batch-too-large": [413, "The batch is larger than accepted: send smaller ones."],
  "unsupported-media-type": [415, "The content type is not accepted here."],
  "time-travel": [422, "The times in the batch do not fit the session."],
  "contradictory-policy": [422, "The policy contradicts itself: the one before it stays."],
  "too-few-samples": [422, "There are too few samples to enrol."],
  "rate-limited": [429, "Too many requests: slow down."],
  "locked-out": [429, "Too many wrong credentials came from this address: wait."],
  "storage-full": [507, "The service cannot store more now: nothing of this request was kept."],
  "keys-unavailable": [503, "The keys cannot be used now: what needs one is not done. Try again."],
  unavailable: [503, "The service cannot answer now: try again."],
  "data-damaged": [500, "What is stored of this was altered or cut short, and is not opened: restore it, or erase it."],
  internal: [500, "The service failed."],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of every answer that is not a success (`application/problem+json`, RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly requestId: string;
  /** With `sequence-gap`: the sequence number the service waits for. */
  readonly expectedSeq?: number;
  /** With `too-few-samples`: how many more are needed. */
  readonly missing?: number;
}
