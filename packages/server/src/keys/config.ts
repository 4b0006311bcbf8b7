import { resolve } from "node:path";
import { openFileKeys } from "./file.ts";
import type { KeyProvider } from "./key-provider.ts";
import { openPkcs11Keys } from "./pkcs11/provider.ts";
import type { Pkcs11Config } from "./pkcs11/token.ts";

/** Where the key-encryption keys live. Plain data, because it may have to cross into a thread. */
export type KeysConfig =
  /** The file `key` of the data folder, or another one. */
  { readonly provider: "file"; readonly path?: string } | ({ readonly provider: "pkcs11" } & Pkcs11Config);

export const FILE_KEYS: KeysConfig = { provider: "file" };

export interface OpenedKeys {
  readonly keys: KeyProvider;
  /** Of a key file from before keys had versions. */
  readonly rootBefore: Uint8Array | undefined;
}

/** Opens what the configuration names; `path` is the key file where none is named. */
export async function openKeys(
  config: KeysConfig,
  path: string,
  { mayMake }: { readonly mayMake: boolean },
): Promise<OpenedKeys> {
  if (config.provider === "pkcs11") return { keys: await openPkcs11Keys(config, { mayMake }), rootBefore: undefined };
  const { provider, rootBefore } = await openFileKeys(config.path ?? path, { mayMake });
  return { keys: provider, rootBefore };
}

/** Reads the configuration of keys from environment variables. Throws a `RangeError` that names the variable. */
export function loadKeysConfig(env: Readonly<Record<string, string | undefined>>): KeysConfig {
  const kind = env.HABITUS_KEYS ?? "file";
  if (kind === "file") {
    const path = env.HABITUS_KEY_FILE;
    return path === undefined || path === "" ? FILE_KEYS : { provider: "file", path: resolve(path) };
  }
  if (kind !== "pkcs11") throw new RangeError(`HABITUS_KEYS must be one of file, pkcs11, got "${kind}"`);
  const needed = (name: string, what: string): string => {
    const value = env[name];
    if (value === undefined || value === "") throw new RangeError(`HABITUS_KEYS=pkcs11 needs ${name}: ${what}`);
    return value;
  };
  return {
    provider: "pkcs11",
    module: needed(
      "HABITUS_PKCS11_MODULE",
      "the path of the vendor's library, such as /usr/lib/softhsm/libsofthsm2.so",
    ),
    token: needed("HABITUS_PKCS11_TOKEN", "the label of the token"),
    keyLabel: env.HABITUS_PKCS11_KEY_LABEL ?? "habitus",
    pinFile: resolve(needed("HABITUS_PKCS11_PIN_FILE", "a file with the user's PIN, readable by its owner alone")),
  };
}
