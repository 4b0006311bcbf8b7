import { gaussian, type Random } from "../math/random.ts";
import type { SimulatedPerson } from "./person.ts";

const HOUR_MS = 3_600_000;

/** Returns when this person sits down on a day, epoch ms: around the person's hour (UTC). `dayAt` is the day's midnight. */
export function startOfSession({ usage }: SimulatedPerson, dayAt: number, random: Random): number {
  const hour = usage.hour + usage.hourStd * gaussian(random);
  return Math.round(dayAt + (((hour % 24) + 24) % 24) * HOUR_MS);
}
