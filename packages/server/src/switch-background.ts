import type { Backgrounds, FeatureSet, PrivacyPromise } from "@habitus/core";
import { withDefaults } from "./config.ts";
import { openFolder } from "./engine/inline.ts";
import { audit } from "./flows/audit.ts";
import { ENOUGH_PEOPLE } from "./flows/read-status.ts";
import { FILE_KEYS, type KeysConfig } from "./keys/config.ts";
import { mayLearnFrom } from "./live/consent.ts";
import {
  pointerName,
  readOwnBackground,
  systemOf,
  withOwnBackground,
  writeOwnBackground,
} from "./live/own-background.ts";
import { storedForms } from "./live/stored-form.ts";
import { readSamples } from "./live/stored-samples.ts";
import { createSubjects } from "./live/subjects.ts";
import { createGroupCommit } from "./storage/group-commit.ts";

/** What was learnt from people. */
export interface Learnt {
  readonly backgrounds: Backgrounds;
  /** What was not, each with the reason in a sentence. */
  readonly notLearnt: readonly string[];
}

export interface SwitchBackground {
  /** Of a service that is stopped. */
  readonly dataDir: string;
  /** Whose people it is learnt from: the name of an application. */
  readonly application: string;
  /** Learns from the feature sets of people, each oldest first; `before` is what the service had learnt of its own until now. */
  readonly fit: (people: readonly (readonly FeatureSet[])[], before: Backgrounds | undefined) => Learnt;
  readonly fewestPeople?: number;
  readonly onProgress?: (share: number, what: string) => void;
  readonly now?: () => number;
  /** The service's own generation of reference keys (see `ServiceConfig`). */
  readonly referenceKeys?: number;
  /** Where its keys are; by default in the folder. */
  readonly keys?: KeysConfig;
}

export interface Switched {
  /** Of typing, and the people it was learnt from. */
  readonly id: string;
  readonly people: number;
  /** What was promised to them; undefined where nothing was. */
  readonly privacy: PrivacyPromise | undefined;
  /** Of pointing and of usage; undefined where the shipped one judges it. */
  readonly pointing: { readonly id: string; readonly people: number } | undefined;
  readonly usage: { readonly id: string; readonly people: number } | undefined;
  readonly notLearnt: readonly string[];
  /** References that were made anew, and subjects of whom too little is stored: they are enrolled again as they type. */
  readonly remade: number;
  readonly notRemade: number;
}

/**
 * Learns backgrounds from the stored feature sets of an application's consenting people, makes them the service's own, and makes
 * every reference anew with them. Throws a `RangeError` for too few people. Where it is interrupted after the new ones were kept,
 * the service makes what is left anew when it is first needed.
 */
export async function switchBackground(options: SwitchBackground): Promise<Switched> {
  const {
    dataDir,
    fit,
    referenceKeys: generation = 0,
    fewestPeople = ENOUGH_PEOPLE,
    onProgress = () => undefined,
    now = Date.now,
  } = options;
  const { storage, keys, secrets } = await openFolder({
    dataDir,
    maxBytes: undefined,
    keys: options.keys ?? FILE_KEYS,
  });
  try {
    const applications = await storage.applications();
    const from = applications.find(({ name }) => name === options.application);
    if (from === undefined) {
      const names = applications.map(({ name }) => name).join(", ");
      throw new RangeError(
        `there is no application "${options.application}" in ${dataDir}, which has ${names || "none"}`,
      );
    }
    const commits = createGroupCommit(storage);
    const { system } = await withOwnBackground(dataDir, secrets, withDefaults({ dataDir }).system);
    const before = createSubjects({
      storage,
      commits,
      keys,
      system,
      now,
      forms: storedForms({ system, secrets, generation }),
    });
    const people: FeatureSet[][] = [];
    onProgress(0, "reading");
    for (const subject of await storage.enrolledSubjects(from.application)) {
      const state = await before.find(from.application, subject);
      if (state === undefined || !mayLearnFrom(state)) continue;
      const samples = await readSamples({ storage, system }, state);
      if (samples.length > 0) people.push(samples);
    }
    const typists = people.filter((sets) => sets.some(({ keystrokes }) => keystrokes > 0)).length;
    if (typists < fewestPeople)
      throw new RangeError(
        `${typists} people are enrolled with consent (to the purpose population) and typing of this system: at least ${fewestPeople} are needed`,
      );
    onProgress(0.1, "learning");
    const { backgrounds, notLearnt } = fit(people, await readOwnBackground(dataDir, secrets));
    await writeOwnBackground(dataDir, secrets, backgrounds);
    const own = systemOf(backgrounds);
    const after = createSubjects({
      storage,
      commits,
      keys,
      system: own,
      now,
      forms: storedForms({ system: own, secrets, generation }),
    });
    const { typing, pointing: pointer, usage: used } = backgrounds;
    const learnt = { id: typing.model.id, people: typing.provenance.people };
    const { privacy } = typing.provenance;
    const pointing = pointer && { id: pointerName(pointer), people: pointer.provenance.people };
    const usage = used && { id: used.model.id, people: used.provenance.people };
    let [remade, notRemade] = [0, 0];
    for (const { application } of applications) {
      const subjects = await storage.enrolledSubjects(application);
      for (const [i, subject] of subjects.entries()) {
        onProgress(0.8 + (0.2 * i) / subjects.length, "making references anew");
        const state = await after.find(application, subject);
        if (state?.reference === undefined) notRemade += 1;
        else remade += 1;
      }
      const detail = {
        background: learnt.id,
        people: learnt.people,
        pointing: pointing?.id ?? null,
        pointingPeople: pointing?.people ?? null,
        usage: usage?.id ?? null,
        usagePeople: usage?.people ?? null,
        epsilon: privacy?.epsilon ?? null,
      };
      const entry = { at: now(), action: "background.switched" as const, actor: "operator", detail };
      await commits.submit([audit(application, entry)]);
    }
    return { ...learnt, privacy, pointing, usage, notLearnt, remade, notRemade };
  } finally {
    await storage.close();
    await keys.close();
  }
}
