import { readFileSync, writeFileSync } from "node:fs";
import { decodeBackground, encodeBackground, type Provenance } from "@habitus/core";
import { Command, CommanderError } from "commander";
import { collect, countOf, seedOf } from "../commands/options.ts";
import { LabError } from "../lab-error.ts";
import { createProgress } from "../running/progress.ts";
import { fitBackground } from "./fit-background.ts";

interface FitFlags {
  readonly data: string;
  readonly set?: readonly string[];
  readonly out: string;
  readonly dimensions: string;
  readonly features: string;
  readonly seed?: string;
  readonly date?: string;
}

/** Runs `habitus background ...` and returns the exit code: 2 with a sentence where data is missing or the command is wrong. */
export async function runBackground(argv: string[]): Promise<number> {
  const program = new Command("habitus background").description(
    "What people in general are like: the model that references are compared against.",
  );
  program.exitOverride();
  program
    .command("fit")
    .description("learn a background from data sets of typing; references made with another one are made anew")
    .requiredOption("--data <dir>", "folder with the data sets")
    .option("--set <name>", "data set to learn from (repeatable; default: monaco-free)", collect)
    .requiredOption("--out <file>", "where to write the background")
    .option("--dimensions <count>", "numbers per person", "144")
    .option("--features <count>", "features kept", "760")
    .option("--seed <number>", "seed of all that is drawn at random (default: 1)")
    .option("--date <date>", "date for the provenance, as 2026-01-31 (default: today)")
    .action(async (flags: FitFlags) => fit(flags));
  program
    .command("show <file>")
    .description("say where a background comes from")
    .action((file: string) => {
      const { provenance, model } = decodeBackground(readFileSync(file, "utf8"));
      process.stdout.write(describe(model.id, provenance));
    });
  for (const sub of program.commands) sub.exitOverride();
  try {
    await program.parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (
      !(
        error instanceof LabError ||
        (error instanceof Error && error.name === "CoreError") ||
        error instanceof RangeError
      )
    )
      throw error;
    process.stderr.write(`habitus background: ${error.message}\n`);
    return 2;
  }
}

async function fit(flags: FitFlags): Promise<void> {
  const progress = createProgress();
  const background = await fitBackground({
    data: flags.data,
    sets: flags.set ?? ["monaco-free"],
    dimensions: countOf("--dimensions", flags.dimensions, 8),
    features: countOf("--features", flags.features, 16),
    seed: seedOf(flags),
    date: flags.date ?? new Date().toISOString().slice(0, 10),
    software: "habitus 0.1.0",
    onProgress: (share, message) => progress.at(share, message),
  });
  const text = encodeBackground(background);
  writeFileSync(flags.out, flags.out.endsWith(".ts") ? asModule(text) : text);
  progress.done(`${flags.out}: ${Math.round(text.length / 1000)} kB`);
  process.stdout.write(describe(background.model.id, background.provenance));
}

/** The form in which the background that comes with Habitus lies in its source. */
function asModule(text: string): string {
  const literal = JSON.stringify(JSON.stringify(JSON.parse(text)));
  return `// Written by habitus background fit: do not edit.\nexport const SHIPPED_TYPING =\n  ${literal};\n`;
}

function describe(
  id: string,
  { data, people, windows, furtherSittings, fittedAt, software, note }: Provenance,
): string {
  return [
    id,
    ...data.map(
      ({ name, terms, sha256 }) => `  data      ${name} (${terms})${sha256 === undefined ? "" : `, sha256 ${sha256}`}`,
    ),
    `  people    ${people}, ${windows} windows, ${furtherSittings} sittings beyond each one's first`,
    `  fitted    ${fittedAt}, ${software}`,
    `  note      ${note}`,
    "",
  ].join("\n");
}
