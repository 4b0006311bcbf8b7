import { readFileSync } from "node:fs";
import { LabError } from "../lab-error.ts";
import type { Statement } from "../running/statement.ts";
import { markdown } from "../running/summary.ts";

/** Returns a Markdown section for each metrics.json: the command, the data and the rows of the named systems. */
export function tables(files: readonly string[], systems: readonly string[] | undefined): string {
  return files.map((file) => section(read(file), systems)).join("\n");
}

function read(file: string): Statement {
  try {
    // Safe enough: written by `habitus lab run`; anything else fails just below.
    const statement = JSON.parse(readFileSync(file, "utf8")) as Statement;
    if (Array.isArray(statement.rows) && Array.isArray(statement.data)) return statement;
  } catch (error) {
    throw new LabError("malformedData", `${file} cannot be read as metrics.json.`, { cause: error });
  }
  throw new LabError("malformedData", `${file} is no metrics.json of habitus lab run.`);
}

function section(statement: Statement, systems: readonly string[] | undefined): string {
  const rows = statement.rows.filter(({ system }) => systems === undefined || systems.includes(system));
  const data = statement.data.map(
    ({ name, subjects, recordings, sha256 }) =>
      `${name} (${subjects} people, ${recordings} recordings, sha256 ${sha256.slice(0, 12)}…)`,
  );
  return `## ${statement.experiment}\n\n\`npx ${statement.command}\`\n\n${data.join("; ")}.\n\n${markdown({ rows })}`;
}
