import { open, type SealContext, seal } from "../keys/envelope.ts";
import { isDamage } from "../keys/key-provider.ts";
import { KEY_BYTES } from "../keys/wrapped.ts";
import { RECORD_VERSION } from "./records.ts";

type Kind = SealContext["kind"];

const LEAVING_MS = 10_000;

/** A subject's data key; two while it is rotated. What is sealed under either opens; the newer one seals. */
export interface DataKeys {
  readonly seal: (kind: Kind, row: string, plain: Uint8Array) => Buffer;
  readonly open: (kind: Kind, row: string, sealed: Uint8Array) => Buffer;
  /** Returns it sealed under the newer key, or undefined where it is already. Throws a `KeyError` where neither opens it. */
  readonly reseal: (kind: Kind, row: string, sealed: Uint8Array) => Buffer | undefined;
  readonly isRotating: () => boolean;
  /** The keys one after the other, the newer first: what is wrapped. */
  readonly together: () => Uint8Array;
  readonly replace: (together: Uint8Array) => void;
}

export function createDataKeys(
  { application, subject }: Pick<SealContext, "application" | "subject">,
  together: Uint8Array,
): DataKeys {
  let newer = together.subarray(0, KEY_BYTES);
  let older: Uint8Array | undefined;
  /** What was read from the store before a rotation ended is opened a moment after it. */
  let leaving: Uint8Array | undefined;
  const replace = (next: Uint8Array): void => {
    if (older !== undefined && next.length === KEY_BYTES) {
      leaving = older;
      setTimeout(() => {
        leaving = undefined;
      }, LEAVING_MS).unref();
    }
    newer = Uint8Array.from(next.subarray(0, KEY_BYTES));
    older = next.length > KEY_BYTES ? Uint8Array.from(next.subarray(KEY_BYTES)) : undefined;
  };
  replace(together);
  const placeOf = (kind: Kind, row: string): SealContext => ({
    application,
    subject,
    kind,
    version: `${RECORD_VERSION}/${row}`,
  });
  const find = (place: SealContext, sealed: Uint8Array): { plain: Buffer; isOlder: boolean } => {
    try {
      return { plain: open(newer, place, sealed), isOlder: false };
    } catch (error) {
      const other = older ?? leaving;
      if (other === undefined || !isDamage(error)) throw error;
      return { plain: open(other, place, sealed), isOlder: true };
    }
  };
  return {
    seal: (kind, row, plain) => seal(newer, placeOf(kind, row), plain),
    open: (kind, row, sealed) => find(placeOf(kind, row), sealed).plain,
    reseal(kind, row, sealed) {
      const place = placeOf(kind, row);
      const { plain, isOlder } = find(place, sealed);
      return isOlder ? seal(newer, place, plain) : undefined;
    },
    isRotating: () => older !== undefined,
    together: () => (older === undefined ? newer : Buffer.concat([newer, older])),
    replace,
  };
}
