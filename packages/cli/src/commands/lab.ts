import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { addSwitch } from "./switch-background.ts";

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

/** What a background is fitted from is read by the lab's loaders, so this command is the lab's too; all but `switch`. */
export function addBackground(cli: Cli): void {
  const { program, finish } = cli;
  const background = program
    .command("background")
    .summary("what people in general are like: fit and show (in a checkout), switch a service to its own")
    .description("Makes and shows backgrounds: try habitus background fit --help, in a checkout.")
    .argument("[arguments...]", "what to do")
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: readonly string[]) => {
      const { runBackground } = await loadLab();
      const exitCode = await runBackground(args);
      if (typeof exitCode === "number") finish(exitCode);
    });
  addSwitch(background, cli);
}

interface Lab {
  readonly runLab: (argv: readonly string[]) => unknown;
  readonly runBackground: (argv: readonly string[]) => unknown;
}

async function loadLab(): Promise<Lab> {
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
  const found = [named(lab, "runLab"), named(lab, "runBackground")] as const;
  if (found[0] !== undefined && found[1] !== undefined) return { runLab: found[0], runBackground: found[1] };
  throw new CliError(
    "notInstalled",
    "the lab that is here is an older one: bring the checkout up to date and run npm run build.",
  );
}

function named(lab: unknown, name: string): ((argv: readonly string[]) => unknown) | undefined {
  if (typeof lab !== "object" || lab === null) return undefined;
  const found: unknown = Reflect.get(lab, name);
  return typeof found === "function" ? (argv) => found(argv) : undefined;
}
