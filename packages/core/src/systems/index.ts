import { baseline } from "./baseline.ts";
import { baselinePrinted } from "./baseline-printed.ts";
import { habitus } from "./habitus.ts";
import { pointing } from "./pointing.ts";
import type { System } from "./system.ts";

/** All systems by name. */
export const systems: Readonly<Record<string, System>> = {
  [habitus.name]: habitus as unknown as System, // safe: a state comes only from its own system, which checks it
  [pointing.name]: pointing as unknown as System, // safe: a state comes only from its own system, which checks it
  [baseline.name]: baseline as unknown as System, // safe: a state comes only from its own system, which checks it
  [baselinePrinted.name]: baselinePrinted as unknown as System, // safe for the same reason
};

/** Returns the system of this name, or undefined. */
export function findSystem(name: string): System | undefined {
  return Object.hasOwn(systems, name) ? systems[name] : undefined;
}
