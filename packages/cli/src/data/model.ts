import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FeatureSet, Reference, System } from "@habitus/core";
import { CliError } from "../cli-error.ts";
import { explainFileError } from "./file-error.ts";

const FORMAT = "habitus-model";
const VERSION = 1;

/** A reference kept in a file, with what it was trained on: a sample that trained a model is never used to try it. */
export interface Model {
  readonly subject: string;
  /** `name@version` of the system. */
  readonly system: string;
  readonly reference: Reference;
  /** Fingerprints of all samples offered at enrolment, the subject's and other people's. */
  readonly trainedOn: ReadonlySet<string>;
  /** The other people it was trained against: as impostors they are "seen". */
  readonly background: readonly string[];
}

/** Returns the same short text for the same numbers. */
export function fingerprint({ values }: FeatureSet): string {
  return createHash("sha256").update(values.join()).digest("hex").slice(0, 12);
}

/** Writes the model into the folder, which is made, as one JSON file that only this user may read; returns its path. */
export async function saveModel(folder: string, model: Model): Promise<string> {
  const { reference } = model;
  const path = modelPath(folder, model.subject);
  const content = {
    format: FORMAT,
    version: VERSION,
    subject: model.subject,
    system: model.system,
    reference: { ...reference, payload: Buffer.from(reference.payload).toString("base64") },
    background: model.background,
    trainedOn: [...model.trainedOn],
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  } catch (error) {
    throw explainFileError(error, path);
  }
  return path;
}

/** Returns the subject's model for this system. Throws a `CliError` where there is none, or it is of another version. */
export async function loadModel(folder: string, subject: string, system: System): Promise<Model> {
  const path = modelPath(folder, subject);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const known = await knownSubjects(folder);
    const others = known.length === 0 ? "it holds no models" : `it has models of ${known.join(", ")}`;
    const message = `there is no model of "${subject}" in ${folder} (${others}): make one with habitus enrol.`;
    throw new CliError("badData", message, { cause: error });
  }
  const model = parseModel(text);
  const wanted = systemId(system);
  if (model === undefined)
    throw new CliError("badData", `${path} is no model of version ${VERSION}: make it again with habitus enrol.`);
  if (model.system !== wanted)
    throw new CliError(
      "badData",
      `${path} is a model of ${model.system}, not ${wanted}: make it again with habitus enrol.`,
    );
  return model;
}

export function systemId({ name, version }: System): string {
  return `${name}@${version}`;
}

function modelPath(folder: string, subject: string): string {
  return join(folder, `${encodeURIComponent(subject).replaceAll(".", "%2E")}.json`);
}

async function knownSubjects(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".json")).map((name) => decodeURIComponent(name.slice(0, -5)));
}

function parseModel(text: string): Model | undefined {
  try {
    const content = JSON.parse(text); // each field is checked before it is used
    const { format, version, subject, system, reference, background, trainedOn } = content;
    const { comparator, extractor, samples, enrolledAt, payload } = reference;
    const texts = [subject, system, comparator, extractor, payload, ...background, ...trainedOn];
    const numbers = [samples, enrolledAt];
    if (format !== FORMAT || version !== VERSION) return undefined;
    if (!texts.every((one) => typeof one === "string") || !numbers.every(Number.isFinite)) return undefined;
    const bytes = new Uint8Array(Buffer.from(payload, "base64"));
    return {
      subject,
      system,
      reference: { kind: "reference", comparator, extractor, samples, enrolledAt, payload: bytes },
      trainedOn: new Set<string>(trainedOn),
      background,
    };
  } catch {
    return undefined; // not JSON, or without one of the parts: no model
  }
}
