import { createRequire } from "node:module";
import { KeyError } from "../key-provider.ts";

/** A number in PKCS #11 3.0 of OASIS: the few that are needed here. */
export const CK = {
  USER: 1,
  SECRET_KEY: 4,
  AES: 0x1f,
  AES_KEY_GEN: 0x1080,
  AES_GCM: 0x1087,
  RW_SESSION: 2,
  SERIAL_SESSION: 4,
  PARAMS_AES_GCM: 3,
} as const;
export const CKA = {
  CLASS: 0,
  TOKEN: 1,
  PRIVATE: 2,
  LABEL: 3,
  VALUE: 0x11,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  ENCRYPT: 0x104,
  DECRYPT: 0x105,
  VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162,
  MODIFIABLE: 0x170,
} as const;
export const CKR = {
  GENERAL_ERROR: 5,
  FUNCTION_FAILED: 6,
  DATA_INVALID: 0x20,
  DATA_LEN_RANGE: 0x21,
  ENCRYPTED_DATA_INVALID: 0x40,
  ENCRYPTED_DATA_LEN_RANGE: 0x41,
  AEAD_DECRYPT_FAILED: 0x42,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  SIGNATURE_INVALID: 0xc0,
  USER_ALREADY_LOGGED_IN: 0x100,
  ALREADY_INITIALIZED: 0x191,
} as const;

/** Handles are the module's own bytes. */
export type Handle = Buffer;
export interface Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Buffer;
}
export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: {
    readonly type: number;
    readonly iv: Buffer;
    readonly ivBits: number;
    readonly aad: Buffer;
    readonly tagBits: number;
  };
}

/** The slice of pkcs11js that is needed; declared here so that it need not be installed to compile. */
export interface Cryptoki {
  load(path: string): void;
  C_Initialize(): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { readonly label: string };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void;
  C_FindObjects(session: Handle, max: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): { readonly value: Buffer }[];
  C_GenerateKey(session: Handle, mechanism: Mechanism, template: readonly Attribute[]): Handle;
  C_DestroyObject(session: Handle, object: Handle): void;
  C_EncryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_EncryptAsync(session: Handle, plain: Buffer, out: Buffer): Promise<Buffer>;
  C_DecryptInit(session: Handle, mechanism: Mechanism, key: Handle): void;
  C_DecryptAsync(session: Handle, sealed: Buffer, out: Buffer): Promise<Buffer>;
}

const load = createRequire(import.meta.url);

/** Returns the vendor's module. Throws a `KeyError` where it, or pkcs11js, is not there. */
export function loadCryptoki(path: string): Cryptoki {
  let library: { readonly PKCS11: new () => Cryptoki };
  try {
    library = load("pkcs11js") as typeof library; // as its types say
  } catch (cause) {
    throw new KeyError(
      "misconfigured",
      "PKCS #11 needs the package pkcs11js, which is not here: run npm install pkcs11js@2.1.7 (it needs a C++ compiler and Python).",
      { cause },
    );
  }
  const module = new library.PKCS11();
  try {
    module.load(path);
  } catch (cause) {
    throw new KeyError(
      "misconfigured",
      `The PKCS #11 module ${path} cannot be loaded: HABITUS_PKCS11_MODULE must name the vendor's library.`,
      { cause },
    );
  }
  return module;
}

/** Returns the module's result code, or undefined for another error. */
export function resultCode(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}
