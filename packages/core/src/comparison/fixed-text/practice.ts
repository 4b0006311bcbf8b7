/**
 * Fall of the log latencies per ln(attempt): the power law of practice, measured on new, invented phrases. For what people know
 * already (their telephone number) it is 0.
 */
export const NEW_PHRASE_PRACTICE = 0.075;

/** Returns where the log times will lie at a later attempt: latencies shrink with practice, holds stay. */
export function practised(
  mean: Float64Array,
  keys: number,
  { from, to, practice }: { readonly from: number; readonly to: number; readonly practice: number },
): Float64Array {
  const shift = practice * Math.max(0, Math.log(to / from));
  return mean.map((value, j) => (j < keys ? value : value - shift));
}
