import { challengesPerHour, type OperatingPoint, POLICY_CONTEXTS, type PolicyTargets } from "./targets.ts";

/** Below this no threshold may ever be: somebody else is then the likelier one by 19 to 1. */
export const LOWEST_STEP_UP = 0.05;

/** Returns, as sentences that say what to change, in what the policy contradicts itself or cannot be; empty for a policy that may be used. */
export function checkTargets(targets: PolicyTargets): readonly string[] {
  const faults: string[] = [];
  const { activeHoursPerUserMonth: hours, coolDownMinutes, graceHours } = targets;
  if (!(hours > 0 && hours <= 744))
    faults.push(`activeHoursPerUserMonth must be above 0 and at most 744, got ${hours}.`);
  if (!(coolDownMinutes >= 0 && coolDownMinutes <= 240))
    faults.push(
      `coolDownMinutes must lie in 0 to 240, got ${coolDownMinutes}: for longer a take-over after a step-up would go unasked.`,
    );
  if (!(graceHours >= 0 && graceHours <= 336)) faults.push(`graceHours must lie in 0 to 336, got ${graceHours}.`);
  for (const context of POLICY_CONTEXTS) checkPoint(targets, context, faults);
  if (faults.length === 0) checkOrder(targets, faults);
  return faults;
}

function checkPoint(targets: PolicyTargets, context: keyof PolicyTargets["contexts"], faults: string[]): void {
  const point = targets.contexts[context];
  const say = (text: string): void => void faults.push(`${context}: ${text}`);
  const rate = challengesPerHour(point, targets);
  if (!(rate > 0 && rate <= 6))
    say(
      `falseChallenges comes to ${rate} per active hour; it must be above 0 (a policy that never asks decides nothing) and at most 6.`,
    );
  if (!(point.missCost > 0 && point.missCost <= 1000))
    say(`missCost must be above 0 and at most 1000, got ${point.missCost}.`);
  const worth = point.missCost / (1 + point.missCost);
  if (!(point.neverBelow >= LOWEST_STEP_UP && point.neverBelow <= 0.9))
    say(
      `neverBelow must lie in ${LOWEST_STEP_UP} to 0.9, got ${point.neverBelow}: below that everybody would be accepted.`,
    );
  else if (point.neverBelow > worth)
    say(
      `neverBelow ${point.neverBelow} always asks, yet at a missCost of ${point.missCost} asking is worth it only below ${worth.toFixed(2)}: raise missCost or lower neverBelow.`,
    );
  checkLooks(point, say);
}

function checkLooks(point: OperatingPoint, say: (text: string) => void): void {
  const { minimumLooks, stepUpLooks, confirmLooks, lookEverySeconds } = point;
  if (!(Number.isInteger(minimumLooks) && minimumLooks >= 1 && minimumLooks <= 50))
    say(`minimumLooks must be a whole number from 1 to 50, got ${minimumLooks}.`);
  if (stepUpLooks !== 1 && stepUpLooks !== 2) say(`stepUpLooks must be 1 or 2, got ${String(stepUpLooks)}.`);
  if (!(Number.isInteger(confirmLooks) && confirmLooks >= 1 && confirmLooks <= 20))
    say(`confirmLooks must be a whole number from 1 to 20, got ${confirmLooks}: one look alone never locks.`);
  if (!(lookEverySeconds >= 0 && lookEverySeconds <= 3600))
    say(`lookEverySeconds must lie in 0 to 3600, got ${lookEverySeconds}.`);
}

/** More at stake never means asking less, or looking away for longer. */
function checkOrder(targets: PolicyTargets, faults: string[]): void {
  for (let i = 1; i < POLICY_CONTEXTS.length; i += 1) {
    const [lesser, greater] = [POLICY_CONTEXTS[i - 1], POLICY_CONTEXTS[i]];
    if (lesser === undefined || greater === undefined) continue;
    const [less, more] = [targets.contexts[lesser], targets.contexts[greater]];
    const say = (what: string, how: string): void =>
      void faults.push(`${greater} has ${what} than ${lesser}: more is at stake there, ${how}.`);
    if (challengesPerHour(more, targets) < challengesPerHour(less, targets))
      say("fewer falseChallenges", "so it may not ask less often");
    if (more.missCost < less.missCost) say("a lower missCost", "so missing somebody cannot cost less");
    if (more.neverBelow < less.neverBelow) say("a lower neverBelow", "so it may not accept less trust");
    if (more.lookEverySeconds > less.lookEverySeconds)
      say("a longer lookEverySeconds", "so it may not look less often");
  }
}
