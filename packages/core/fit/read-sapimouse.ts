import type { PointerEvent } from "../src/events/event.ts";
import { groupRows, readTable } from "./read-table.ts";

/** Reads `sapimouse/sapimouse.csv.gz`: user, session, client timestamp, button, state, x, y. Returns moves and drags of each person's sessions. */
export function readSapiMouse(file: string): ReadonlyMap<string, ReadonlyMap<string, PointerEvent[]>> {
  const rows = readTable(file, ",").filter(([, , , , state]) => state === "Move" || state === "Drag");
  return groupRows(
    rows.map(([person = "", session = "", at, , , x, y]) => {
      const place = { at: Number(at), x: Number(x), y: Number(y) };
      const still = { contact: 0, button: -1, buttons: 0, pressure: 0, size: 0 };
      return [person, session, { kind: "pointer", phase: "move", pointer: "mouse", ...place, ...still }] as const;
    }),
  );
}
