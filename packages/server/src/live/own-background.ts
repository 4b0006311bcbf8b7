import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Background,
  type Backgrounds,
  createHabitus,
  decodeBackgrounds,
  encodeBackgrounds,
  habitus,
  type PointerBackground,
  type System,
  shippedPointer,
  shippedTyping,
  shippedUsage,
} from "@habitus/core";
import { open, type SealContext, seal } from "../keys/envelope.ts";
import { KeyError } from "../keys/key-provider.ts";
import type { Secrets } from "../keys/secrets.ts";

const FILE = "background.sealed";
const CONTEXT: SealContext = { application: "", subject: "", kind: "background", version: "1" };

/** Which background of typing the running system compares with, and of what else. */
export interface RunningBackground extends RunningPart {
  readonly pointing: RunningPart;
  readonly usage: RunningPart;
}
export interface RunningPart {
  readonly id: string;
  readonly people: number;
  /** Learnt from this service's own people; else the one that is shipped. */
  readonly own: boolean;
  /** What was promised to these people (differential privacy); missing where nothing was. */
  readonly epsilon?: number;
}

/** The system to run: `habitus` with this folder's own background where there is one, any other as it is. */
export async function withOwnBackground(
  folder: string,
  secrets: Secrets,
  system: System,
): Promise<{ readonly system: System; readonly background: () => RunningBackground | undefined }> {
  if (system.name !== habitus.name) return { system, background: () => undefined };
  const own = folder === ":memory:" ? undefined : await readOwnBackground(folder, secrets);
  if (own === undefined) return { system, background: () => describe({}) };
  return { system: systemOf(own), background: () => describe(own) };
}

export function systemOf({ typing, pointing, usage }: Backgrounds): System {
  const system = createHabitus(
    () => typing,
    () => pointing ?? shippedPointer(),
    () => usage ?? shippedUsage(),
  );
  return system as unknown as System; // safe: a state comes only from its own system, which checks it
}

/** Writes them sealed in one file, so that nobody who may only write files can choose what people are compared with; whole or not at all. */
export async function writeOwnBackground(folder: string, secrets: Secrets, backgrounds: Backgrounds): Promise<void> {
  const path = join(folder, FILE);
  const sealed = seal(keyOf(secrets), CONTEXT, Buffer.from(encodeBackgrounds(backgrounds)));
  await writeFile(`${path}.new`, sealed, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}

/** Returns the folder's own backgrounds, or undefined where there are none. Throws a `KeyError` where it cannot be opened. */
export async function readOwnBackground(folder: string, secrets: Secrets): Promise<Backgrounds | undefined> {
  let sealed: Buffer;
  try {
    sealed = await readFile(join(folder, FILE));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return decodeBackgrounds(open(keyOf(secrets), CONTEXT, sealed).toString());
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "unknown";
    const message = `${FILE} cannot be used (${why}): restore it, or move it away to compare with the shipped background.`;
    throw new KeyError("malformedSeal", message, { cause });
  }
}

function describe({ typing, pointing, usage }: Partial<Backgrounds>): RunningBackground {
  const [typed, pointed, used] = [typing ?? shippedTyping(), pointing ?? shippedPointer(), usage ?? shippedUsage()];
  return {
    ...part(typed.model.id, typed, typing !== undefined),
    pointing: part(pointerName(pointed), pointed, pointing !== undefined),
    usage: part(used.model.id, used, usage !== undefined),
  };
}

function part(id: string, { provenance }: Pick<Background, "provenance">, own: boolean): RunningPart {
  const { people, privacy } = provenance;
  return { id, people, own, ...(privacy && { epsilon: privacy.epsilon }) };
}

/** Returns the background's name, which either of its two models has and adds its own. */
export function pointerName({ arms }: Pick<PointerBackground, "arms">): string {
  return arms.full.id.replace(/\.full$/, "");
}

function keyOf(secrets: Secrets): Uint8Array {
  return secrets.derive("background", 32);
}
