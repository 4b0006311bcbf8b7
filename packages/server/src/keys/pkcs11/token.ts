import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { KeyError } from "../key-provider.ts";
import { KEY_BYTES } from "../wrapped.ts";
import { type Attribute, CK, CKA, CKR, type Cryptoki, type Handle, resultCode } from "./cryptoki.ts";

export interface Pkcs11Config {
  /** Path of the vendor's library. */
  readonly module: string;
  /** Label of the token. */
  readonly token: string;
  /** Label of the key-encryption keys; their CKA_ID is the version. */
  readonly keyLabel: string;
  /** A file that holds the user's PIN and that its owner alone may read. */
  readonly pinFile: string;
}

/** A token that was signed in to. */
export interface OpenToken {
  readonly slot: Handle;
  readonly session: Handle;
  /** The key-encryption keys by their versions. */
  readonly keys: Map<number, Handle>;
}

/** Opens the token, signs in and finds the keys. */
export async function openToken(module: Cryptoki, config: Pkcs11Config, pins: RefusedPins): Promise<OpenToken> {
  const pin = await readPin(config.pinFile);
  pins.check(pin, config);
  initialize(module);
  const slot = findSlot(module, config.token) ?? findSlotAnew(module, config.token);
  if (slot === undefined)
    throw new KeyError(
      "keysUnavailable",
      `The module ${config.module} has no token "${config.token}" now: see that it is there (HABITUS_PKCS11_TOKEN).`,
    );
  const session = module.C_OpenSession(slot, CK.SERIAL_SESSION);
  try {
    signIn(module, session, { pin, config, pins });
    return { slot, session, keys: findKeys(module, session, config.keyLabel) };
  } catch (error) {
    closeQuietly(module, session);
    throw error;
  }
}

/** A PIN that a token refused is not tried again: a few attempts lock the token. */
export interface RefusedPins {
  readonly check: (pin: string, config: Pkcs11Config) => void;
  readonly refuse: (pin: string) => void;
}

export function createRefusedPins(): RefusedPins {
  const refused = new Set<string>();
  const digest = (pin: string): string => createHash("sha256").update(pin).digest("hex");
  return {
    check(pin, config) {
      if (refused.has(digest(pin))) throw wrongPin(config, "it was refused before");
    },
    refuse: (pin) => void refused.add(digest(pin)),
  };
}

function wrongPin({ token, pinFile }: Pkcs11Config, why: string): KeyError {
  return new KeyError(
    "misconfigured",
    `The token "${token}" does not take the PIN in ${pinFile} (${why}): correct the file. The same PIN is not tried again, because a few attempts lock a token.`,
  );
}

async function readPin(path: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw new KeyError("exposedKey", `Others than its owner may use the PIN file ${path}: run chmod 600 on it.`);
    const pin = (await readFile(path, "utf8")).trim();
    if (pin !== "") return pin;
  } catch (cause) {
    if (cause instanceof KeyError) throw cause;
    throw new KeyError("misconfigured", `The PIN file ${path} cannot be read (HABITUS_PKCS11_PIN_FILE).`, { cause });
  }
  throw new KeyError("misconfigured", `The PIN file ${path} is empty.`);
}

function initialize(module: Cryptoki): void {
  try {
    module.C_Initialize();
  } catch (error) {
    if (resultCode(error) !== CKR.ALREADY_INITIALIZED) throw error;
  }
}

function findSlot(module: Cryptoki, token: string): Handle | undefined {
  return module.C_GetSlotList(true).find((slot) => {
    try {
      return module.C_GetTokenInfo(slot).label.trim() === token;
    } catch {
      return false; // it is going, or it was never made
    }
  });
}

/** Some modules look for tokens only when they are initialised. */
function findSlotAnew(module: Cryptoki, token: string): Handle | undefined {
  module.C_Finalize();
  initialize(module);
  return findSlot(module, token);
}

const REFUSALS: readonly number[] = [
  CKR.PIN_INCORRECT,
  CKR.PIN_INVALID,
  CKR.PIN_LEN_RANGE,
  CKR.PIN_EXPIRED,
  CKR.PIN_LOCKED,
];

interface SignIn {
  readonly pin: string;
  readonly config: Pkcs11Config;
  readonly pins: RefusedPins;
}

function signIn(module: Cryptoki, session: Handle, { pin, config, pins }: SignIn): void {
  try {
    module.C_Login(session, CK.USER, pin);
  } catch (error) {
    const code = resultCode(error) ?? -1;
    if (code === CKR.USER_ALREADY_LOGGED_IN) return; // signing in counts for the whole process
    if (!REFUSALS.includes(code)) throw error;
    pins.refuse(pin);
    throw wrongPin(config, code === CKR.PIN_LOCKED ? "the token is locked" : "wrong PIN");
  }
}

export function findKeys(module: Cryptoki, session: Handle, label: string): Map<number, Handle> {
  module.C_FindObjectsInit(session, [
    { type: CKA.CLASS, value: CK.SECRET_KEY },
    { type: CKA.KEY_TYPE, value: CK.AES },
    { type: CKA.LABEL, value: label },
  ]);
  let found: Handle[];
  try {
    found = module.C_FindObjects(session, 1000);
  } finally {
    module.C_FindObjectsFinal(session);
  }
  return new Map(found.map((key) => [versionOf(module, session, key), key]));
}

/** The key's ID as a number; one without an ID is the first. */
function versionOf(module: Cryptoki, session: Handle, key: Handle): number {
  const [id] = module.C_GetAttributeValue(session, key, [{ type: CKA.ID }]);
  const bytes = id?.value ?? Buffer.alloc(0);
  return bytes.length === 0 ? 1 : bytes.subarray(-4).readUIntBE(0, Math.min(4, bytes.length));
}

/** Makes a key that stays in the token: sensitive, not extractable, for AES alone. */
export function makeKey(module: Cryptoki, { slot }: OpenToken, { keyLabel, version }: NewKey): void {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(version);
  const template: Attribute[] = [
    { type: CKA.CLASS, value: CK.SECRET_KEY },
    { type: CKA.KEY_TYPE, value: CK.AES },
    { type: CKA.VALUE_LEN, value: KEY_BYTES },
    { type: CKA.TOKEN, value: true },
    { type: CKA.PRIVATE, value: true },
    { type: CKA.SENSITIVE, value: true },
    { type: CKA.EXTRACTABLE, value: false },
    { type: CKA.MODIFIABLE, value: false },
    { type: CKA.ENCRYPT, value: true },
    { type: CKA.DECRYPT, value: true },
    { type: CKA.LABEL, value: keyLabel },
    { type: CKA.ID, value: id },
  ];
  inWritingSession(module, slot, (session) => {
    module.C_GenerateKey(session, { mechanism: CK.AES_KEY_GEN }, template);
  });
}

interface NewKey {
  readonly keyLabel: string;
  readonly version: number;
}

export function destroyKey(module: Cryptoki, { slot }: OpenToken, key: Handle): void {
  inWritingSession(module, slot, (session) => module.C_DestroyObject(session, key));
}

function inWritingSession(module: Cryptoki, slot: Handle, work: (session: Handle) => void): void {
  const session = module.C_OpenSession(slot, CK.SERIAL_SESSION | CK.RW_SESSION);
  try {
    work(session);
  } finally {
    closeQuietly(module, session);
  }
}

export function closeQuietly(module: Cryptoki, session: Handle): void {
  try {
    module.C_CloseSession(session);
  } catch {
    // it went with its token
  }
}
