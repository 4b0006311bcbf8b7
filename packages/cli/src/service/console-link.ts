/**
 * Returns the address that a one-time token opens the console at. The token stands behind the `#`: browsers send that to no server, so it
 * is in no log. Passkeys need a name, so this machine is called by its own.
 */
export function consoleLink(url: string, token: string): string {
  return `${consoleUrl(url)}#/enter/${token}`;
}

export function consoleUrl(url: string): string {
  const at = new URL("/console/", url);
  if (at.hostname === "127.0.0.1" || at.hostname === "[::1]" || at.hostname === "0.0.0.0") at.hostname = "localhost";
  return at.href;
}
