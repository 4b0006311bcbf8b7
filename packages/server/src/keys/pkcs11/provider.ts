import { createHash, randomBytes } from "node:crypto";
import { KeyError, type KeyProvider } from "../key-provider.ts";
import { expectProvider, KEY_BYTES, readHead, unknownVersion, wrapContext, writeHead } from "../wrapped.ts";
import { CK, CKR, type Cryptoki, type Handle, loadCryptoki, type Mechanism, resultCode } from "./cryptoki.ts";
import {
  closeQuietly,
  createRefusedPins,
  destroyKey,
  findKeys,
  makeKey,
  type OpenToken,
  openToken,
  type Pkcs11Config,
} from "./token.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** After a failed attempt the token is left alone for so long. */
const PATIENCE_MS = 1_000;
/** A module that has not answered by then counts as away. */
const ANSWER_MS = 5_000;

/** What a token says of a value that was altered; some say it of their own troubles too. */
const MAY_BE_DAMAGE: readonly number[] = [
  CKR.GENERAL_ERROR,
  CKR.FUNCTION_FAILED,
  CKR.DATA_INVALID,
  CKR.DATA_LEN_RANGE,
  CKR.ENCRYPTED_DATA_INVALID,
  CKR.ENCRYPTED_DATA_LEN_RANGE,
  CKR.AEAD_DECRYPT_FAILED,
  CKR.SIGNATURE_INVALID,
];

export interface Pkcs11Options {
  /** There is no data yet: a key is made on the token where it has none of this label. */
  readonly mayMake: boolean;
  readonly now?: () => number;
}

/**
 * Opens key-encryption keys on a PKCS #11 token: AES-256, sensitive, not extractable, used by CKM_AES_GCM with the place as
 * associated data. When the token is away what needs it fails as `keysUnavailable`, and it is opened again by itself when it is back.
 */
export async function openPkcs11Keys(
  config: Pkcs11Config,
  { mayMake, now = Date.now }: Pkcs11Options,
): Promise<KeyProvider> {
  const token = createTokenLine(loadCryptoki(config.module), config, now);
  await token.use(async (module, open) => {
    if (open.keys.size > 0) return;
    if (!mayMake)
      throw new KeyError(
        "missingKey",
        `The token "${config.token}" has no key "${config.keyLabel}", and there is data that only it opens: restore the key (HABITUS_PKCS11_KEY_LABEL names its label).`,
      );
    makeKey(module, open, { keyLabel: config.keyLabel, version: 1 });
    reload(module, open, config);
  });
  return providerOn(token, config);
}

function providerOn({ use, close }: TokenLine, config: Pkcs11Config): KeyProvider {
  const name = "pkcs11";
  const check = (): Promise<void> => use(probe);
  return {
    name,
    wrap: (dataKeys, context) =>
      use(async (module, open) => {
        const version = newestOf(open);
        const head = writeHead({ provider: name, version }, dataKeys);
        const nonce = randomBytes(NONCE_BYTES);
        const mechanism = gcm(nonce, wrapContext(head, context));
        return Buffer.concat([head, nonce, await encrypt(module, open, { mechanism, version, input: dataKeys })]);
      }),
    async unwrap(wrapped, context) {
      const head = readHead(wrapped);
      expectProvider(head, name);
      const body = Buffer.from(wrapped.subarray(head.bodyAt));
      if (body.length !== NONCE_BYTES + head.dataKeys * KEY_BYTES + TAG_BYTES)
        throw new KeyError("malformedSeal", "The wrapped key is cut short.");
      const mechanism = gcm(body.subarray(0, NONCE_BYTES), wrapContext(wrapped.subarray(0, head.bodyAt), context));
      const input = body.subarray(NONCE_BYTES);
      return use(async (module, open) => {
        if (!open.keys.has(head.version)) reload(module, open, config); // made by somebody else meanwhile
        try {
          return await decrypt(module, open, { mechanism, version: head.version, input });
        } catch (cause) {
          if (!MAY_BE_DAMAGE.includes(resultCode(cause) ?? -1)) throw cause;
          await probe(module, open); // throws where it is the token that is in trouble
          throw new KeyError("wrongSeal", "The wrapped key does not open with this key in this place.", { cause });
        }
      });
    },
    versions: () => use(async (_, open) => [...open.keys.keys()].sort((a, b) => a - b)),
    rotate: () =>
      use(async (module, open) => {
        reload(module, open, config);
        const version = newestOf(open) + 1;
        makeKey(module, open, { keyLabel: config.keyLabel, version });
        reload(module, open, config);
        return version;
      }),
    destroy: (version) =>
      use(async (module, open) => {
        reload(module, open, config);
        const key = keyOf(open, version);
        if (version === newestOf(open))
          throw new KeyError("keyInUse", `Version ${version} is the one in use: rotate first.`);
        destroyKey(module, open, key);
        reload(module, open, config);
      }),
    check,
    close,
  };
}

interface TokenLine {
  /** Runs the work alone with the open token, opened again first where it went away. Rejects with a `KeyError`. */
  readonly use: <T>(work: (module: Cryptoki, open: OpenToken) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** One after the other: a session of PKCS #11 does one thing at a time. */
function createTokenLine(module: Cryptoki, config: Pkcs11Config, now: () => number): TokenLine {
  const pins = createRefusedPins();
  let open: OpenToken | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let failure: { readonly at: number; readonly error: KeyError } | undefined;

  const away = (cause: unknown): KeyError => {
    const error =
      cause instanceof KeyError
        ? cause
        : new KeyError("keysUnavailable", "The key module does not answer now: it is asked again by itself.", {
            cause,
          });
    // A module that hangs would hang here too.
    if (open !== undefined && !(cause instanceof KeyError)) closeQuietly(module, open.session);
    open = undefined;
    failure = { at: now(), error };
    return error;
  };
  const reach = async (): Promise<OpenToken> => {
    if (open !== undefined) return open;
    if (failure !== undefined && now() - failure.at < PATIENCE_MS) throw failure.error;
    try {
      open = await openToken(module, config, pins);
      failure = undefined;
      return open;
    } catch (error) {
      throw away(error);
    }
  };
  const run = async <T>(work: (module: Cryptoki, token: OpenToken) => Promise<T>): Promise<T> => {
    const wasOpen = open !== undefined;
    const token = await reach();
    try {
      return await inTime(work(module, token));
    } catch (error) {
      if (error instanceof KeyError ? error.code !== "keysUnavailable" : resultCode(error) === undefined) throw error;
      const unavailable = away(error);
      if (!wasOpen || error instanceof KeyError) throw unavailable;
      failure = undefined; // a session may have timed out: one attempt with a new one
      return await run(work);
    }
  };
  return {
    use(work) {
      const result = last.then(() => run(work));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      if (open !== undefined) closeQuietly(module, open.session);
      open = undefined;
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new KeyError("keysUnavailable", "The key module does not answer in time.")),
      ANSWER_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the newest key encrypts and decrypts. */
async function probe(module: Cryptoki, open: OpenToken): Promise<void> {
  const version = newestOf(open);
  const mechanism = gcm(randomBytes(NONCE_BYTES), Buffer.from("probe"));
  const input = randomBytes(KEY_BYTES);
  const output = await decrypt(module, open, {
    mechanism,
    version,
    input: await encrypt(module, open, { mechanism, version, input }),
  });
  if (!output.equals(input)) throw new KeyError("keysUnavailable", "The key module gives wrong answers.");
}

interface Operation {
  readonly mechanism: Mechanism;
  readonly version: number;
  readonly input: Uint8Array;
}

function encrypt(module: Cryptoki, open: OpenToken, { mechanism, version, input }: Operation): Promise<Buffer> {
  module.C_EncryptInit(open.session, mechanism, keyOf(open, version));
  return module.C_EncryptAsync(open.session, Buffer.from(input), Buffer.alloc(input.length + TAG_BYTES));
}

async function decrypt(module: Cryptoki, open: OpenToken, { mechanism, version, input }: Operation): Promise<Buffer> {
  module.C_DecryptInit(open.session, mechanism, keyOf(open, version));
  return module.C_DecryptAsync(open.session, Buffer.from(input), Buffer.alloc(input.length));
}

/** The associated data is hashed: tokens limit how long it may be. */
function gcm(iv: Buffer, associated: Buffer): Mechanism {
  const aad = createHash("sha256").update(associated).digest();
  const parameter = { type: CK.PARAMS_AES_GCM, iv, ivBits: 8 * NONCE_BYTES, aad, tagBits: 8 * TAG_BYTES };
  return { mechanism: CK.AES_GCM, parameter };
}

function reload(module: Cryptoki, open: OpenToken, { keyLabel }: Pkcs11Config): void {
  const found = findKeys(module, open.session, keyLabel);
  open.keys.clear();
  for (const [version, key] of found) open.keys.set(version, key);
}

function newestOf({ keys }: OpenToken): number {
  return Math.max(...keys.keys());
}

function keyOf({ keys }: OpenToken, version: number): Handle {
  const key = keys.get(version);
  if (key === undefined) throw unknownVersion(version, "pkcs11");
  return key;
}
