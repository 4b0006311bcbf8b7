export function checkDocs(): string[];
export function brokenPointers(
  file: string,
  text: string,
  known: { readonly scripts: ReadonlySet<string>; readonly commands: ReadonlySet<string> },
): string[];
