import { HabitusError } from "@habitus/client";
import { Command, CommanderError, Help, type Option } from "commander";
import { CliError, EXIT } from "./cli-error.ts";
import { addApiKeys } from "./commands/api-key.ts";
import { addAudit } from "./commands/audit.ts";
import { addDemo } from "./commands/demo.ts";
import { addEnrol } from "./commands/enrol.ts";
import { addErase } from "./commands/erase.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExport } from "./commands/export.ts";
import { addKeys } from "./commands/keys.ts";
import { addBackground, addLab } from "./commands/lab.ts";
import { addOperator } from "./commands/operator.ts";
import { addServe } from "./commands/serve.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addStatus } from "./commands/status.ts";
import { addWatch } from "./commands/watch.ts";
import { remark, type Terminal } from "./terminal/terminal.ts";

/** What a command is added to. `finish` sets the exit code where it is not 0. */
export interface Cli {
  readonly program: Command;
  readonly terminal: Terminal;
  readonly finish: (exitCode: number) => void;
}

const COMMANDS = [
  addDemo,
  addServe,
  addSimulate,
  addEnrol,
  addWatch,
  addEvaluate,
  addLab,
  addBackground,
  addExport,
  addErase,
  addKeys,
  addOperator,
  addApiKeys,
  addAudit,
  addStatus,
] as const;

/**
 * Runs one `habitus` command and returns its exit code: 0 done, 1 a check failed or the service did not answer, 2 wrong usage
 * or data. What is not given is the process's own.
 */
export async function run(argv: readonly string[], given: Partial<Terminal> = {}): Promise<number> {
  const terminal: Terminal = { stdout: process.stdout, stderr: process.stderr, env: process.env, ...given };
  let exitCode: number = EXIT.ok;
  const program = createProgram(terminal);
  const cli: Cli = {
    program,
    terminal,
    finish: (code) => {
      exitCode = code;
    },
  };
  for (const add of COMMANDS) add(cli);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // it has said why
    exitCode = explain(error, terminal);
  }
  return exitCode;
}

function createProgram(terminal: Terminal): Command {
  return new Command("habitus")
    .version("0.1.0")
    .description("Is it still the same person? Continuous authentication by typing, pointing and use.")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .showHelpAfterError("(add --help for what is possible)")
    .enablePositionalOptions() // so that the lab gets its own
    .configureHelp({ optionDescription: describeOption })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .addHelpText(
      "after",
      `
Start here:
  habitus demo                       the service, a demo bank and the console

The classic tutorial, step by step (docs/tutorial.md):
  habitus simulate --people 10 --samples 60 --csv table.csv
  habitus enrol --csv table.csv --subject user_3
  habitus watch --csv table.csv --subject user_3 --impostor user_5
  habitus evaluate --csv table.csv

Exit codes: 0 done, 1 a check failed or the service did not answer, 2 wrong usage or data.`,
    );
}

/** A default of "no" or "none" goes without saying. */
function describeOption(option: Option): string {
  const silent = option.defaultValue === false || Array.isArray(option.defaultValue);
  return silent ? option.description : new Help().optionDescription(option);
}

/** Says what went wrong and returns the exit code. What is nobody's mistake but ours is told with where it happened. */
function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CliError) {
    remark(terminal, `habitus: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof HabitusError) {
    const request = error.requestId === undefined ? "" : ` (request ${error.requestId})`;
    const hint =
      error.code === "unreachable" ? ". Is the service running? Start it with habitus serve or habitus demo." : "";
    remark(terminal, `habitus: ${error.message}${hint} [${error.code}]${request}`);
    return EXIT.failedCheck;
  }
  remark(terminal, `habitus: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT.failedCheck;
}
