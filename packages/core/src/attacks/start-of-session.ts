import type { Circumstances } from "../features/usage/circumstances.ts";
import { gaussian, type Random } from "../math/random.ts";
import type { SimulatedPerson } from "./person.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Returns when this person sits down on a day, epoch ms: around the person's hour (UTC). `dayAt` is the day's midnight. */
export function startOfSession({ usage }: SimulatedPerson, dayAt: number, random: Random): number {
  const hour = usage.hour + usage.hourStd * gaussian(random);
  return Math.round(dayAt + (((hour % 24) + 24) % 24) * HOUR_MS);
}

/** Returns whether this person comes on a day at all. `dayAt` is the day's midnight (UTC). */
export function comesOn({ usage }: SimulatedPerson, dayAt: number, random: Random): boolean {
  const weekday = (Math.floor(dayAt / DAY_MS) + 3) % 7; // 1 January 1970 was a Thursday; Monday is 0
  return random() < (weekday >= 5 ? usage.weekends : usage.workdays);
}

/** Returns where this person is in one session: mostly at home. */
export function circumstancesOf({ usage }: SimulatedPerson, random: Random): Circumstances {
  return random() < usage.away ? usage.elsewhere : usage.home;
}
