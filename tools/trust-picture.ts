import { habitus } from "@habitus/core";
import { type TrustPoint, workedTrust } from "./worked-example.ts";

const WIDTH = 640;
const LEFT = 150;
const ROW = 90;
const GAP = 26;
const STYLE =
  "text{font:13px system-ui,sans-serif;fill:#1f2430}.quiet{fill:#5b6270}.axis{stroke:#c3c8d2}.line{fill:none;stroke:#2457c5;stroke-width:2.5}.other{fill:#d9485f;fill-opacity:.12}.ask{stroke:#d9485f;stroke-dasharray:4 4}" +
  "@media(prefers-color-scheme:dark){text{fill:#e6e9ef}.quiet{fill:#a2a9b8}.axis{stroke:#4a5160}.line{stroke:#8ab0ff}.other{fill:#ff8a9a}.ask{stroke:#ff8a9a}}";

interface Band {
  readonly title: string;
  readonly below: string;
  readonly of: (point: TrustPoint) => number;
  readonly low: number;
  readonly high: number;
  readonly asks?: number;
}

/** Returns the picture of docs/flow.md: what each window says of the two ways to be somebody else, and the trust that follows. */
export function trustPicture(): string {
  const points = workedTrust();
  const bands: readonly Band[] = [
    { title: "Is it the subject?", below: "sum of llr, nats", of: ({ person }) => person, low: -20, high: 10 },
    { title: "Did hands change?", below: "evidence, nats", of: ({ change }) => change, low: 0, high: 16 },
    {
      title: "Trust",
      below: "dashed: step-up",
      of: ({ trust }) => trust,
      low: 0,
      high: 1,
      asks: habitus.policy.stepUpBelow,
    },
  ];
  const x = (i: number): number => LEFT + ((WIDTH - LEFT - 20) * i) / (points.length - 1);
  const own = points.filter(({ isSubject }) => isSubject).length;
  const height = bands.length * (ROW + GAP) + 40;
  const from = (x(own - 1) + x(own)) / 2;
  const parts = bands.map((band, row) => drawBand(band, points, { x, top: 30 + row * (ROW + GAP) }));
  const title = "Two simulated people: the subject types, then somebody else takes over";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}"><style>${STYLE}</style>
<rect class="other" x="${round(from)}" y="20" width="${round(WIDTH - 10 - from)}" height="${height - 45}"/>
<text class="quiet" x="${LEFT}" y="14">the subject types</text><text class="quiet" x="${round(from + 6)}" y="14">somebody else</text>
${parts.join("\n")}
<text class="quiet" x="${WIDTH - 20}" y="${height - 8}" text-anchor="end">windows, 25 new keystrokes each</text>
</svg>
`;
}

function drawBand(
  { title, below, of, low, high, asks }: Band,
  points: readonly TrustPoint[],
  { x, top }: { readonly x: (i: number) => number; readonly top: number },
): string {
  const y = (value: number): number => top + (ROW * (high - Math.min(high, Math.max(low, value)))) / (high - low);
  const line = points.map((point, i) => `${round(x(i))},${round(y(of(point)))}`).join(" ");
  const across = (name: string, at: number): string =>
    `<line class="${name}" x1="${LEFT}" x2="${WIDTH - 20}" y1="${round(y(at))}" y2="${round(y(at))}"/>`;
  const label = (at: number): string =>
    `<text class="quiet" x="${LEFT - 8}" y="${round(y(at) + 4)}" text-anchor="end">${at}</text>`;
  return [
    `<text x="0" y="${top + 30}">${title}</text><text class="quiet" x="0" y="${top + 48}">${below}</text>`,
    across("axis", low < 0 ? 0 : low),
    ...(asks === undefined ? [] : [across("ask", asks)]),
    label(low),
    label(high),
    `<polyline class="line" points="${line}"/>`,
  ].join("");
}

function round(value: number): string {
  return value.toFixed(1);
}
