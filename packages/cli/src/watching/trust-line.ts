import type { Policy } from "@habitus/core";
import { drawBlock, drawPlot } from "../plot.ts";
import { isInteractive, print, type Terminal } from "../terminal/terminal.ts";
import type { Tick } from "./replay.ts";

export interface TrustLine {
  readonly show: (tick: Tick) => void;
  /** Replaces the line below the curve, for what is not a tick. */
  readonly note: (text: string) => void;
  /** Draws the whole curve once more where it was not drawn all along. */
  readonly end: () => void;
}

const HEIGHT = 8;
const WIDEST = 100;

/**
 * Returns a trust line that is redrawn in place on a terminal, and one line of text per window elsewhere. Without a policy (of a
 * service that runs a system unknown here) no thresholds are drawn.
 */
export function showTrustLine(
  terminal: Terminal,
  { policy, title }: { readonly policy: Policy | undefined; readonly title: string },
): TrustLine {
  const trusts: (number | undefined)[] = [];
  const marks: number[] = [];
  let person: string | undefined;
  let drawn = 0;
  const live = isInteractive(terminal);
  const plot = (): string[] => {
    const width = Math.min(WIDEST, (terminal.stdout.columns ?? 80) - 1);
    const rules =
      policy === undefined
        ? []
        : [
            { at: policy.stepUpBelow, label: `step-up ${policy.stepUpBelow}` },
            { at: policy.lockBelow, label: `lock ${policy.lockBelow}` },
          ];
    return drawPlot(trusts, { width, height: HEIGHT, rules, marks });
  };
  const redraw = (below: string): void => {
    const columns = columnsOf(terminal) - 1;
    const lines = [title, ...plot(), below].map((line) => line.slice(0, columns));
    const up = drawn === 0 ? "" : `\u001b[${drawn}A`;
    terminal.stdout.write(up + lines.map((line) => `\u001b[2K${line}\n`).join(""));
    drawn = lines.length;
  };
  if (!live) print(terminal, title);
  return {
    show(tick) {
      if (person !== undefined && tick.person !== undefined && tick.person !== person) marks.push(trusts.length);
      person = tick.person;
      trusts.push(tick.trust);
      if (live) redraw(describe(tick));
      else print(terminal, describe(tick));
    },
    note(text) {
      if (live) redraw(text);
      else print(terminal, text);
    },
    end() {
      if (!live && trusts.length > 0) for (const line of plot()) print(terminal, line);
    },
  };
}

function describe({ window, person, score, trust, decision, reasons, passedStepUp, context }: Tick): string {
  const number = (value: number | undefined): string => (value === undefined ? " –  " : value.toFixed(2));
  const parts = [
    String(window).padStart(4),
    ...(person === undefined ? [] : [person]),
    ...(score === undefined ? [] : [`score ${number(score)}`]),
    `trust ${number(trust)} ${trust === undefined ? " " : drawBlock(trust)}`,
    ...(context === undefined ? [] : [context]),
    decision + (passedStepUp ? " (passed)" : ""),
    reasonFor(decision, reasons)?.text ?? "",
  ];
  return parts.join("  ").trimEnd();
}

/** The reason that speaks for what was decided: while trust falls, the sum of the newest windows may still say the opposite. */
function reasonFor(decision: Tick["decision"], reasons: Tick["reasons"]): Tick["reasons"][number] | undefined {
  const sign = decision === "stepUp" || decision === "lock" ? -1 : 1;
  const fitting = reasons.find(({ share }) => share !== undefined && share * sign > 0);
  return fitting ?? reasons.find(({ share }) => share === undefined) ?? reasons[0];
}

/** Some terminals say 0 columns where they do not know. */
function columnsOf({ stdout }: Terminal): number {
  return stdout.columns === undefined || stdout.columns < 20 ? 80 : stdout.columns;
}
