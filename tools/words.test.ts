import { expect, test } from "vitest";
import { checkContent, READS_CONTENT } from "./checks/words.mjs";

test.each([
  "emit(event.key);",
  "const text = field?.value;",
  'const text = field["value"];',
  "const { code, key } = event;",
  "const { key: pressed } = event;",
  "on('keydown', ({ key }) => emit(key));",
  "const typed = event.data;",
  "const pasted = event.clipboardData;",
  "const text = node.textContent;",
])("a line that reads content is found: %s", (line) => {
  expect(READS_CONTENT.test(line)).toBe(true);
});

test.each([
  "const zone = keyZone(event.code);",
  "const { channelKey, nameKey } = settings;",
  'on("keydown", ({ code, timeStamp }) => note(code, timeStamp));',
  "bytes(options, 'channelKey', 32);",
  "if (field.dataset.habitusIgnore !== undefined) return;",
])("a line that reads none is left alone: %s", (line) => {
  expect(READS_CONTENT.test(line)).toBe(false);
});

test("the collector of this repository reads none", () => {
  expect(checkContent()).toEqual([]);
});
