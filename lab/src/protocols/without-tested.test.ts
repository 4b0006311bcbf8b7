import { afterAll, describe, expect, it } from "vitest";
import { load } from "../datasets/load.ts";
import { monacoFree } from "../datasets/monaco/load.ts";
import { sapimouse } from "../datasets/sapimouse/load.ts";
import { LabError } from "../lab-error.ts";
import { temporarySets } from "../simulated/temporary-sets.ts";
import { notTested, withoutTested } from "./without-tested.ts";

const sets = temporarySets(5);
afterAll(sets.remove);

describe.each([monacoFree, sapimouse])("a background of $name", (dataset) => {
  it("loses whoever is tested too, under whatever name, and says how many", async () => {
    const all = await load(dataset, sets.root);
    const names = [...new Set(all.recordings.map(({ subject }) => subject))];
    const tested = all.recordings
      .filter(({ subject }) => subject === names[1])
      .map((one) => ({ ...one, subject: "somebody", id: `somebody/${one.session}` }));
    const { recordings, statement } = withoutTested(all, tested);
    expect([...new Set(recordings.map(({ subject }) => subject))]).toEqual(names.filter((_, i) => i !== 1));
    expect(statement.subjects).toBe(names.length - 1);
    expect(statement.dropped["person who is tested too"]).toBe(1);
  });

  it("keeps a namesake who is somebody else", async () => {
    const all = await load(dataset, sets.root);
    const [first, ...others] = [...new Set(all.recordings.map(({ subject }) => subject))];
    const background = { ...all, recordings: all.recordings.filter(({ subject }) => subject !== first) };
    const tested = all.recordings
      .filter(({ subject }) => subject === first)
      .map((one) => ({ ...one, subject: others[0] ?? "" }));
    expect(withoutTested(background, tested)).toEqual(background);
  });

  it("of nobody else is refused with a sentence", async () => {
    const all = await load(dataset, sets.root);
    expect(() => withoutTested(all, all.recordings)).toThrow(LabError);
    expect(notTested(all.recordings, all.recordings)).toEqual([]);
  });
});
