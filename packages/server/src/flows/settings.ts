import { type ApplicationSettings, RETENTION_KINDS, type SettingsResponse } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import { changeSettings, type SettingsChange } from "../live/settings.ts";
import { audit } from "./audit.ts";

/** Returns what the application has set, and what is kept of each kind now. */
export async function readSettings(deps: Deps, application: string): Promise<SettingsResponse> {
  const { current, changedAt } = await deps.settings.load(application);
  const kept = RETENTION_KINDS.map(async (kind) => ({
    kind,
    days: current.retention[kind],
    ...(await deps.storage.kept(application, kind)),
  }));
  return { settings: current, changedAt, kept: await Promise.all(kept), appliedAt: deps.retention.appliedAt };
}

export interface PutSettings extends SettingsChange {
  readonly application: string;
  readonly actor: string;
}

/** Changes what is given and leaves the rest. It holds at once; what is too old by it goes with the next run of retention. */
export async function putSettings(
  deps: Deps,
  { application, actor, ...change }: PutSettings,
): Promise<SettingsResponse> {
  const { current: before } = await deps.settings.load(application);
  const after = changeSettings(before, change);
  const at = deps.now();
  await deps.commits.submit([
    { kind: "putSettings", row: { application, settings: JSON.stringify(after), at, actor } },
    audit(application, { at, action: "settings.changed", actor, detail: changesOf(before, after) }),
  ]);
  await deps.settings.reload(application);
  return readSettings(deps, application);
}

/** What is another than before, each with its new value; of a text its version. */
function changesOf(before: ApplicationSettings, after: ApplicationSettings): Record<string, string | number> {
  const plain = ({ tier, eraseWithinHours, retention, consentTexts }: ApplicationSettings) => ({
    tier,
    eraseWithinHours,
    ...Object.fromEntries(RETENTION_KINDS.map((kind) => [`retention.${kind}`, retention[kind]])),
    ...Object.fromEntries(Object.entries(consentTexts).map(([purpose, { version }]) => [`text.${purpose}`, version])),
  });
  const old: Record<string, string | number> = plain(before);
  return Object.fromEntries(Object.entries(plain(after)).filter(([key, value]) => old[key] !== value));
}
