import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import { slicePointer } from "../recordings/slice.ts";
import { strokes } from "../recordings/strokes.ts";
import type { Background } from "./background.ts";
import { left } from "./fixed-text.ts";
import { bySubject, type Protocol, probeOf } from "./protocol.ts";

/** How a session is cut into probes. */
export type ProbeCut =
  | { readonly kind: "events"; readonly count: number }
  | { readonly kind: "strokes"; readonly count: number }
  | { readonly kind: "whole" };

/** Returns the cut's name as protocols have it. */
export function cutName(cut: ProbeCut): string {
  return cut.kind === "whole" ? "minute" : `${cut.kind}-${cut.count}`;
}

/** Returns consecutive pieces of a session that do not overlap; what is left over at the end is none. */
export function cutSession(session: Recording, cut: ProbeCut): Recording[] {
  const { pointer } = session;
  if (pointer === undefined) return [];
  if (cut.kind === "whole") return [session];
  if (cut.kind === "events") {
    const count = Math.floor(pointer.at.length / cut.count);
    return Array.from({ length: count }, (_, i) => slicePointer(session, i * cut.count, (i + 1) * cut.count));
  }
  const spans = strokes(pointer);
  const pieces: Recording[] = [];
  for (let i = 0; i + cut.count <= spans.length; i += cut.count) {
    const first = spans[i];
    const last = spans[i + cut.count - 1];
    if (first !== undefined && last !== undefined) pieces.push(slicePointer(session, first.since, last.until));
  }
  return pieces;
}

export interface PointerSessionsOptions {
  readonly cut: ProbeCut;
  readonly suffix: "" | "-behaviour";
  readonly windows: WindowOptions;
  readonly background: Background;
  /** By subject; the same list for all protocols so that references can be shared. */
  readonly enrolments: ReadonlyMap<string, readonly Recording[]>;
}

/** Returns each subject's first sitting (order 0). */
export function firstSittings(recordings: readonly Recording[]): Map<string, readonly Recording[]> {
  const entries = bySubject(recordings).map(
    ({ name, recordings: own }) => [name, own.filter(({ order }) => order === 0)] as const,
  );
  return new Map(entries.filter(([, own]) => own.length > 0));
}

/** Enrol the first sitting; probes are pieces of the later one, of the subject and of everybody else whom the background lets them meet. */
export function pointerSessions(recordings: readonly Recording[], options: PointerSessionsOptions): Protocol {
  const { cut, suffix, windows, background, enrolments } = options;
  const { meets = () => true } = background;
  const all = bySubject(recordings);
  const able = all.filter(({ name, recordings: own }) => enrolments.has(name) && own.some(({ order }) => order > 0));
  const probes = able.map(({ recordings: own }) =>
    own.filter(({ order }) => order > 0).flatMap((session) => cutSession(session, cut).map(probeOf)),
  );
  return {
    name: cutName(cut) + suffix,
    note: `enrolled: the first sitting; probes: ${cut.kind === "whole" ? "the whole later sitting" : `each ${cut.count} ${cut.kind} of the later one`}${suffix === "" ? "" : "; everything resampled to 60 Hz and whole pixels, so that the device says little"}`,
    claims: able.map(({ name }, i) => ({
      subject: name,
      enrolment: enrolments.get(name) ?? [],
      mated: probes[i] ?? [],
      nonMated: probes.flatMap((list, j) => (i === j || !meets(name, able[j]?.name) ? [] : list)),
    })),
    background,
    windows,
    left: left(all.length - able.length, "one of the two sessions missing"),
  };
}
