import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CK, CKA, type Cryptoki, loadCryptoki } from "../src/keys/pkcs11/cryptoki.ts";
import type { Pkcs11Config } from "../src/keys/pkcs11/token.ts";

const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
];
const MODULE = MODULES.find((path) => existsSync(path));
export const PIN = "271828";

/** Why tests against SoftHSM2 cannot run here, or undefined where they can. */
export function whyNoHsm(): string | undefined {
  if (MODULE === undefined) return "SoftHSM2 is not installed (apt-get install softhsm2)";
  try {
    createRequire(import.meta.url).resolve("pkcs11js");
    return undefined;
  } catch {
    return "pkcs11js is not installed";
  }
}

export interface SoftHsm {
  readonly config: Pkcs11Config;
  /** What a process of its own needs to find the token. */
  readonly env: Readonly<Record<string, string>>;
  readonly pinFile: string;
  /** Takes the token away and brings it back. */
  readonly takeAway: () => Promise<void>;
  readonly bringBack: () => Promise<void>;
  /** Makes another token in the same module. */
  readonly initToken: (label: string) => void;
  readonly remove: () => Promise<void>;
}

/** Makes a token of SoftHSM2 in a folder of its own. One at a time in a process: the module reads its configuration once. */
export async function startSoftHsm(): Promise<SoftHsm> {
  if (MODULE === undefined) throw new Error("there is no SoftHSM2");
  const folder = await mkdtemp(join(tmpdir(), "habitus-hsm-"));
  const tokens = join(folder, "tokens");
  await mkdir(tokens);
  const conf = join(folder, "softhsm2.conf");
  await writeFile(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const pinFile = join(folder, "pin");
  await writeFile(pinFile, `${PIN}\n`, { mode: 0o600 });
  process.env.SOFTHSM2_CONF = conf;
  const initToken = (label: string): void => {
    const args = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "314159"];
    execFileSync("softhsm2-util", args, { env: { ...process.env, SOFTHSM2_CONF: conf }, stdio: "ignore" });
  };
  initToken("habitus");
  const config = { module: MODULE, token: "habitus", keyLabel: "kek", pinFile };
  return {
    config,
    pinFile,
    initToken,
    env: {
      SOFTHSM2_CONF: conf,
      HABITUS_KEYS: "pkcs11",
      HABITUS_PKCS11_MODULE: MODULE,
      HABITUS_PKCS11_TOKEN: config.token,
      HABITUS_PKCS11_KEY_LABEL: config.keyLabel,
      HABITUS_PKCS11_PIN_FILE: pinFile,
    },
    takeAway: () => rename(tokens, `${tokens}-away`),
    bringBack: () => rename(`${tokens}-away`, tokens),
    async remove() {
      finish(loadCryptoki(MODULE));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Lets the next one be read: the module keeps its tokens until it is finished. */
function finish(module: Cryptoki): void {
  try {
    module.C_Initialize();
  } catch {
    // it was
  }
  try {
    module.C_Finalize();
  } catch {
    // nor is it now
  }
}

/** Returns the module with a session that may see the keys of this label. */
export function lookInside({ module: path, token, keyLabel }: Pkcs11Config) {
  const module = loadCryptoki(path);
  try {
    module.C_Initialize();
  } catch {
    // it was already
  }
  const slot = module.C_GetSlotList(true).find((one) => module.C_GetTokenInfo(one).label.trim() === token);
  if (slot === undefined) throw new Error("there is no such token");
  const session = module.C_OpenSession(slot, CK.SERIAL_SESSION);
  try {
    module.C_Login(session, CK.USER, PIN);
  } catch {
    // a provider of this process has signed in
  }
  module.C_FindObjectsInit(session, [{ type: CKA.LABEL, value: keyLabel }]);
  const keys = module.C_FindObjects(session, 10);
  module.C_FindObjectsFinal(session);
  return { module, session, keys };
}
