import { readFileSync, writeFileSync } from "node:fs";
import {
  decodeBackground,
  decodePointerBackground,
  encodeBackground,
  encodePointerBackground,
  type Provenance,
} from "@habitus/core";
import { Command, CommanderError } from "commander";
import { collect, countOf, seedOf } from "../commands/options.ts";
import { LabError } from "../lab-error.ts";
import { createProgress } from "../running/progress.ts";
import { fitBackground } from "./fit-background.ts";
import { fitPointerBackground, POINTER_SETS, SIMULATED_PEOPLE } from "./fit-pointer-background.ts";

interface FitFlags {
  readonly data?: string;
  readonly set?: readonly string[];
  readonly calibrateOn?: string;
  readonly out: string;
  readonly dimensions?: string;
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
    .description(
      "learn a background from data sets of typing, or of pointing; references made with another one are made anew",
    )
    .option("--data <dir>", "folder with the data sets")
    .option(
      "--set <name>",
      `data set to learn from (repeatable; default: monaco-free); of pointing: ${POINTER_SETS.join(", ")}`,
      collect,
    )
    .option("--calibrate-on <name>", `recorded people to calibrate on, with --set ${SIMULATED_PEOPLE}`)
    .requiredOption("--out <file>", "where to write the background")
    .option("--dimensions <count>", "numbers per person (default: 144, of pointing twice 48)")
    .option("--features <count>", "features kept", "760")
    .option("--seed <number>", "seed of all that is drawn at random (default: 1)")
    .option("--date <date>", "date for the provenance, as 2026-01-31 (default: today)")
    .action(async (flags: FitFlags) => fit(flags));
  program
    .command("show <file>")
    .description("say where a background comes from")
    .action((file: string) => {
      const text = readFileSync(file, "utf8");
      if (text.includes("habitus-pointer-background@")) {
        const { provenance, arms } = decodePointerBackground(text);
        process.stdout.write(describe(arms.full.id, provenance));
        return;
      }
      const { provenance, model } = decodeBackground(text);
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
  const { data, set: sets = ["monaco-free"], dimensions } = flags;
  const common = {
    seed: seedOf(flags),
    date: flags.date ?? new Date().toISOString().slice(0, 10),
    software: "habitus 0.1.0",
    onProgress: (share: number, message: string) => progress.at(share, message),
  };
  let text: string;
  let said: string;
  if (sets.some((name) => POINTER_SETS.includes(name))) {
    const count = dimensions === undefined ? 48 : countOf("--dimensions", dimensions, 8);
    const background = await fitPointerBackground({
      ...common,
      data,
      sets,
      calibrateOn: flags.calibrateOn,
      dimensions: count,
    });
    text = encodePointerBackground(background);
    said = describe(background.arms.full.id, background.provenance);
  } else {
    if (data === undefined)
      throw new LabError(
        "usage",
        `Name the folder with the data sets: --data DIR (only ${SIMULATED_PEOPLE} needs none).`,
      );
    const background = await fitBackground({
      ...common,
      data,
      sets,
      dimensions: dimensions === undefined ? 144 : countOf("--dimensions", dimensions, 8),
      features: countOf("--features", flags.features, 16),
    });
    text = encodeBackground(background);
    said = describe(background.model.id, background.provenance);
  }
  const name = text.includes("habitus-pointer-background@") ? "SHIPPED_POINTER" : "SHIPPED_TYPING";
  writeFileSync(flags.out, flags.out.endsWith(".ts") ? asModule(text, name) : text);
  progress.done(`${flags.out}: ${Math.round(text.length / 1000)} kB`);
  process.stdout.write(said);
}

/** The form in which the background that comes with Habitus lies in its source. */
function asModule(text: string, name: string): string {
  const literal = JSON.stringify(JSON.stringify(JSON.parse(text)));
  return `// Written by habitus background fit: do not edit.\nexport const ${name} =\n  ${literal};\n`;
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
