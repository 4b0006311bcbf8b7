/** Eigenvalues in descending order; row k of `vectors` (d x d, row-major) is the unit eigenvector of value k. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * Returns the eigendecomposition of a symmetric d x d matrix (row-major).
 * Householder tridiagonalisation and implicit QL (Martin, Reinsch & Wilkinson 1968; Bowdler et al. 1968, EISPACK tred2 and tql2).
 * O(d^3): about four seconds at d = 1,000. Throws `RangeError` when the matrix is not of that size or not finite.
 */
export function symmetricEigen(matrix: Float64Array, d: number): Eigen {
  if (matrix.length !== d * d) throw new RangeError(`"matrix" expected ${d * d} numbers, got ${matrix.length}`);
  const v = matrix.slice(); // column j of v becomes eigenvector j
  const diagonal = new Float64Array(d);
  const off = new Float64Array(d);
  tridiagonalise(v, diagonal, off, d);
  const rows = transpose(v, d); // rows are contiguous: the rotations of QL run over them
  implicitQl(rows, diagonal, off, d);
  const order = [...diagonal.keys()].sort((a, b) => (diagonal[b] ?? 0) - (diagonal[a] ?? 0));
  const vectors = new Float64Array(d * d);
  const values = new Float64Array(d);
  order.forEach((from, to) => {
    values[to] = diagonal[from] ?? 0;
    vectors.set(rows.subarray(from * d, (from + 1) * d), to * d);
  });
  if (!values.every(Number.isFinite)) throw new RangeError('"matrix" must be finite');
  return { values, vectors };
}

function transpose(v: Float64Array, d: number): Float64Array {
  const t = new Float64Array(d * d);
  for (let i = 0; i < d; i += 1) for (let j = 0; j < d; j += 1) t[j * d + i] = v[i * d + j] ?? 0;
  return t;
}

/** tred2: on return `v` holds the orthogonal transformation, `diag` and `off` the tridiagonal matrix. */
function tridiagonalise(v: Float64Array, diag: Float64Array, off: Float64Array, n: number): void {
  const at = (i: number, j: number): number => v[i * n + j] ?? 0;
  for (let j = 0; j < n; j += 1) diag[j] = at(n - 1, j);
  for (let i = n - 1; i > 0; i -= 1) {
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k += 1) scale += Math.abs(diag[k] ?? 0);
    if (scale === 0) {
      off[i] = diag[i - 1] ?? 0;
      for (let j = 0; j < i; j += 1) {
        diag[j] = at(i - 1, j);
        v[i * n + j] = 0;
        v[j * n + i] = 0;
      }
    } else {
      for (let k = 0; k < i; k += 1) {
        const scaled = (diag[k] ?? 0) / scale;
        diag[k] = scaled;
        h += scaled * scaled;
      }
      let f = diag[i - 1] ?? 0;
      let g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      off[i] = scale * g;
      h -= f * g;
      diag[i - 1] = f - g;
      off.fill(0, 0, i);
      for (let j = 0; j < i; j += 1) {
        f = diag[j] ?? 0;
        v[j * n + i] = f;
        g = (off[j] ?? 0) + at(j, j) * f;
        for (let k = j + 1; k <= i - 1; k += 1) {
          const vkj = at(k, j);
          g += vkj * (diag[k] ?? 0);
          off[k] = (off[k] ?? 0) + vkj * f;
        }
        off[j] = g;
      }
      f = 0;
      for (let j = 0; j < i; j += 1) {
        const e = (off[j] ?? 0) / h;
        off[j] = e;
        f += e * (diag[j] ?? 0);
      }
      const hh = f / (h + h);
      for (let j = 0; j < i; j += 1) off[j] = (off[j] ?? 0) - hh * (diag[j] ?? 0);
      for (let j = 0; j < i; j += 1) {
        f = diag[j] ?? 0;
        g = off[j] ?? 0;
        for (let k = j; k <= i - 1; k += 1) {
          v[k * n + j] = at(k, j) - (f * (off[k] ?? 0) + g * (diag[k] ?? 0));
        }
        diag[j] = at(i - 1, j);
        v[i * n + j] = 0;
      }
    }
    diag[i] = h;
  }
  accumulate(v, diag, n);
  for (let j = 0; j < n; j += 1) {
    diag[j] = at(n - 1, j);
    v[(n - 1) * n + j] = 0;
  }
  v[(n - 1) * n + n - 1] = 1;
  off[0] = 0;
}

function accumulate(v: Float64Array, diag: Float64Array, n: number): void {
  const sums = new Float64Array(n);
  for (let i = 0; i < n - 1; i += 1) {
    v[(n - 1) * n + i] = v[i * n + i] ?? 0;
    v[i * n + i] = 1;
    const h = diag[i + 1] ?? 0;
    if (h !== 0) {
      for (let k = 0; k <= i; k += 1) diag[k] = (v[k * n + i + 1] ?? 0) / h;
      sums.fill(0, 0, i + 1);
      for (let k = 0; k <= i; k += 1) {
        const c = v[k * n + i + 1] ?? 0;
        for (let j = 0; j <= i; j += 1) sums[j] = (sums[j] ?? 0) + c * (v[k * n + j] ?? 0);
      }
      for (let k = 0; k <= i; k += 1) {
        const c = diag[k] ?? 0;
        for (let j = 0; j <= i; j += 1) v[k * n + j] = (v[k * n + j] ?? 0) - (sums[j] ?? 0) * c;
      }
    }
    for (let k = 0; k <= i; k += 1) v[k * n + i + 1] = 0;
  }
}

/** tql2 on row vectors: row k of `rows` becomes the eigenvector of `diag[k]`. */
function implicitQl(rows: Float64Array, diag: Float64Array, off: Float64Array, n: number): void {
  for (let i = 1; i < n; i += 1) off[i - 1] = off[i] ?? 0;
  off[n - 1] = 0;
  let f = 0;
  let largest = 0;
  for (let l = 0; l < n; l += 1) {
    largest = Math.max(largest, Math.abs(diag[l] ?? 0) + Math.abs(off[l] ?? 0));
    let m = l;
    while (m < n - 1 && Math.abs(off[m] ?? 0) > Number.EPSILON * largest) m += 1;
    for (let sweep = 0; m > l && sweep < 100; sweep += 1) {
      let g = diag[l] ?? 0;
      let p = ((diag[l + 1] ?? 0) - g) / (2 * (off[l] ?? 0));
      let r = Math.hypot(p, 1) * (p < 0 ? -1 : 1);
      diag[l] = (off[l] ?? 0) / (p + r);
      diag[l + 1] = (off[l] ?? 0) * (p + r);
      const dl1 = diag[l + 1] ?? 0;
      let h = g - (diag[l] ?? 0);
      for (let i = l + 2; i < n; i += 1) diag[i] = (diag[i] ?? 0) - h;
      f += h;
      p = diag[m] ?? 0;
      let c = 1;
      let c2 = 1;
      let c3 = 1;
      const el1 = off[l + 1] ?? 0;
      let s = 0;
      let s2 = 0;
      for (let i = m - 1; i >= l; i -= 1) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * (off[i] ?? 0);
        h = c * p;
        r = Math.hypot(p, off[i] ?? 0);
        off[i + 1] = s * r;
        s = (off[i] ?? 0) / r;
        c = p / r;
        p = c * (diag[i] ?? 0) - s * g;
        diag[i + 1] = h + s * (c * g + s * (diag[i] ?? 0));
        rotate(rows, i * n, n, c, s);
      }
      p = (-s * s2 * c3 * el1 * (off[l] ?? 0)) / dl1;
      off[l] = s * p;
      diag[l] = c * p;
      if (Math.abs(off[l] ?? 0) <= Number.EPSILON * largest) break;
    }
    diag[l] = (diag[l] ?? 0) + f;
    off[l] = 0;
  }
}

function rotate(rows: Float64Array, offset: number, n: number, c: number, s: number): void {
  for (let k = offset; k < offset + n; k += 1) {
    const lower = rows[k + n] ?? 0;
    const upper = rows[k] ?? 0;
    rows[k + n] = s * upper + c * lower;
    rows[k] = c * upper - s * lower;
  }
}
