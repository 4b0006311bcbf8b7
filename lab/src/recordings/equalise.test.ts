import { describe, expect, it } from "vitest";
import { equaliser, HABITS } from "./equalise.ts";
import { keyTrack, PointerTrackBuilder, type Recording } from "./recording.ts";

function typist(subject: string, intervalMs: number, holdMs: number): Recording {
  const keys = keyTrack(
    [0, 1, 2, 3].map((i) => ({ zone: 0, pressAt: i * intervalMs, releaseAt: i * intervalMs + holdMs })),
  );
  return { id: subject, subject, session: "1", order: 0, keys, pointer: undefined, timings: undefined, label: "" };
}

function mouse(subject: string, stepPx: number): Recording {
  const track = new PointerTrackBuilder();
  for (let i = 0; i < 5; i += 1) track.add(16 * i, stepPx * i, 0, { phase: 0, button: -1, buttons: 0 });
  return { ...typist(subject, 1, 1), keys: undefined, pointer: track.build("mouse") };
}

describe("equalised people", () => {
  it.each(HABITS.map((habit) => [habit.name, habit] as const))("have the same mean %s", (_, habit) => {
    const people =
      habit.modality === "keys" ? [typist("a", 100, 60), typist("b", 300, 120)] : [mouse("a", 2), mouse("b", 6)];
    const same = equaliser(habit, new Map(people.map((person) => [person.subject, [person]])));
    const means = people.map((person) => habit.sum(same(person))).map(([sum, count]) => sum / count);
    expect(means[0]).toBeCloseTo(means[1] ?? 0, 9);
    const before = people.map(habit.sum).map(([sum, count]) => sum / count);
    expect(means[0]).toBeCloseTo(before.reduce((all, mean) => all + mean, 0) / 2, 9);
  });

  it("keep what is not equalised: intervals leave holds alone and the other way round", () => {
    const people = [typist("a", 100, 60), typist("b", 300, 120)];
    const [interval, hold] = HABITS;
    if (interval === undefined || hold === undefined) throw new Error("habits are missing");
    const map = new Map(people.map((person) => [person.subject, [person]]));
    for (const person of people) {
      expect(hold.sum(equaliser(interval, map)(person))[0]).toBeCloseTo(hold.sum(person)[0], 9);
      expect(interval.sum(equaliser(hold, map)(person))[0]).toBeCloseTo(interval.sum(person)[0], 9);
    }
  });
});
