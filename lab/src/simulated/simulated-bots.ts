import { createRandom } from "@habitus/core";

const FILES = 16;
const PATHS = 5;
const POINTS = 40;

/** Returns rows of two kinds of bot drawing to circles: straight and even (pynput), and smooth with a bell of speed (naturalmousemotion). */
export function bots(): string[] {
  return [
    ...kind("pynput", (t) => t, 8),
    // Minimum jerk (Flash & Hogan 1985).
    ...kind("naturalmousemotion", (t) => 10 * t ** 3 - 15 * t ** 4 + 6 * t ** 5, 11),
  ];
}

function kind(name: string, along: (share: number) => number, stepMs: number): string[] {
  const random = createRandom(name.length);
  return Array.from({ length: FILES }, (_, file) => {
    let [x, y, at] = [500, 400, 0];
    const rows: string[] = [];
    for (let path = 0; path < PATHS; path += 1) {
      const [toX, toY] = [100 + 1600 * random(), 100 + 800 * random()];
      for (let i = 1; i <= POINTS; i += 1) {
        const share = along(i / POINTS);
        at += stepMs;
        rows.push(`${at},Move,${(x + share * (toX - x)).toFixed(2)},${(y + share * (toY - y)).toFixed(2)}`);
      }
      [x, y] = [toX, toY];
      rows.push(
        `${at + 30},Pressed,${x.toFixed(2)},${y.toFixed(2)}`,
        `${at + 80},Released,${x.toFixed(2)},${y.toFixed(2)}`,
      );
      at += 200;
    }
    return rows.map((row) => `circles_bot_${name},${file}.txt,1920,1080,${row}`);
  }).flat();
}
