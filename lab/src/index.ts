import { Command, CommanderError } from "commander";
import type { AblateFlags } from "./commands/ablate.ts";
import { collect, type RunFlags } from "./commands/options.ts";
import { LabError } from "./lab-error.ts";

export { runBackground } from "./background/command.ts";

/**
 * Runs `habitus lab ...` with what stands after `lab` and returns the exit code: 0 when done, 2 with a sentence on standard error
 * when data is missing or malformed or the command is wrong, 1 when expected numbers do not come out.
 */
export async function runLab(argv: string[]): Promise<number> {
  let code = 0;
  const program = lab((result) => {
    code = result;
  }, argv);
  try {
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof LabError) {
      process.stderr.write(`habitus lab: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

function lab(done: (code: number) => void, argv: readonly string[]): Command {
  const command = ["habitus", "lab", ...argv].map(quoted).join(" ");
  const program = new Command("habitus lab").description(
    "Measure how well people are told apart, on public recordings.",
  );
  program.exitOverride();
  program
    .command("run <experiment>")
    .description("judge systems in an experiment; writes scores, metrics.json and a page of plots")
    .option("--data <dir>", "folder with the data sets, or the data set's own folder")
    .option("--test <dir>", "recordings of the people to test on (the same as --data)")
    .option("--background <dir>", "recordings of other people, to learn from")
    .option("--system <name>", "only this system (repeatable)", collect)
    .option("--protocol <name>", "only this protocol (repeatable)", collect)
    .option("--json <file>", "write metrics.json to this file too")
    .option("--out <dir>", "folder for scores, metrics.json and the page (default: lab/out/EXPERIMENT)")
    .option("--seed <number>", "seed of all that is drawn at random (default: 1)")
    .action(async (experiment: string, flags: RunFlags) => {
      const { run } = await import("./commands/run.ts");
      await run(experiment, flags, { command, out: flags.out ?? `lab/out/${experiment}` });
    });
  program
    .command("data [name]")
    .description("where to get each data set, on which terms, and what is wrong with it")
    .option("--data <dir>", "also say whether it is in this folder")
    .action(async (name: string | undefined, { data }: { readonly data?: string }) => {
      const { describeData } = await import("./commands/data.ts");
      process.stdout.write(describeData(name, data));
    });
  addAnalysis(program, command, done);
  for (const sub of program.commands) sub.exitOverride();
  return program;
}

function addAnalysis(program: Command, command: string, done: (code: number) => void): void {
  program
    .command("check")
    .description("run what lab/expected.csv lists and compare: simulated people, or the data of a folder")
    .option("--data <dir>", "folder with the data sets")
    .action(async ({ data }: { readonly data?: string }) => {
      const { check } = await import("./commands/check.ts");
      done(await check(data));
    });
  program
    .command("headlines")
    .description("compute the README's table of accuracy")
    .option("--data <dir>", "folder with the data sets")
    .option("--seed <number>", "seed of all that is drawn at random (default: 1)")
    .action(async (flags: RunFlags) => {
      const { headlines } = await import("./commands/headlines.ts");
      process.stdout.write(await headlines(flags));
    });
  program
    .command("cost")
    .description(
      "time and memory of an evaluation: all of the Aalto folder read, features extracted, 500 x 500 people compared",
    )
    .option("--data <dir>", "folder with the Aalto recordings")
    .option("--system <name>", "a system (default: baseline)", collect)
    .action(async ({ data, system }: Pick<RunFlags, "data" | "system">) => {
      const { measureCost } = await import("./commands/cost.ts");
      process.stdout.write(await measureCost(data, system));
    });
  program
    .command("simulate <dir>")
    .description("write small simulated data sets in the formats of the public ones")
    .option("--people <count>", "how many people", "12")
    .option("--seed <number>", "seed of the people (default: 1)")
    .action(async (dir: string, flags: { readonly people: string; readonly seed?: string }) => {
      const [{ writeSimulatedSets }, { countOf, seedOf }] = await Promise.all([
        import("./simulated/write-sets.ts"),
        import("./commands/options.ts"),
      ]);
      writeSimulatedSets(dir, { seed: seedOf(flags), people: countOf("--people", flags.people, 4) });
      process.stdout.write(`Wrote simulated data sets into ${dir}. Try: habitus lab run monaco-free --data ${dir}\n`);
    });
  program
    .command("table <files...>")
    .description("print metrics.json files as Markdown")
    .option("--system <name>", "only this system (repeatable)", collect)
    .action(async (files: string[], { system }: { readonly system?: readonly string[] }) => {
      const { tables } = await import("./commands/table.ts");
      process.stdout.write(tables(files, system));
    });
  for (const [name, text] of [
    ["ablate", "how much accuracy remains when a feature is removed, or the same for everybody"],
    ["diagnose", "why accuracy is low: features, enrolment, and the people behind most errors"],
  ] as const) {
    program
      .command(name)
      .description(text)
      .option("--data <dir>", "folder with the data sets")
      .option("--test <dir>", "recordings of the people to test on (the same as --data)")
      .option("--background <dir>", "recordings of other people, to learn from")
      .option("--experiment <name>", "cmu, aalto, monaco-free (default), sapimouse, ...")
      .option("--protocol <name>", "one of the experiment's", collect)
      .option("--system <name>", "one of Habitus's own systems (default: baseline)", collect)
      .option("--out <dir>", "folder for the page (default: lab/out/ablate)")
      .option("--seed <number>", "seed of all that is drawn at random (default: 1)")
      .action(async (flags: AblateFlags) => {
        if (name === "ablate") await (await import("./commands/ablate.ts")).ablate(flags, command);
        else process.stdout.write(await (await import("./commands/diagnose.ts")).diagnose(flags));
      });
  }
}

function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
