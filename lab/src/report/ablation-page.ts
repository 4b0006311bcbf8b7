import { type Ablation, NOBODY } from "../commands/ablate.ts";
import { percent } from "../running/summary.ts";
import { escapeText } from "./chart.ts";
import { STYLE } from "./style.ts";

const WIDTH = 780;
const RIGHT = 150;
const LINE = 22;
const LEFT = 300;

/** Returns a page with one bar for each variant: the error that remains, with its interval. */
export function ablationPage(title: string, command: string, results: readonly Ablation[]): string {
  const highest = Math.max(0.5, ...results.map(({ eerPooled }) => eerPooled.high ?? eerPooled.value ?? 0));
  const at = (value: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * value) / highest;
  const whole = results[0]?.eerPooled.value ?? 0;
  const bars = results.map(({ name, eerPooled: { value, low, high } }, i) => {
    const y = 20 + i * LINE;
    const bar = `<g class="c${i === 0 ? 0 : 1} bars"><rect x="${LEFT}" y="${y}" width="${(at(value ?? 0) - LEFT).toFixed(1)}" height="${LINE - 8}"/></g>`;
    const whisker = `<line class="whisker" x1="${at(low ?? value ?? 0).toFixed(1)}" x2="${at(high ?? value ?? 0).toFixed(1)}" y1="${y + 7}" y2="${y + 7}"/>`;
    const said = value === null ? NOBODY : `${(100 * value).toFixed(1)} %`;
    const end = value === null ? LEFT : at(high ?? value);
    return `<text x="${LEFT - 8}" y="${y + 11}" text-anchor="end">${escapeText(name)}</text>${value === null ? "" : bar + whisker}<text x="${(end + 6).toFixed(1)}" y="${y + 11}">${said}</text>`;
  });
  const height = 30 + results.length * LINE;
  const mark = `<line class="grid" x1="${at(whole).toFixed(1)}" x2="${at(whole).toFixed(1)}" y1="14" y2="${height - 8}"/>`;
  const rows = results.map(
    ({ name, eerPooled, auc }) =>
      `<tr><td>${escapeText(name)}</td><td>${eerPooled.value === null ? NOBODY : percent(eerPooled)}</td><td>${percent(auc)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeText(title)}</title>
<style>${STYLE}.whisker{stroke:var(--fg)}svg.bar{max-width:${WIDTH}px}</style></head><body><header><h1>${escapeText(title)}</h1><p><code>${escapeText(command)}</code></p>
<p>Removed: one value for everybody. Equalised: the events are changed so that everybody has the same mean, as when all users are given the same typing interval. A bar as long as the first says that the others carry what was taken away.</p></header>
<svg class="bar" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Equal error rate that remains"><text class="title" x="${LEFT}" y="12">pooled equal error rate, with 95 % intervals</text>${mark}${bars.join("\n")}</svg>
<div class="wide"><table><thead><tr><th>variant</th><th>EER pooled %</th><th>AUC %</th></tr></thead><tbody>${rows.join("")}</tbody></table></div></body></html>
`;
}
