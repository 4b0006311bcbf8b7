/** Returns labelled lines in a frame, the labels in a column of their own. */
export function drawBox(title: string, rows: readonly (readonly [label: string, content: string])[]): string {
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, content]) => `${label.padEnd(labelWidth)}  ${content}`);
  const width = Math.max(title.length + 2, ...lines.map(({ length }) => length));
  const framed = lines.map((line) => `│  ${line.padEnd(width)}  │`);
  const blank = `│${" ".repeat(width + 4)}│`;
  const top = `╭─ ${title} ${"─".repeat(width + 1 - title.length)}╮`;
  return [top, blank, ...framed, blank, `╰${"─".repeat(width + 4)}╯`].join("\n");
}

/** Returns a table of text: the first column to the left, the others to the right. */
export function drawTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)));
  const draw = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [draw(head), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(draw)].join("\n");
}
