import { describe, expect, test } from "vitest";
import { drawBar, drawBlock, drawPlot } from "./plot.ts";

const curve = (lines: readonly string[]): string[] => lines.map((line) => line.slice(5));

describe("a plot", () => {
  test("draws 1 at the very top, 0 at the very bottom, and joins them", () => {
    const width = 5 + 4;
    const many = (value: number) => Array.from({ length: 8 }, () => value);
    expect(curve(drawPlot(many(1), { width, height: 2 }))).toEqual(["⠉⠉⠉⠉", "⠀⠀⠀⠀"]);
    expect(curve(drawPlot(many(0), { width, height: 2 }))).toEqual(["⠀⠀⠀⠀", "⣀⣀⣀⣀"]);
    const fall = [1, 1, 1, 1, 1, 1, 1, 0];
    expect(curve(drawPlot(fall, { width, height: 2 }))).toEqual(["⠉⠉⠉⢹", "⠀⠀⠀⢸"]); // all eight rows of the last column
  });

  test("shows the newest values, and a gap where there is none", () => {
    const values = [...Array.from({ length: 100 }, () => 1), 0, 0, 0, undefined, undefined, undefined, 0, 0];
    expect(curve(drawPlot(values, { width: 9, height: 1 }))).toEqual(["⣀⡀⠀⣀"]);
  });

  test("says where the thresholds lie", () => {
    const lines = drawPlot([0.5], { width: 40, height: 8, rules: [{ at: 0.7, label: "step-up" }] });
    expect(lines[2]).toMatch(/ step-up$/); // row round(0.3 * 31) = 9 of 32 is in the third line
    expect(new Set(lines.filter((line) => !line.includes("step-up")).map(({ length }) => length))).toHaveProperty(
      "size",
      1,
    );
  });
});

describe("a bar", () => {
  test("is as long as its share, in eighths of a character", () => {
    expect([0, 0.5, 0.5625, 1, 7].map((share) => drawBar(share, 2))).toEqual(["  ", "█ ", "█▏", "██", "██"]);
  });
  test("a block is as high as its value", () => {
    expect([0, 0.5, 1].map(drawBlock).join("")).toBe("▁▅█");
  });
});
