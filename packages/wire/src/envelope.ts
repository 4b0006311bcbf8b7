import { hmacSha256 } from "./sha256.ts";

/** Header that carries the batch's MAC, lower-case hex. */
export const MAC_HEADER = "habitus-mac";

/**
 * Content type of a batch sent by `navigator.sendBeacon`, which can set no headers: the body is then
 * three parts separated by line feeds, the session token, the MAC and the JSON.
 */
export const BEACON_TYPE = "text/plain;charset=UTF-8";

/** Returns the MAC of a batch's exact JSON text in lower-case hex. The session's id is part of what is signed. */
export function signBatch(channelKey: Uint8Array, session: string, json: string): string {
  return toHex(hmacSha256(channelKey, new TextEncoder().encode(macInput(session, json))));
}

/** What the MAC covers: a domain separator, the session and the JSON text. */
export function macInput(session: string, json: string): string {
  return `habitus-batch-1\n${session}\n${json}`;
}

export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

/** Returns the bytes of a base64url text without padding, the form in which keys are handed to the page. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
