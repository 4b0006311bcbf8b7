import type { ServiceStatus } from "@habitus/wire";
import type { Deps } from "../deps.ts";
import { systemId } from "../live/live-state.ts";

/** From so many enrolled people on, a background learnt from them does better than the shipped one. */
export const ENOUGH_PEOPLE = 100;

/** Returns what the service compares with, and what an operator should know of it. */
export async function readStatus({ storage, system, background }: Deps, application: string): Promise<ServiceStatus> {
  const enrolled = (await storage.enrolledSubjects(application)).length;
  const running = background();
  const advice =
    running !== undefined && !running.own && enrolled >= ENOUGH_PEOPLE
      ? [
          `${enrolled} people are enrolled: a background of their own would tell them apart better than the shipped one of ${running.people} people. Stop the service and run habitus background switch.`,
        ]
      : [];
  return { system: systemId(system), background: running ?? null, enrolled, advice };
}
