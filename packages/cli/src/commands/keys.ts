import { resolve } from "node:path";
import { KeyError, moveKeys, StorageError } from "@habitus/server";
import { Option } from "commander";
import { CliError } from "../cli-error.ts";
import type { Cli } from "../run.ts";
import { type KeyDesk, withKeyDesk } from "../service/key-desk.ts";
import { print, printJson, type Terminal } from "../terminal/terminal.ts";
import { dataOption, jsonOption, keysOf, wholeNumber } from "./options.ts";

interface KeysOptions {
  readonly data: string;
  readonly json: boolean;
}

export function addKeys({ program, terminal }: Cli): void {
  const keys = program.command("keys").summary("see and rotate the keys that everything is sealed under");
  keys.description(
    "Key-encryption keys wrap a data key per subject. Works on a data folder, and where a service runs on it with that one, " +
      "without a pause. Which provider holds the keys is set by HABITUS_KEYS (docs/keys.md).",
  );
  const add = (name: string, description: string) =>
    keys.command(name).description(description).addOption(dataOption()).addOption(jsonOption());

  add("status", "Prints which keys there are and what they wrap.").action((options: KeysOptions) =>
    work(terminal, options, (desk) => desk.status(), tellStatus),
  );
  add(
    "rotate",
    "Makes a new key-encryption key and wraps every data key anew. The old one stays until it is retired.",
  ).action((options: KeysOptions) =>
    work(
      terminal,
      options,
      (desk) => desk.rotate(),
      ({ version, rewrapped, damaged }) => [
        `Version ${version} wraps now: ${rewrapped} keys were wrapped anew.`,
        ...(damaged === 0
          ? []
          : [`${damaged} wrapped keys are damaged and stay under the old one: restore or erase them.`]),
        "Back up the new key, then destroy the old one with habitus keys retire: from then on older backups do not open.",
      ],
    ),
  );
  add("retire <version>", "Destroys an older key-encryption key. Backups that it wraps open never again.").action(
    (version: string, options: KeysOptions) =>
      work(
        terminal,
        options,
        (desk) => desk.retire(wholeNumber(1)(version)),
        (status) => [`Version ${version} is destroyed.`, ...tellStatus(status)],
      ),
  );
  add("rotate-subject <subject>", "Gives a subject a new data key and seals everything anew under it.")
    .requiredOption("--application <name>", "whose subject")
    .action((subject: string, options: KeysOptions & { readonly application: string }) =>
      work(
        terminal,
        options,
        (desk) => desk.rotateSubject({ application: options.application, subject }),
        ({ resealed, damaged }) => [
          `${subject} has a new data key: ${resealed} rows were sealed anew, the old key is gone.`,
          ...(damaged === 0 ? [] : [`${damaged} rows opened with no key before either, and stay as they are.`]),
        ],
      ),
    );
  add(
    "rotate-subjects",
    "Gives every subject a new data key: after somebody may have read the keys and the data.",
  ).action((options: KeysOptions) =>
    work(terminal, options, rotateAll, ({ rotated, damaged }) => [
      `${rotated} subjects have new data keys.`,
      ...(damaged === 0 ? [] : [`The keys of ${damaged} do not open: restore or erase them.`]),
    ]),
  );
  add("move", "Wraps everything under the keys of the provider that HABITUS_KEYS names; the service must be stopped.")
    .addOption(
      new Option("--from <provider>", "where the keys are now").choices(["file", "pkcs11"]).makeOptionMandatory(),
    )
    .action((options: KeysOptions & { readonly from: string }) => move(terminal, options));
}

async function rotateAll(desk: KeyDesk): Promise<{ readonly rotated: number; readonly damaged: number }> {
  let [rotated, damaged] = [0, 0];
  for (let after: Parameters<KeyDesk["rotateSubjects"]>[0]; ; ) {
    const part = await desk.rotateSubjects(after);
    rotated += part.rotated;
    damaged += part.damaged;
    if (part.next === null) return { rotated, damaged };
    after = part.next;
  }
}

async function move(terminal: Terminal, { data, from, json }: KeysOptions & { readonly from: string }): Promise<void> {
  const to = keysOf(terminal);
  try {
    const moved = await moveKeys({ dataDir: resolve(data), from: keysOf(terminal, from), to });
    if (json) printJson(terminal, moved);
    else
      print(
        terminal,
        `${moved.rewrapped} keys are wrapped by the provider ${to.provider} now (${moved.damaged} damaged ones are as before). Start the service with HABITUS_KEYS=${to.provider}; keep the old keys as long as older backups are to open.`,
      );
  } catch (cause) {
    if (cause instanceof RangeError) throw new CliError("badUsage", `${cause.message}.`, { cause });
    if (cause instanceof KeyError || cause instanceof StorageError)
      throw new CliError("refused", `${cause.message} Nothing that opened before is lost.`, { cause });
    throw cause;
  }
}

async function work<Result extends object>(
  terminal: Terminal,
  { data, json }: KeysOptions,
  ask: (desk: KeyDesk) => Promise<Result>,
  tell: (result: Result) => readonly string[],
): Promise<void> {
  const result = await withKeyDesk(terminal, resolve(data), ask);
  if (json) printJson(terminal, result);
  else for (const line of tell(result)) print(terminal, line);
}

type Status = Awaited<ReturnType<KeyDesk["status"]>>;

function tellStatus({ provider, versions, available, subjects, rotating, foreign }: Status): readonly string[] {
  const newest = versions.at(-1)?.version;
  return [
    `Provider ${provider}: ${available ? "the keys can be used" : "the keys are away"}. ${subjects} subjects have data keys.`,
    ...versions.map(
      ({ version, wraps }) =>
        `  version ${version}: wraps ${wraps}${version === newest ? ", and what is new" : wraps === 0 ? ", may be retired" : ""}`,
    ),
    ...(rotating === 0 ? [] : [`${rotating} subjects' data keys are being rotated.`]),
    ...(foreign === 0
      ? []
      : [`${foreign} wrapped keys open with none of these: restore the key or provider that wrapped them.`]),
  ];
}
