import { type ApplicationSettings, DEFAULT_SETTINGS, type SettingsRequest } from "@habitus/wire/schemas";
import type { SettingsRow, Storage } from "../storage/storage.ts";

/** What an application has set: one object per application, shared by its sessions, so that a change holds at once. */
export interface AppliedSettings {
  readonly application: string;
  current: ApplicationSettings;
  changedAt: number | null;
}

export interface Settings {
  readonly load: (application: string) => Promise<AppliedSettings>;
  /** Takes over what the store has now. */
  readonly reload: (application: string) => Promise<AppliedSettings>;
}

export function createSettings(storage: Pick<Storage, "settings">): Settings {
  const held = new Map<string, Promise<AppliedSettings>>();
  const read = async (application: string): Promise<AppliedSettings> => {
    const row = await storage.settings(application);
    return { application, ...settingsOf(row) };
  };
  const load = (application: string): Promise<AppliedSettings> => {
    const known = held.get(application);
    if (known !== undefined) return known;
    const loading = read(application);
    held.set(application, loading);
    loading.catch(() => held.delete(application)); // the next one tries again
    return loading;
  };
  return {
    load,
    async reload(application) {
      return Object.assign(await load(application), await read(application));
    },
  };
}

export type SettingsChange = Omit<SettingsRequest, "actor">;

/** Returns the settings with what is given replaced: a kind of data, a text, one by one. */
export function changeSettings(before: ApplicationSettings, change: SettingsChange): ApplicationSettings {
  const { tier, retention, eraseWithinHours, consentTexts } = change;
  return {
    tier: tier ?? before.tier,
    eraseWithinHours: eraseWithinHours ?? before.eraseWithinHours,
    retention: { ...before.retention, ...withoutMissing(retention ?? {}) },
    consentTexts: { ...before.consentTexts, ...withoutMissing(consentTexts ?? {}) },
  };
}

function settingsOf(row: SettingsRow | undefined): Omit<AppliedSettings, "application"> {
  if (row === undefined) return { current: DEFAULT_SETTINGS, changedAt: null };
  const stored = JSON.parse(row.settings) as SettingsChange; // it was checked before it was stored
  return { current: changeSettings(DEFAULT_SETTINGS, stored), changedAt: row.at };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutMissing<T extends object>(given: T): Given<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given<T>; // the same keys
}
