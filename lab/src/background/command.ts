import { readFileSync, writeFileSync } from "node:fs";
import {
  decodeBackground,
  decodePointerBackground,
  decodeTouchBackground,
  decodeUsageBackground,
  encodeBackground,
  encodePointerBackground,
  encodeTouchBackground,
  encodeUsageBackground,
  type Provenance,
} from "@habitus/core";
import { Command, CommanderError } from "commander";
import { collect, countOf, seedOf } from "../commands/options.ts";
import { LabError } from "../lab-error.ts";
import { createProgress } from "../running/progress.ts";
import { fitBackground } from "./fit-background.ts";
import { fitPointerBackground, POINTER_SETS, SIMULATED_PEOPLE } from "./fit-pointer-background.ts";
import { fitSimulatedTouch, fitSimulatedUsage, SIMULATED_TOUCH, SIMULATED_USAGE } from "./fit-simulated.ts";

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
      "learn a background from data sets of typing, or of pointing, or from made-up people; references made with another one are made anew",
    )
    .option("--data <dir>", "folder with the data sets")
    .option(
      "--set <name>",
      `data set to learn from (repeatable; default: monaco-free); of pointing: ${POINTER_SETS.join(", ")}; of usage and touch: ${SIMULATED_USAGE}, ${SIMULATED_TOUCH}`,
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
      process.stdout.write(describeText(readFileSync(file, "utf8")));
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
  const text = await learn(flags, (share, message) => progress.at(share, message));
  writeFileSync(flags.out, flags.out.endsWith(".ts") ? asModule(text) : text);
  progress.done(`${flags.out}: ${Math.round(text.length / 1000)} kB`);
  process.stdout.write(describeText(text));
}

/** Returns the background as JSON text. */
async function learn(flags: FitFlags, onProgress: (share: number, message: string) => void): Promise<string> {
  const { data, set: sets = ["monaco-free"], dimensions } = flags;
  const date = flags.date ?? new Date().toISOString().slice(0, 10);
  const common = { seed: seedOf(flags), date, software: "habitus 0.1.0", onProgress };
  const [first] = sets;
  if (sets.includes(SIMULATED_USAGE) || sets.includes(SIMULATED_TOUCH)) {
    if (sets.length > 1) throw new LabError("usage", `${first} is learnt from by itself: give one --set.`);
    return first === SIMULATED_USAGE
      ? encodeUsageBackground(fitSimulatedUsage(common))
      : encodeTouchBackground(fitSimulatedTouch(common));
  }
  if (sets.some((name) => POINTER_SETS.includes(name))) {
    const count = dimensions === undefined ? 48 : countOf("--dimensions", dimensions, 8);
    const { calibrateOn } = flags;
    return encodePointerBackground(
      await fitPointerBackground({ ...common, data, sets, calibrateOn, dimensions: count }),
    );
  }
  if (data === undefined)
    throw new LabError(
      "usage",
      `Name the folder with the data sets: --data DIR (only ${SIMULATED_PEOPLE}, ${SIMULATED_USAGE} and ${SIMULATED_TOUCH} need none).`,
    );
  return encodeBackground(
    await fitBackground({
      ...common,
      data,
      sets,
      dimensions: dimensions === undefined ? 144 : countOf("--dimensions", dimensions, 8),
      features: countOf("--features", flags.features, 16),
    }),
  );
}

/** What a text of each format is read by, and its name in the sources of Habitus. */
const KINDS = [
  { format: "habitus-pointer-background@", name: "SHIPPED_POINTER", read: readPointer },
  { format: "habitus-usage-background@", name: "SHIPPED_USAGE", read: decodeUsageBackground },
  { format: "habitus-touch-background@", name: "SHIPPED_TOUCH", read: decodeTouchBackground },
] as const;
const TYPING = { name: "SHIPPED_TYPING", read: decodeBackground } as const;

function kindOf(text: string): (typeof KINDS)[number] | typeof TYPING {
  return KINDS.find(({ format }) => text.includes(format)) ?? TYPING;
}

function readPointer(text: string): { readonly provenance: Provenance; readonly model: { readonly id: string } } {
  const { provenance, arms } = decodePointerBackground(text);
  return { provenance, model: arms.full };
}

function describeText(text: string): string {
  const { provenance, model } = kindOf(text).read(text);
  return describe(model.id, provenance);
}

/** The form in which the backgrounds that come with Habitus lie in its sources. */
function asModule(text: string): string {
  const json = JSON.stringify(JSON.parse(text));
  const literal = json.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
  return `// Written by habitus background fit: do not edit.\nexport const ${kindOf(text).name} =\n  '${literal}';\n`;
}

function describe(
  id: string,
  { data, people, windows, furtherSittings, fittedAt, software, note, privacy }: Provenance,
): string {
  return [
    id,
    ...data.map(
      ({ name, terms, sha256 }) => `  data      ${name} (${terms})${sha256 === undefined ? "" : `, sha256 ${sha256}`}`,
    ),
    `  people    ${people}, ${windows} windows, ${furtherSittings} sittings beyond each one's first`,
    `  fitted    ${fittedAt}, ${software}`,
    `  note      ${note}`,
    ...(privacy === undefined
      ? []
      : [
          `  privacy   epsilon ${privacy.epsilon.toFixed(2)}, delta ${privacy.delta} per ${privacy.unit}; ${privacy.mechanism}, clip ${privacy.clip}, ${privacy.releases.length} releases`,
        ]),
    "",
  ].join("\n");
}
