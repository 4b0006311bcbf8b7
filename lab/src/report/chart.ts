/** A small layer over SVG: one kind of chart with lines, bars and points on linear, logarithmic or normal-deviate axes. */

export interface Scale {
  readonly kind: "linear" | "log" | "deviate";
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  readonly label: string;
  readonly format: (value: number) => string;
}

export interface Series {
  readonly name: string;
  /** Index of the colour, 0 to 7. */
  readonly colour: number;
  readonly style: "line" | "steps" | "bars" | "dots" | "dashed";
  readonly points: readonly (readonly [number, number])[];
}

export interface Chart {
  readonly title: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly series: readonly Series[];
  /** Names and colours of the series in the chart itself. */
  readonly legend?: boolean;
  readonly width?: number;
  readonly height?: number;
}

const MARGIN = { left: 52, right: 12, top: 28, bottom: 40 };

/** Returns the chart as an SVG element; colours come from the page's style sheet. */
export function svg({ title, x, y, series, legend = false, width = 420, height = 300 }: Chart): string {
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const px = (value: number): number => MARGIN.left + inner.width * share(x, value);
  const py = (value: number): number => MARGIN.top + inner.height * (1 - share(y, value));
  const grid = [
    ...x.ticks.map((tick) => {
      const at = px(tick).toFixed(1);
      const bottom = MARGIN.top + inner.height;
      return `<line class="grid" x1="${at}" x2="${at}" y1="${MARGIN.top}" y2="${bottom}"/><text x="${at}" y="${bottom + 14}" text-anchor="middle">${x.format(tick)}</text>`;
    }),
    ...y.ticks.map((tick) => {
      const at = py(tick).toFixed(1);
      return `<line class="grid" x1="${MARGIN.left}" x2="${MARGIN.left + inner.width}" y1="${at}" y2="${at}"/><text x="${MARGIN.left - 6}" y="${at}" dy="0.32em" text-anchor="end">${y.format(tick)}</text>`;
    }),
  ];
  const marks = series.map((one) => mark(one, { px, py, base: py(y.low) }));
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeText(title)}"><title>${escapeText(title)}</title>
<text class="title" x="${MARGIN.left}" y="16">${escapeText(title)}</text>${grid.join("")}
<text x="${MARGIN.left + inner.width / 2}" y="${height - 6}" text-anchor="middle">${escapeText(x.label)}</text>
<text transform="translate(12 ${MARGIN.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escapeText(y.label)}</text>
${marks.join("\n")}${legend ? keys(series, width - MARGIN.right) : ""}</svg>`;
}

const KEY = { width: 62, top: 7 };

function keys(series: readonly Series[], right: number): string {
  return series
    .map(({ name, colour }, i) => {
      const at = right - KEY.width * (series.length - i);
      return `<g class="c${colour}"><rect x="${at}" y="${KEY.top}" width="12" height="8" rx="2"/></g><text x="${at + 16}" y="${KEY.top + 8}">${escapeText(name)}</text>`;
    })
    .join("");
}

interface Place {
  readonly px: (value: number) => number;
  readonly py: (value: number) => number;
  readonly base: number;
}

function mark({ name, colour, style, points }: Series, { px, py, base }: Place): string {
  const label = `<title>${escapeText(name)}</title>`;
  const at = points
    .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b))
    .map(([a, b]) => [px(a), py(b)] as const);
  if (style === "dots")
    return `<g class="c${colour} dots">${label}${at.map(([a, b]) => `<circle cx="${a.toFixed(1)}" cy="${b.toFixed(1)}" r="2.2"/>`).join("")}</g>`;
  if (style === "bars") {
    const step = Math.abs((at[1]?.[0] ?? 0) - (at[0]?.[0] ?? 0));
    const bars = at.map(
      ([a, b]) =>
        `<rect x="${a.toFixed(1)}" y="${b.toFixed(1)}" width="${step.toFixed(1)}" height="${Math.max(0, base - b).toFixed(1)}"/>`,
    );
    return `<g class="c${colour} bars">${label}${bars.join("")}</g>`;
  }
  let path = "";
  let before: readonly [number, number] | undefined;
  for (const [a, b] of at) {
    if (before === undefined) path += `M${a.toFixed(1)} ${b.toFixed(1)}`;
    else path += style === "steps" ? `H${a.toFixed(1)}V${b.toFixed(1)}` : `L${a.toFixed(1)} ${b.toFixed(1)}`;
    before = [a, b];
  }
  return `<path class="c${colour} ${style}" d="${path}">${label}</path>`;
}

function share({ kind, low, high }: Scale, value: number): number {
  const kept = Math.min(high, Math.max(low, value));
  if (kind === "linear") return (kept - low) / (high - low || 1);
  const map = kind === "log" ? Math.log : deviate;
  return (map(kept) - map(low)) / (map(high) - map(low));
}

/** Returns the standard normal quantile (Acklam 2003, relative error below 1.2e-9). */
export function deviate(p: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  const horner = (list: readonly number[], x: number): number => list.reduce((sum, k) => sum * x + k, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return horner(c, q) / horner(d, q);
  }
  if (p > 0.97575) return -deviate(1 - p);
  const q = p - 0.5;
  return (q * horner(a, q * q)) / horner(b, q * q);
}

/** Returns a linear axis over the values with about five round ticks. */
export function linear(values: readonly number[], label: string, from?: number): Scale {
  const usable = values.filter(Number.isFinite);
  const low = from ?? Math.min(...usable, 0);
  const high = Math.max(...usable, low + 1e-9);
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((k) => k * power >= raw) ?? 10);
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return { kind: "linear", low, high, ticks, label, format: (x) => String(Number(x.toPrecision(4))) };
}

export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
