/** A line across the plot, at a threshold. */
export interface Rule {
  readonly at: number;
  readonly label: string;
}

export interface PlotOptions {
  readonly width: number;
  /** Lines of text; each is four dots high. */
  readonly height?: number;
  readonly rules?: readonly Rule[];
  /** Steps at which something happened, drawn as a column of dots. */
  readonly marks?: readonly number[];
}

/** Dots of a braille character by column and row (Unicode, Braille Patterns U+2800 to U+28FF). */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const AXIS_WIDTH = 5;
/** Dots per value while there are few. */
const WIDEST_STEP = 6;
const BLOCKS = "▁▂▃▄▅▆▇█";

/**
 * Returns a curve of values from 0 to 1 as lines of braille characters, the newest value at the right. A missing value leaves a
 * gap. Few values are drawn wider; of many, the newest `2 * columns` are shown.
 */
export function drawPlot(values: readonly (number | undefined)[], options: PlotOptions): string[] {
  const { width, height = 8, rules = [], marks = [] } = options;
  const labelWidth = Math.max(0, ...rules.map(({ label }) => label.length + 1));
  const columns = Math.max(4, width - AXIS_WIDTH - labelWidth);
  const first = Math.max(0, values.length - 2 * columns);
  const stretch = Math.max(1, Math.min(WIDEST_STEP, Math.floor((2 * columns) / Math.max(1, values.length))));
  const rows = 4 * height;
  const cells = Array.from({ length: height }, () => new Uint8Array(columns));
  const rowOf = (value: number): number => Math.round((1 - Math.min(1, Math.max(0, value))) * (rows - 1));
  const set = (x: number, y: number): void => {
    const line = cells[y >> 2];
    const dot = DOTS[x % 2 === 0 ? 0 : 1][y % 4];
    if (line !== undefined && dot !== undefined && x >> 1 < columns) line[x >> 1] = (line[x >> 1] ?? 0) | dot;
  };

  for (const { at } of rules) for (let x = 0; x < 2 * columns; x += 4) set(x, rowOf(at));
  for (const mark of marks) if (mark >= first) for (let y = 0; y < rows; y += 3) set((mark - first) * stretch, y);
  let before: number | undefined;
  values.slice(first).forEach((value, x) => {
    if (value === undefined) before = undefined;
    else {
      const y = rowOf(value);
      const from = before ?? y;
      for (let k = Math.min(from, y); k <= Math.max(from, y); k += 1) set(x * stretch, k);
      for (let k = 1; k < stretch; k += 1) set(x * stretch + k, y);
      before = y;
    }
  });

  return cells.map((line, i) => {
    const axis = i === 0 ? "1.0 " : i === height - 1 ? "0.0 " : "    ";
    const rule = rules.find(({ at }) => rowOf(at) >> 2 === i);
    const curve = Array.from(line, (bits) => String.fromCodePoint(0x2800 + bits)).join("");
    return `${axis}┤${curve}${rule === undefined ? "" : ` ${rule.label}`}`;
  });
}

/** Returns a bar of `width` characters for a share from 0 to 1, in eighths of a character. */
export function drawBar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const part = " ▏▎▍▌▋▊▉"[eighths % 8] ?? "";
  return ("█".repeat(eighths >> 3) + (eighths % 8 === 0 ? "" : part)).padEnd(width);
}

/** Returns one block character for a value from 0 to 1. */
export function drawBlock(value: number): string {
  return BLOCKS[Math.min(7, Math.max(0, Math.floor(value * 8)))] ?? "";
}
