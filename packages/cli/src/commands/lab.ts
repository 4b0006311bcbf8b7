import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";

/** The lab is a private workspace of the repository: it is there in a checkout and nowhere else. */
const LAB: string = "@habitus/lab";

export function addLab({ program, finish }: Cli): void {
  program
    .command("lab")
    .summary("measure on public data sets (in a checkout); takes the lab's own arguments")
    .description("Evaluates systems on public data sets. Everything after lab goes to the lab: try habitus lab --help.")
    .argument("[arguments...]", "what the lab is to do")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: readonly string[]) => {
      const { runLab } = await loadLab();
      const exitCode = await runLab(args);
      if (typeof exitCode === "number") finish(exitCode);
    });
}

async function loadLab(): Promise<{ readonly runLab: (argv: readonly string[]) => unknown }> {
  let lab: unknown;
  try {
    lab = await import(LAB);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(
      "notInstalled",
      `the lab is not here (${reason}). It is a part of the repository, not of the package: run habitus lab in a checkout, after npm run build.`,
      { cause },
    );
  }
  if (typeof lab === "object" && lab !== null && "runLab" in lab && typeof lab.runLab === "function") {
    const { runLab } = lab;
    return { runLab: (argv) => runLab(argv) };
  }
  throw new CliError(
    "notInstalled",
    "the lab that is here has no runLab: bring the checkout up to date and run npm run build.",
  );
}
