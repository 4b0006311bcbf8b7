import type { WindowOptions } from "@habitus/core";
import type { Recording } from "../recordings/recording.ts";
import { sliceKeys } from "../recordings/slice.ts";
import type { Background } from "./background.ts";
import { left } from "./fixed-text.ts";
import { bySubject, type Protocol, probeOf } from "./protocol.ts";

export interface SittingsOptions {
  /** First sittings that are enrolled. */
  readonly enrol: number;
  /** Probes come from sittings from this one on (counted from 0), at least `enrol`. */
  readonly probesFrom: number;
  /** Keystrokes of a probe; what is left over at the end of a sitting is no probe. */
  readonly probeKeys: number;
  readonly windows: WindowOptions;
  readonly background: Background;
  readonly further?: readonly Recording[];
  /** Of the name: other probes of the same sittings. */
  readonly suffix?: string;
  /** Only the first probe of each sitting: how somebody begins is the hardest to recognise. */
  readonly firstOnly?: boolean;
}

/** Chronological: the first sittings enrolled, pieces of later ones as probes, of the subject and of everybody else. */
export function sittings(recordings: readonly Recording[], options: SittingsOptions): Protocol {
  const { enrol, probesFrom, probeKeys, windows, background } = options;
  const all = bySubject(recordings);
  const able = all.filter(({ recordings: own }) => own.length > probesFrom);
  const probes = able.map(({ recordings: own }) =>
    own.slice(probesFrom).flatMap((sitting) => {
      const whole = Math.floor((sitting.keys?.zone.length ?? 0) / probeKeys);
      const count = options.firstOnly === true ? Math.min(1, whole) : whole;
      return Array.from({ length: count }, (_, i) => probeOf(sliceKeys(sitting, i * probeKeys, (i + 1) * probeKeys)));
    }),
  );
  return {
    name: `sessions-${enrol}${options.suffix ?? ""}`,
    note: `enrolled: the first ${enrol === 1 ? "sitting" : `${enrol} sittings`}; probes: ${options.firstOnly === true ? "the first" : "each"} ${probeKeys} keystrokes of the sittings from ${probesFrom + 1} on, of the subject (mated) and of everybody else (non-mated)`,
    claims: able.map(({ name, recordings: own }, i) => ({
      subject: name,
      enrolment: own.slice(0, enrol),
      mated: probes[i] ?? [],
      nonMated: probes.flatMap((list, j) => (i === j ? [] : list)),
    })),
    background,
    ...(options.further && { further: options.further }),
    windows,
    left: left(all.length - able.length, `fewer than ${probesFrom + 1} sittings`),
  };
}
