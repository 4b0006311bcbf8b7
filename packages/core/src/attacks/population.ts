import { createRandom } from "../math/random.ts";
import { fork } from "./draw.ts";
import { drawPointing, drawScrolling } from "./draw-pointing.ts";
import { drawTyping } from "./draw-typing.ts";
import { drawUsage } from "./draw-usage.ts";
import type { SimulatedPerson } from "./person.ts";

/**
 * Returns people who do not exist and who really differ, `sim-001` and so on. The same seed gives the same people, and the
 * first ones stay the same when more are asked for.
 *
 * @example
 * const [owner, stranger] = createPopulation(2, 7);
 */
export function createPopulation(count: number, seed: number): SimulatedPerson[] {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`count must be an integer of at least 0, got ${count}`);
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const own = fork(random);
    return {
      id: `sim-${String(i + 1).padStart(3, "0")}`,
      seed: Math.floor(own() * 0x100000000),
      typing: drawTyping(fork(own)),
      pointing: drawPointing(fork(own)),
      scrolling: drawScrolling(fork(own)),
      usage: drawUsage(fork(own)),
    };
  });
}
