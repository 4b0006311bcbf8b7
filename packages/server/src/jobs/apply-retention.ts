import { RETENTION_KINDS, type RetentionKind } from "@habitus/wire/schemas";
import type { Deps } from "../deps.ts";
import { audit } from "../flows/audit.ts";
import { eraseBehaviour } from "../flows/erase-behaviour.ts";
import { breathe } from "../flows/recorded-sessions.ts";
import { mayKeep } from "../live/consent.ts";
import type { SubjectState } from "../live/subjects.ts";
import type { Older } from "../storage/storage.ts";

export const DAY_MS = 86_400_000;
/** Rows of one kind that one commit deletes: requests wait no longer than for that. */
const LOT = 500;

interface Round {
  readonly application: string;
  readonly lots: readonly (Older & {
    readonly whose: readonly { readonly subject: string; readonly count: number }[];
  })[];
}

/**
 * Deletes what is older than the application has promised, in small lots, each with its audit entry in the same commit: a process killed
 * between two of them goes on with the next run. Returns how many rows went.
 */
export async function applyRetention(deps: Deps): Promise<number> {
  await deps.live.sweep({ everything: true }); // what waits for its snapshot may be old already
  let deleted = 0;
  for (const { application } of await deps.storage.applications()) {
    for (;;) {
      const round = await planRound(deps, application);
      if (round.lots.length === 0) break;
      deleted += await deleteRound(deps, round);
      await breathe();
    }
    deleted += await eraseInactive(deps, application);
  }
  deps.retention.appliedAt = deps.now();
  return deleted;
}

async function planRound(deps: Deps, application: string): Promise<Round> {
  const lots: Round["lots"][number][] = [];
  for (const kind of RETENTION_KINDS) {
    if (kind === "inactive") continue;
    const what = { application, kind, before: await beforeOf(deps, application, kind), limit: LOT };
    const whose = await deps.storage.older(what);
    if (whose.length > 0) lots.push({ ...what, whose });
  }
  return { application, lots };
}

async function beforeOf({ settings, now }: Deps, application: string, kind: RetentionKind): Promise<number> {
  const { current } = await settings.load(application);
  return now() - current.retention[kind] * DAY_MS;
}

async function deleteRound(deps: Deps, { application, lots }: Round): Promise<number> {
  const counts = new Map<RetentionKind, number>();
  for (const { kind, whose } of lots) counts.set(kind, sum(whose.map(({ count }) => count)));
  const at = deps.now();
  const detail = Object.fromEntries(counts);
  await deps.commits.submit([
    ...lots.map(({ whose: _, ...row }) => ({ kind: "forgetOlder" as const, row })),
    audit(application, { at, action: "retention.applied", actor: "habitus", detail }),
  ]);
  for (const lot of lots) await forgetInMemory(deps, lot);
  return sum([...counts.values()]);
}

/** What is in memory of it is as in the store. */
async function forgetInMemory(deps: Deps, { application, kind, before, whose }: Round["lots"][number]): Promise<void> {
  if (kind === "sessions")
    for (const live of deps.live.all())
      if (live.application === application && live.state.state === "ended" && live.openedAt < before)
        await live.turn.run(() => deps.live.drop(live));
  if (kind !== "samples" && kind !== "phrases") return;
  for (const { subject } of whose) {
    const state = deps.subjects.peek(application, subject);
    if (state !== undefined) await state.turn.run(() => refresh(deps, state, before));
  }
}

async function refresh({ storage, system }: Deps, state: SubjectState, before: number): Promise<void> {
  const { application, subject, phrases } = state;
  const { name, version } = system.extractor;
  state.samples = await storage.countSamples(application, subject, `${name}@${version}`);
  for (const [field, one] of phrases.stored) {
    if (one.updatedAt >= before) continue;
    phrases.stored.delete(field);
    if (phrases.known.get(field) === one) phrases.known.delete(field);
  }
}

/** Whoever had no session for so long is forgotten; the consent stands, and a next visit begins anew. */
async function eraseInactive(deps: Deps, application: string): Promise<number> {
  const before = await beforeOf(deps, application, "inactive");
  let erased = 0;
  for (;;) {
    const found = await deps.storage.older({ application, kind: "inactive", before, limit: LOT });
    for (const { subject } of found) {
      const state = await deps.subjects.find(application, subject);
      if (state === undefined) continue;
      await eraseBehaviour(deps, state, { actor: "habitus", why: mayKeep(state) ? "inactive" : "withdrawn" });
      erased += 1;
    }
    if (found.length < LOT) return erased;
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
