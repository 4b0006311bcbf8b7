/** ln(sqrt(2 pi)). */
const LOG_ROOT_TWO_PI = 0.9189385332046728;
/** From here on the continued fraction is exact to the last digits, before it the series is. */
const FAR = 3;

/** Returns ln P(Z < x) of a standard normal Z, to about 1e-13 of its value however far out: series in the middle, continued fraction in the tail. */
export function logNormalBelow(x: number): number {
  if (x > FAR) return Math.log1p(-Math.exp(logTail(x)));
  if (x < -FAR) return logTail(-x);
  return Math.log(0.5 + densityOf(x) * series(x));
}

/** Returns P(Z < x) of a standard normal Z. */
export function normalBelow(x: number): number {
  return Math.exp(logNormalBelow(x));
}

function densityOf(x: number): number {
  return Math.exp((-x * x) / 2 - LOG_ROOT_TWO_PI);
}

/** x + x^3/3 + x^5/15 + ... (Marsaglia 2004). */
function series(x: number): number {
  let sum = x;
  let term = x;
  for (let i = 3; Math.abs(term) > 1e-18 * Math.abs(sum) && i < 400; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return sum;
}

/** ln P(Z > x) for x of at least 3: Laplace's continued fraction, evaluated from its end. */
function logTail(x: number): number {
  let fraction = x;
  for (let i = 120; i > 0; i -= 1) fraction = x + i / fraction;
  return (-x * x) / 2 - LOG_ROOT_TWO_PI - Math.log(fraction);
}
