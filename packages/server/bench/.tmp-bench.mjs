import inspector from 'node:inspector/promises';const sess=new inspector.Session();sess.connect();await sess.post('Profiler.enable');await sess.post('Profiler.setSamplingInterval',{interval:200});var prof=(m)=>sess.post(m);
// packages/server/bench/batches-bench.ts
import { createHmac as createHmac3 } from "node:crypto";
import { mkdtemp, rm as rm2 } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as join5 } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

// packages/core/src/error.ts
var CoreError = class extends Error {
  code;
  constructor(code, message, options) {
    super(message, options);
    this.name = "CoreError";
    this.code = code;
  }
};

// packages/core/src/comparison/bytes.ts
var ByteWriter = class {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  uint8(value) {
    this.#reserve(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
  }
  uint16(value) {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }
  float32(value) {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }
  /** An integer from 0 to 2^32 - 1 in seven bits a byte, the lowest first (LEB128). */
  varint(value) {
    let rest = value;
    while (rest >= 128) {
      this.uint8(rest & 127 | 128);
      rest >>>= 7;
    }
    this.uint8(rest);
  }
  raw(bytes) {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
  bytes() {
    return this.#bytes.slice(0, this.#length);
  }
  #reserve(more) {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
};
var ByteReader = class {
  #bytes;
  #view;
  #at = 0;
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  uint8() {
    return this.#view.getUint8(this.#take(1));
  }
  uint16() {
    return this.#view.getUint16(this.#take(2), true);
  }
  float32() {
    return this.#view.getFloat32(this.#take(4), true);
  }
  varint(maximum) {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.uint8();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128)
        return value <= maximum ? value : this.fail(`a number is ${value}, at most ${maximum} is allowed`);
    }
    return this.fail("a number has too many bytes");
  }
  /** All that is left. */
  rest() {
    const rest = this.#bytes.subarray(this.#at);
    this.#at = this.#bytes.length;
    return rest;
  }
  end() {
    if (this.#at !== this.#bytes.length) this.fail(`${this.#bytes.length - this.#at} bytes follow the end`);
  }
  fail(what) {
    throw new CoreError("malformedReference", `the reference cannot be read: ${what} (byte ${this.#at}); enrol again`);
  }
  #take(count3) {
    const at = this.#at;
    if (at + count3 > this.#bytes.length) this.fail("it ends too early");
    this.#at += count3;
    return at;
  }
};

// packages/core/src/comparison/forest/grow-tree.ts
var SMALL = 24;
function growTree(nodes, options) {
  const { ranked: ranked2, weights } = options;
  const rows = new Uint32Array(ranked2.count);
  let used = 0;
  for (let r = 0; r < ranked2.count; r += 1) if (weights[r] !== 0) rows[used++] = r;
  const order = Uint32Array.from({ length: ranked2.features }, (_, f) => f);
  const rowBits = Math.max(1, Math.ceil(Math.log2(ranked2.count)));
  growNode({ ...options, nodes, rows, keys: new Uint32Array(used), order, rowBits }, 0, used, 0);
}
function growNode(work, start, end, depth) {
  const { nodes, rows, weights, positive } = work;
  let positives = 0;
  let total = 0;
  for (let i = start; i < end; i += 1) {
    const row = rows[i];
    const weight = weights[row];
    total += weight;
    if (positive[row] === 1) positives += weight;
  }
  const node = nodes.feature.length;
  nodes.feature.push(-1);
  nodes.threshold.push(0);
  nodes.right.push(0);
  nodes.negatives.push(total - positives);
  nodes.positives.push(positives);
  if (depth >= work.maximumDepth || positives === 0 || positives === total) return;
  const split3 = findSplit(work, start, end, total, positives);
  if (split3 === void 0) return;
  nodes.feature[node] = split3.feature;
  nodes.threshold[node] = thresholdOf(work.ranked.values[split3.feature], split3);
  const middle = partition(work, start, end, split3);
  growNode(work, start, middle, depth + 1);
  nodes.right[node] = nodes.feature.length;
  growNode(work, middle, end, depth + 1);
}
function findSplit(work, start, end, total, positives) {
  const { order, tried, random, rowBits, rows, weights, positive, ranked: ranked2 } = work;
  const { count: count3, ranks } = ranked2;
  const size = end - start;
  const keys = work.keys.subarray(0, size);
  const rowMask = 2 ** rowBits - 1;
  let best = Number.NEGATIVE_INFINITY;
  let bestFeature = -1;
  let bestRank = 0;
  let bestNext = 0;
  for (let visited = 0; visited < order.length && (visited < tried || bestFeature < 0); visited += 1) {
    const drawn = visited + Math.floor(random() * (order.length - visited));
    const feature = order[drawn];
    order[drawn] = order[visited];
    order[visited] = feature;
    const column = feature * count3;
    const firstRank = ranks[column + rows[start]];
    let constant = true;
    for (let i = 0; i < size; i += 1) {
      const row = rows[start + i];
      const rank = ranks[column + row];
      if (rank !== firstRank) constant = false;
      keys[i] = (rank << rowBits | row) >>> 0;
    }
    if (constant) continue;
    sortKeys(keys);
    let left = 0;
    let leftPositives = 0;
    for (let i = 0; i < size - 1; i += 1) {
      const key = keys[i];
      const row = key & rowMask;
      const weight = weights[row];
      left += weight;
      if (positive[row] === 1) leftPositives += weight;
      const rank = key >>> rowBits;
      const nextRank = keys[i + 1] >>> rowBits;
      if (rank === nextRank) continue;
      const right = total - left;
      const rightPositives = positives - leftPositives;
      const leftNegatives = left - leftPositives;
      const rightNegatives = right - rightPositives;
      const gain = (leftNegatives * leftNegatives + leftPositives * leftPositives) / left + (rightNegatives * rightNegatives + rightPositives * rightPositives) / right;
      if (gain > best) {
        best = gain;
        bestFeature = feature;
        bestRank = rank;
        bestNext = nextRank;
      }
    }
  }
  return bestFeature < 0 ? void 0 : { feature: bestFeature, rank: bestRank, nextRank: bestNext };
}
function thresholdOf(values, { rank, nextRank }) {
  const low = values[rank];
  const high = values[nextRank];
  const middle = Math.fround((low + high) / 2);
  return middle < high ? middle : low;
}
function partition({ rows, ranked: ranked2 }, start, end, { feature, rank }) {
  const column = feature * ranked2.count;
  let low = start;
  let high = end - 1;
  while (low <= high) {
    const row = rows[low];
    if (ranked2.ranks[column + row] <= rank) low += 1;
    else {
      rows[low] = rows[high];
      rows[high] = row;
      high -= 1;
    }
  }
  return low;
}
function sortKeys(keys) {
  if (keys.length > SMALL) {
    keys.sort();
    return;
  }
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i];
    let j = i - 1;
    while (j >= 0 && keys[j] > key) {
      keys[j + 1] = keys[j];
      j -= 1;
    }
    keys[j + 1] = key;
  }
}

// packages/core/src/comparison/forest/rank-rows.ts
function rankRows(rows, features) {
  const count3 = rows.length;
  const ranks = new Uint32Array(count3 * features);
  const values = [];
  const column = new Float32Array(count3);
  for (let f = 0; f < features; f += 1) {
    rows.forEach((row, r) => {
      if (row.length !== features) throw new RangeError(`row ${r} must have ${features} values, got ${row.length}`);
      column[r] = row[f] ?? Number.NaN;
      if (!Number.isFinite(column[r])) throw new RangeError(`row ${r}, value ${f} must be finite, got ${row[f]}`);
    });
    const distinct = distinctSorted(column);
    for (let r = 0; r < count3; r += 1) ranks[f * count3 + r] = rankOf(distinct, column[r] ?? 0);
    values.push(distinct);
  }
  return { count: count3, features, ranks, values };
}
function distinctSorted(column) {
  const sorted = column.slice().sort();
  let kept = 0;
  for (const value of sorted) {
    if (kept === 0 || value !== sorted[kept - 1]) {
      sorted[kept] = value;
      kept += 1;
    }
  }
  return sorted.slice(0, kept);
}
function rankOf(sorted, value) {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = low + high >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// packages/core/src/comparison/forest/forest.ts
var MAXIMUM_ROWS = 65536;
var MAXIMUM_FEATURES = 1e3;
var MAXIMUM_TREES = 2e3;
var MAXIMUM_DEPTH = 32;
function trainForest(rows, labels, { random, trees = 100, maximumDepth = 10, featuresPerSplit, rows: use = "bootstrap" }) {
  const features = rows[0]?.length ?? 0;
  within("rows", rows.length, MAXIMUM_ROWS);
  within("features", features, MAXIMUM_FEATURES);
  within("trees", trees, MAXIMUM_TREES);
  within("maximumDepth", maximumDepth, MAXIMUM_DEPTH);
  const tried = featuresPerSplit ?? Math.max(1, Math.floor(Math.sqrt(features)));
  within("featuresPerSplit", tried, features);
  if (labels.length !== rows.length)
    throw new RangeError(`labels must be as many as rows (${rows.length}), got ${labels.length}`);
  const positive = Uint8Array.from(labels);
  if (Array.from(labels).some((label) => label !== 0 && label !== 1)) throw new RangeError("labels must be 0 or 1");
  const ranked2 = rankRows(rows, features);
  const nodes = { feature: [], threshold: [], right: [], negatives: [], positives: [] };
  const roots = new Int32Array(trees);
  const weights = new Uint32Array(rows.length);
  for (let tree = 0; tree < trees; tree += 1) {
    roots[tree] = nodes.feature.length;
    if (use === "all") weights.fill(1);
    else {
      weights.fill(0);
      for (let i = 0; i < rows.length; i += 1) {
        const drawn = Math.floor(random() * rows.length);
        weights[drawn] = (weights[drawn] ?? 0) + 1;
      }
    }
    growTree(nodes, { ranked: ranked2, positive, weights, maximumDepth, tried, random });
  }
  return toForest(features, roots, nodes);
}
function toForest(features, roots, nodes) {
  return {
    kind: "forest",
    features,
    roots,
    feature: Int16Array.from(nodes.feature),
    threshold: Float32Array.from(nodes.threshold),
    right: Int32Array.from(nodes.right),
    negatives: Uint32Array.from(nodes.negatives),
    positives: Uint32Array.from(nodes.positives),
    value: Float64Array.from(nodes.positives, (positives, i) => positives / (positives + (nodes.negatives[i] ?? 0)))
  };
}
function within(label, value, maximum) {
  if (!Number.isInteger(value) || value < 1 || value > maximum)
    throw new RangeError(`${label} must be an integer from 1 to ${maximum}, got ${value}`);
}

// packages/core/src/comparison/forest/encode-forest.ts
var MAGIC = 18502;
var VERSION = 1;
function encodeForest(forest) {
  const writer = new ByteWriter();
  writer.uint16(MAGIC);
  writer.uint8(VERSION);
  writer.varint(forest.features);
  writer.varint(forest.roots.length);
  forest.feature.forEach((feature, node) => {
    writer.varint(feature + 1);
    if (feature >= 0) writer.float32(forest.threshold[node] ?? 0);
    else {
      writer.varint(forest.negatives[node] ?? 0);
      writer.varint(forest.positives[node] ?? 0);
    }
  });
  return writer.bytes();
}
function decodeForest(bytes) {
  const reader = new ByteReader(bytes);
  if (reader.uint16() !== MAGIC) reader.fail("this is no forest");
  const version = reader.uint8();
  if (version !== VERSION) reader.fail(`the forest has layout version ${version}, this program reads ${VERSION}`);
  const features = reader.varint(MAXIMUM_FEATURES);
  const trees = reader.varint(MAXIMUM_TREES);
  if (features === 0 || trees === 0) reader.fail("a forest has at least one feature and one tree");
  const nodes = { feature: [], threshold: [], right: [], negatives: [], positives: [] };
  const roots = new Int32Array(trees);
  for (let tree = 0; tree < trees; tree += 1) {
    roots[tree] = nodes.feature.length;
    readNode(reader, nodes, features, 0);
  }
  reader.end();
  return toForest(features, roots, nodes);
}
function readNode(reader, nodes, features, depth) {
  const node = nodes.feature.length;
  const feature = reader.varint(features) - 1;
  nodes.feature.push(feature);
  nodes.right.push(0);
  if (feature < 0) {
    const negatives = reader.varint(MAXIMUM_ROWS);
    const positives = reader.varint(MAXIMUM_ROWS);
    if (negatives + positives === 0) reader.fail("a leaf that no row came to");
    nodes.threshold.push(0);
    nodes.negatives.push(negatives);
    nodes.positives.push(positives);
    return node;
  }
  if (depth >= MAXIMUM_DEPTH) reader.fail(`a tree is deeper than ${MAXIMUM_DEPTH}`);
  const threshold = reader.float32();
  if (!Number.isFinite(threshold)) reader.fail("a threshold is not finite");
  nodes.threshold.push(threshold);
  nodes.negatives.push(0);
  nodes.positives.push(0);
  const left = readNode(reader, nodes, features, depth + 1);
  const right = readNode(reader, nodes, features, depth + 1);
  nodes.right[node] = right;
  nodes.negatives[node] = (nodes.negatives[left] ?? 0) + (nodes.negatives[right] ?? 0);
  nodes.positives[node] = (nodes.positives[left] ?? 0) + (nodes.positives[right] ?? 0);
  return node;
}

// packages/core/src/comparison/forest/predict-forest.ts
function predictForest(forest, row) {
  const { feature, threshold, right, value, roots } = forest;
  const single = toSingle(forest, row);
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree];
    let tested = feature[node];
    while (tested >= 0) {
      node = single[tested] <= threshold[node] ? node + 1 : right[node];
      tested = feature[node];
    }
    sum += value[node];
  }
  return sum / roots.length;
}
function attributeForest(forest, row) {
  const { feature, threshold, right, value, roots } = forest;
  const single = toSingle(forest, row);
  const parts = new Float64Array(forest.features);
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree += 1) {
    let node = roots[tree];
    let tested = feature[node];
    let share = value[node];
    while (tested >= 0) {
      node = single[tested] <= threshold[node] ? node + 1 : right[node];
      const next = value[node];
      parts[tested] = parts[tested] + next - share;
      share = next;
      tested = feature[node];
    }
    sum += share;
  }
  for (let f = 0; f < parts.length; f += 1) parts[f] = parts[f] / roots.length;
  return { probability: sum / roots.length, parts };
}
function forestImportances(forest) {
  const { feature, roots } = forest;
  const total = new Float64Array(forest.features);
  for (let tree = 0; tree < roots.length; tree += 1) {
    const own = new Float64Array(forest.features);
    const end = tree + 1 < roots.length ? roots[tree + 1] : feature.length;
    let sum2 = 0;
    for (let node = roots[tree]; node < end; node += 1) {
      const tested = feature[node];
      if (tested < 0) continue;
      const decrease = impurity(forest, node) - impurity(forest, node + 1) - impurity(forest, forest.right[node]);
      own[tested] = own[tested] + decrease;
      sum2 += decrease;
    }
    if (sum2 > 0)
      own.forEach((decrease, f) => {
        total[f] = total[f] + decrease / sum2;
      });
  }
  const sum = total.reduce((so, far) => so + far, 0);
  return Array.from(total, (decrease) => sum > 0 ? decrease / sum : 0);
}
function impurity({ negatives, positives }, node) {
  const n0 = negatives[node];
  const n1 = positives[node];
  return 2 * n0 * n1 / (n0 + n1);
}
function toSingle(forest, row) {
  if (row.length !== forest.features)
    throw new RangeError(`a row of this forest has ${forest.features} values, got ${row.length}`);
  return row instanceof Float32Array ? row : new Float32Array(row);
}

// packages/core/src/comparison/presence.ts
var PRESENCE_PATTERNS = ["none", "keystroke", "pointer", "both"];
function presencePattern({ keystrokes, pointerEvents }) {
  if (keystrokes > 0) return pointerEvents > 0 ? "both" : "keystroke";
  return pointerEvents > 0 ? "pointer" : "none";
}

// packages/core/src/math/stats.ts
function moments(values) {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) {
    const delta = values[i] - mean;
    mean += delta / (i + 1);
    squares += delta * (values[i] - mean);
  }
  if (values.length === 0) return { mean: Number.NaN, std: Number.NaN };
  return { mean, std: Math.sqrt(squares / values.length) };
}
function logit(probability) {
  if (!(probability > 0 && probability < 1))
    throw new RangeError(`probability must lie strictly between 0 and 1, got ${probability}`);
  return Math.log(probability / (1 - probability));
}
function shuffle(items, random) {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const held = items[i];
    const other = items[j];
    if (held === void 0 || other === void 0) continue;
    items[i] = other;
    items[j] = held;
  }
  return items;
}

// packages/core/src/comparison/choose-samples.ts
var MINIMUM_PER_PATTERN = 5;
function chooseSamples(samples, background, { random, minimumSamples }) {
  const own = groupByPattern(samples);
  const others = groupByPattern(background);
  const learnable = [...own].filter(([, group]) => group.length >= MINIMUM_PER_PATTERN);
  const have = count(learnable.map(([, group]) => group)) || Math.max(0, ...[...own.values()].map(({ length }) => length));
  if (learnable.length === 0 || have < minimumSamples) return failure("tooFewSamples", have, minimumSamples);
  const balanced = learnable.flatMap(([pattern, group]) => {
    const pool2 = others.get(pattern) ?? [];
    const size = Math.min(group.length, pool2.length);
    if (size < MINIMUM_PER_PATTERN) return [];
    const mated = [...group].sort((left, right) => left.endedAt - right.endedAt).slice(-size);
    return [{ pattern, mated, nonMated: shuffle([...pool2], random).slice(0, size) }];
  });
  const paired = count(balanced.map(({ mated }) => mated));
  return paired < minimumSamples ? failure("tooFewBackgroundSamples", paired, minimumSamples) : balanced;
}
function failure(reason, have, need) {
  return { kind: "failureToEnrol", reason, have, need, missing: Math.max(1, need - have) };
}
function groupByPattern(samples) {
  const groups = /* @__PURE__ */ new Map();
  for (const sample of samples) {
    const pattern = presencePattern(sample);
    if (pattern === "none") continue;
    const group = groups.get(pattern);
    if (group === void 0) groups.set(pattern, [sample]);
    else group.push(sample);
  }
  return groups;
}
function count(groups) {
  return groups.reduce((sum, group) => sum + group.length, 0);
}

// packages/core/src/comparison/random-forest.ts
var RANDOM_FOREST_ID = "random-forest@1";
var RANDOM_FOREST_MINIMUM_SAMPLES = 20;
var MAGIC2 = 18002;
var LAYOUT = 1;
function createRandomForest(extractor) {
  const extractorId = `${extractor.name}@${extractor.version}`;
  return {
    name: "random-forest",
    version: 1,
    enrol: (samples, options) => enrol(samples, options, { id: extractorId, names: extractor.featureNames }),
    compare(reference, probe) {
      const { forest } = readForestReference(reference, probe);
      return { kind: "comparisonScore", value: predictForest(forest, fillMissing(probe)) };
    }
  };
}
function knowsPattern({ patterns }, probe) {
  return (patterns[PRESENCE_PATTERNS.indexOf(presencePattern(probe))] ?? 0) >= MINIMUM_PER_PATTERN;
}
function fillMissing({ values }) {
  const filled = new Float32Array(values);
  for (let i = 0; i < filled.length; i += 1) if (Number.isNaN(filled[i])) filled[i] = 0;
  return filled;
}
var decoded = /* @__PURE__ */ new WeakMap();
function readForestReference(reference, { extractor, values }) {
  if (reference.comparator !== RANDOM_FOREST_ID || reference.extractor !== extractor)
    throw new CoreError(
      "versionMismatch",
      `a reference of ${reference.comparator} on ${reference.extractor} cannot be compared by ${RANDOM_FOREST_ID} with a probe of ${extractor}: enrol again`
    );
  const known = decoded.get(reference);
  if (known !== void 0) return known;
  const reader = new ByteReader(reference.payload);
  if (reader.uint16() !== MAGIC2 || reader.uint8() !== LAYOUT)
    reader.fail("this is no random-forest reference of layout 1");
  const patterns = PRESENCE_PATTERNS.map(() => reader.varint(4294967295));
  const result2 = { forest: decodeForest(reader.rest()), patterns };
  if (result2.forest.features !== values.length)
    reader.fail(`its forest is for ${result2.forest.features} features, the probe has ${values.length}`);
  decoded.set(reference, result2);
  return result2;
}
function enrol(samples, { background, random, now }, { id, names }) {
  for (const { extractor } of [...samples, ...background])
    if (extractor !== id)
      throw new CoreError("versionMismatch", `feature sets must be of ${id}, got one of ${extractor}`);
  const chosen = chooseSamples(samples, background, { random, minimumSamples: RANDOM_FOREST_MINIMUM_SAMPLES });
  if ("kind" in chosen) return chosen;
  const mated = chosen.flatMap((group) => group.mated);
  const distinct = new Set(mated.map(({ values }) => values.join())).size;
  const needDistinct = RANDOM_FOREST_MINIMUM_SAMPLES / 2;
  if (distinct < needDistinct) return failure("noVariation", distinct, needDistinct);
  const check2 = checkOnNewest(chosen, random);
  const nonMated = chosen.flatMap((group) => group.nonMated);
  const forest = train(mated, nonMated, random);
  const reference = {
    kind: "reference",
    comparator: RANDOM_FOREST_ID,
    extractor: id,
    samples: mated.length,
    enrolledAt: now,
    payload: encode(forest, chosen)
  };
  const importances = forestImportances(forest);
  const report = { mated: mated.length, nonMated: nonMated.length, ...check2, importances, featureNames: names };
  return { kind: "enrolment", reference, report };
}
function checkOnNewest(groups, random) {
  const parts = groups.map(({ mated: mated2, nonMated: nonMated2 }) => {
    const held = Math.round(mated2.length / 5);
    const newest = mated2.slice(mated2.length - held);
    const from = Math.min(...newest.map(({ startedAt }) => startedAt));
    const training2 = mated2.slice(0, mated2.length - held).filter(({ endedAt }) => endedAt <= from);
    return {
      newest,
      others: nonMated2.slice(0, held),
      training: training2,
      against: nonMated2.slice(held, held + training2.length)
    };
  });
  const training = parts.flatMap((part) => part.training);
  if (training.length === 0) return { heldOutAccuracy: void 0, heldOut: 0 };
  const forest = train(
    training,
    parts.flatMap(({ against }) => against),
    random
  );
  const accepts = (sample) => predictForest(forest, fillMissing(sample)) >= 0.5;
  const mated = parts.flatMap(({ newest }) => newest);
  const nonMated = parts.flatMap(({ others }) => others);
  const right = mated.filter(accepts).length + nonMated.filter((sample) => !accepts(sample)).length;
  const heldOut = mated.length + nonMated.length;
  return { heldOutAccuracy: right / heldOut, heldOut };
}
function train(mated, nonMated, random) {
  const rows = [...mated, ...nonMated].map(fillMissing);
  return trainForest(
    rows,
    rows.map((_, i) => i < mated.length ? 1 : 0),
    { random }
  );
}
function encode(forest, groups) {
  const writer = new ByteWriter();
  writer.uint16(MAGIC2);
  writer.uint8(LAYOUT);
  for (const name of PRESENCE_PATTERNS)
    writer.varint(groups.find(({ pattern }) => pattern === name)?.mated.length ?? 0);
  writer.raw(encodeForest(forest));
  return writer.bytes();
}

// packages/core/src/events/event.ts
var KEY_PHASES = ["down", "up", "repeat"];
var POINTER_PHASES = ["move", "down", "up", "cancel"];
var POINTER_TYPES = ["mouse", "pen", "touch"];
var WHEEL_UNITS = ["pixel", "line", "page"];
var FOCUS_PHASES = ["in", "out"];
var VISIBILITY_STATES = ["visible", "hidden"];
var EDITS = ["paste", "cut", "copy", "drop", "autofill", "undo", "redo"];
var COMPOSITION_PHASES = ["start", "end"];
var INPUTS = ["insert", "delete", "newline", "replace", "other"];
var VIEWPORT_CLASSES = ["phone", "tablet", "laptop", "desktop"];

// packages/core/src/events/key-zone.ts
var KEY_ZONES = [
  "leftTop",
  "leftHome",
  "leftBottom",
  "rightTop",
  "rightHome",
  "rightBottom",
  "space",
  "shiftLeft",
  "shiftRight",
  "backspace",
  "enter",
  "tab",
  "digit",
  "punctuation",
  "navigation",
  "other"
];
var LETTER_ZONES = {
  ...zoneOf("QWERT", "leftTop"),
  ...zoneOf("ASDFG", "leftHome"),
  ...zoneOf("ZXCVB", "leftBottom"),
  ...zoneOf("YUIOP", "rightTop"),
  ...zoneOf("HJKL", "rightHome"),
  ...zoneOf("NM", "rightBottom")
};
var NAMED_ZONES = {
  Space: "space",
  ShiftLeft: "shiftLeft",
  ShiftRight: "shiftRight",
  Backspace: "backspace",
  Enter: "enter",
  NumpadEnter: "enter",
  Tab: "tab",
  ...same(
    [
      "Minus",
      "Equal",
      "BracketLeft",
      "BracketRight",
      "Backslash",
      "Semicolon",
      "Quote",
      "Backquote",
      "Comma",
      "Period",
      "Slash",
      "IntlBackslash",
      "IntlRo",
      "IntlYen",
      "NumpadDecimal",
      "NumpadAdd",
      "NumpadSubtract",
      "NumpadMultiply",
      "NumpadDivide"
    ],
    "punctuation"
  ),
  ...same(
    ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Delete", "Insert"],
    "navigation"
  )
};
function zoneOf(letters, zone) {
  return same([...letters], zone);
}
function same(names, zone) {
  return Object.fromEntries(names.map((name) => [name, zone]));
}

// packages/core/src/events/keystrokes.ts
var KEYSTROKE_SIZE = 4;
var PRESS = 1;
var PRESS_AT = 2;
var HELD = 3;
var ZONE_INDEX = new Map(KEY_ZONES.map((zone, i) => [zone, i]));
function noKeystrokes(at) {
  return { origin: Math.round(at * 10), packed: [] };
}
function keystrokeCount({ packed }) {
  return packed.length / KEYSTROKE_SIZE;
}
function noteKey({ origin, packed }, event) {
  const { phase, press } = event;
  const now = Math.round(event.at * 10) - origin;
  if (phase === "up") {
    for (let i = packed.length - KEYSTROKE_SIZE; i >= 0; i -= KEYSTROKE_SIZE) {
      if (packed[i + PRESS] !== press) continue;
      if (packed[i + HELD] === -1) packed[i + HELD] = Math.max(0, now - (packed[i + PRESS_AT] ?? now));
      return false;
    }
    return false;
  }
  if (phase === "repeat" || event.shortcut) return false;
  for (let i = packed.length - KEYSTROKE_SIZE; i >= 0 && packed[i + PRESS_AT] === now; i -= KEYSTROKE_SIZE)
    if (packed[i + PRESS] === press) return false;
  packed.push(ZONE_INDEX.get(event.zone) ?? 0, press, now, -1);
  return true;
}
function pressedAt({ origin, packed }, index) {
  return (origin + (packed[index * KEYSTROKE_SIZE + PRESS_AT] ?? Number.NaN)) / 10;
}
function allReleased({ packed }, count3) {
  for (let i = 0; i < count3; i += 1) if (packed[i * KEYSTROKE_SIZE + HELD] === -1) return false;
  return true;
}
function toKeystrokes({ origin, packed }, count3) {
  const keystrokes = [];
  for (let i = 0; i < count3 * KEYSTROKE_SIZE; i += KEYSTROKE_SIZE) {
    const at = origin + (packed[i + PRESS_AT] ?? 0);
    const held = packed[i + HELD] ?? -1;
    const zone = KEY_ZONES[packed[i] ?? 0] ?? "other";
    keystrokes.push({ zone, pressAt: at / 10, releaseAt: held === -1 ? void 0 : (at + held) / 10 });
  }
  return keystrokes;
}
function dropKeystrokes({ packed }, count3) {
  packed.splice(0, count3 * KEYSTROKE_SIZE);
}

// packages/core/src/events/segment.ts
var MODALITIES = ["keystroke", "pointer", "touch", "usage"];

// packages/core/src/features/keystroke/tutorial.ts
var KEYSTROKE_TUTORIAL_FEATURES = [
  "iki_mean",
  "iki_std",
  "hold_mean",
  "hold_std",
  "typing_speed",
  "keystroke_count"
];
function keystrokeTutorial(keystrokes, into, offset) {
  into.fill(Number.NaN, offset, offset + KEYSTROKE_TUTORIAL_FEATURES.length);
  const first = keystrokes[0];
  if (first === void 0) return;
  const intervals = [];
  const holds = [];
  let before;
  let end = first.pressAt;
  for (const { pressAt, releaseAt } of keystrokes) {
    if (before !== void 0) intervals.push(pressAt - before);
    if (releaseAt !== void 0) holds.push(releaseAt - pressAt);
    before = pressAt;
    end = Math.max(end, releaseAt ?? pressAt);
  }
  const interval = moments(intervals);
  const hold = moments(holds);
  into[offset] = interval.mean;
  into[offset + 1] = interval.std;
  into[offset + 2] = hold.mean;
  into[offset + 3] = hold.std;
  into[offset + 4] = end > first.pressAt ? 1e3 * keystrokes.length / (end - first.pressAt) : Number.NaN;
  into[offset + 5] = keystrokes.length;
}

// packages/core/src/features/pointer/tutorial.ts
var POINTER_TUTORIAL_FEATURES = [
  "mouse_distance_mean",
  "mouse_distance_std",
  "mouse_speed_mean",
  "mouse_speed_std",
  "mouse_total_distance",
  "mouse_event_count"
];
function pointerTutorial(pointer, into, offset) {
  into.fill(Number.NaN, offset, offset + POINTER_TUTORIAL_FEATURES.length);
  const distances = [];
  const speeds = [];
  let before;
  let total = 0;
  let moves = 0;
  for (const move of pointer) {
    if (move.phase !== "move") continue;
    moves += 1;
    if (before !== void 0) {
      const distance2 = Math.hypot(move.x - before.x, move.y - before.y);
      const elapsed = move.at - before.at;
      distances.push(distance2);
      total += distance2;
      if (elapsed > 0) speeds.push(1e3 * distance2 / elapsed);
    }
    before = move;
  }
  if (moves === 0) return;
  const distance = moments(distances);
  const speed = moments(speeds);
  into[offset] = distance.mean;
  into[offset + 1] = distance.std;
  into[offset + 2] = speed.mean;
  into[offset + 3] = speed.std;
  into[offset + 4] = total;
  into[offset + 5] = moves;
}

// packages/core/src/features/tutorial.ts
var TUTORIAL_FEATURES = [...KEYSTROKE_TUTORIAL_FEATURES, ...POINTER_TUTORIAL_FEATURES];
var KEYSTROKE_COUNT = TUTORIAL_FEATURES.indexOf("keystroke_count");
var POINTER_COUNT = TUTORIAL_FEATURES.indexOf("mouse_event_count");
var POINTER_FIRST = KEYSTROKE_TUTORIAL_FEATURES.length;
var tutorialExtractor = {
  name: "tutorial",
  version: 1,
  featureNames: TUTORIAL_FEATURES,
  extract(sample) {
    const values = new Float64Array(TUTORIAL_FEATURES.length);
    keystrokeTutorial(sample.keystrokes, values, 0);
    pointerTutorial(sample.pointer, values, POINTER_FIRST);
    return featureSet(values, sample.startedAt, sample.endedAt);
  }
};
function fromTutorialRow(row, startedAt, endedAt) {
  if (row.length !== TUTORIAL_FEATURES.length)
    throw new RangeError(`a row of the tutorial's table has ${TUTORIAL_FEATURES.length} numbers, got ${row.length}`);
  const values = Float64Array.from(row);
  values.forEach((value, i) => {
    if (!Number.isFinite(value) || value < 0)
      throw new RangeError(`${TUTORIAL_FEATURES[i]} must be a finite number of at least 0, got ${value}`);
  });
  if (values[KEYSTROKE_COUNT] === 0) values.fill(Number.NaN, 0, POINTER_FIRST);
  if (values[POINTER_COUNT] === 0) values.fill(Number.NaN, POINTER_FIRST);
  return featureSet(values, startedAt, endedAt);
}
function featureSet(values, startedAt, endedAt) {
  return {
    kind: "featureSet",
    extractor: "tutorial@1",
    values,
    startedAt,
    endedAt,
    keystrokes: values[KEYSTROKE_COUNT] || 0,
    // NaN counts none
    pointerEvents: values[POINTER_COUNT] || 0
  };
}

// packages/core/src/features/usage/bounded-counts.ts
function countOne(counts, name, most) {
  const known = counts[name];
  if (known !== void 0) {
    counts[name] = known + 1;
    return;
  }
  const names = ranked(counts);
  const least = names[names.length - 1];
  if (least !== void 0 && names.length >= most) delete counts[least.name];
  counts[name] = 1;
}
function ranked(counts) {
  return Object.entries(counts).map(([name, count3]) => ({ name, count: count3 })).sort((left, right) => right.count - left.count || (left.name < right.name ? -1 : 1));
}

// packages/core/src/features/usage/pauses.ts
var SHORTEST_PAUSE_MS = 2e3;
var LONGEST_PAUSE_MS = 30 * 6e4;
var BINS_PER_OCTAVE = 8;
var BINS = Math.ceil(BINS_PER_OCTAVE * Math.log2(LONGEST_PAUSE_MS / SHORTEST_PAUSE_MS)) + 1;
function countPause(histogram, elapsedMs) {
  if (!(elapsedMs >= SHORTEST_PAUSE_MS && elapsedMs <= LONGEST_PAUSE_MS)) return;
  const bin = Math.floor(BINS_PER_OCTAVE * Math.log2(elapsedMs / SHORTEST_PAUSE_MS));
  countOne(histogram, String(bin), BINS);
}
function readPauses(histogram) {
  const bins = Object.entries(histogram).map(([bin, count4]) => ({ bin: Number(bin), count: count4 })).sort((left, right) => left.bin - right.bin);
  const count3 = bins.reduce((sum, each) => sum + each.count, 0);
  let seen = 0;
  for (const { bin, count: inBin } of bins) {
    seen += inBin;
    if (2 * seen >= count3)
      return { count: count3, medianMs: Math.round(SHORTEST_PAUSE_MS * 2 ** ((bin + 0.5) / BINS_PER_OCTAVE)) };
  }
  return { count: 0, medianMs: null };
}

// packages/core/src/features/usage/scroll-device.ts
var TURN_ENDS_MS = 300;
var SMALLEST_NOTCH_PX = 50;
function continues(turn, { at }) {
  return turn !== null && at - turn.lastAt <= TURN_ENDS_MS;
}
function addWheel(turn, event) {
  const before = continues(turn, event) ? turn : { lastAt: event.at, events: 0, notches: 0 };
  return {
    lastAt: Math.max(before.lastAt, event.at),
    events: before.events + 1,
    notches: before.notches + (isNotch(event) ? 1 : 0)
  };
}
function scrollDevice({ events, notches }) {
  return 2 * notches >= events ? "wheel" : "trackpad";
}
function isNotch({ dx, dy, unit }) {
  if (unit !== "pixel") return true;
  const straight = dx === 0 || dy === 0;
  return straight && Math.abs(dx) + Math.abs(dy) >= SMALLEST_NOTCH_PX;
}

// packages/core/src/features/usage/read-usage.ts
function readUsage(state) {
  const scroll = { ...state.scroll };
  if (state.turn !== null) scroll[scrollDevice(state.turn)] += 1;
  return {
    pages: ranked(state.pages).map(({ name, count: count3 }) => ({ page: name, visits: count3 })),
    transitions: ranked(state.transitions).map(({ name, count: count3 }) => {
      const [from = "", to = ""] = name.split(">");
      return { from, to, count: count3 };
    }),
    weekHours: Array.from({ length: 168 }, (_, hour) => state.weekHours[String(hour)] ?? 0),
    pauses: readPauses(state.pauses),
    shortcuts: state.shortcuts,
    pastes: state.pastes,
    copies: state.copies,
    autofills: state.autofills,
    tabSwitches: state.tabSwitches,
    scroll,
    pointerTypes: { ...state.pointerTypes },
    viewports: { ...state.viewports },
    corrections: state.corrections
  };
}

// packages/core/src/features/usage/usage.ts
var MOST_PAGES = 64;
var MOST_TRANSITIONS = 128;
var HOURS_OF_WEEK = 168;
var HOUR_MS = 36e5;
var EPOCH_HOUR = 72;
var VIEWPORTS = 4;
function emptyUsage() {
  return {
    kind: "usage",
    version: 1,
    pages: {},
    transitions: {},
    weekHours: {},
    pauses: {},
    shortcuts: 0,
    pastes: 0,
    copies: 0,
    autofills: 0,
    tabSwitches: 0,
    scroll: { wheel: 0, trackpad: 0, touch: 0 },
    pointerTypes: { mouse: 0, pen: 0, touch: 0 },
    viewports: {},
    corrections: 0,
    last: { at: null, page: null, hidden: false },
    turn: null
  };
}
function addUsage(state, events) {
  const draft = {
    ...state,
    pages: { ...state.pages },
    transitions: { ...state.transitions },
    weekHours: { ...state.weekHours },
    pauses: { ...state.pauses },
    scroll: { ...state.scroll },
    pointerTypes: { ...state.pointerTypes },
    viewports: { ...state.viewports },
    last: { ...state.last }
  };
  for (const event of events) {
    if (!Number.isFinite(event.at)) continue;
    passTime(draft, event.at);
    addEvent(draft, event);
  }
  return draft;
}
function passTime(draft, at) {
  const { last } = draft;
  const hour = Math.floor(at / HOUR_MS) + EPOCH_HOUR;
  const ofWeek = (hour % HOURS_OF_WEEK + HOURS_OF_WEEK) % HOURS_OF_WEEK;
  countOne(draft.weekHours, String(ofWeek), HOURS_OF_WEEK);
  if (last.at !== null && !last.hidden) countPause(draft.pauses, at - last.at);
  last.at = Math.max(at, last.at ?? at);
}
function addEvent(draft, event) {
  switch (event.kind) {
    case "key":
      addKey(draft, event);
      return;
    case "pointer":
      addPointer(draft, event);
      return;
    case "wheel":
      addTurn(draft, event);
      return;
    case "page":
      addPage(draft, event);
      return;
    case "edit":
      addEdit(draft, event);
      return;
    case "visibility":
      addVisibility(draft, event);
      return;
    case "viewport":
      countOne(draft.viewports, event.size, VIEWPORTS);
      return;
    case "input":
      if (event.what === "delete") draft.corrections += 1;
      return;
    case "focus":
    case "composition":
      return;
  }
}
function addKey(draft, { phase, zone, shortcut }) {
  if (phase === "up") return;
  if (!shortcut) {
    if (zone === "backspace") draft.corrections += 1;
    return;
  }
  const modifier = zone === "other" || zone === "shiftLeft" || zone === "shiftRight";
  if (!modifier && phase === "down") draft.shortcuts += 1;
}
function addPointer(draft, { pointer, phase }) {
  draft.pointerTypes[pointer] += 1;
  if (pointer === "touch" && phase === "cancel") draft.scroll.touch += 1;
}
function addTurn(draft, event) {
  if (draft.turn !== null && !continues(draft.turn, event)) draft.scroll[scrollDevice(draft.turn)] += 1;
  draft.turn = addWheel(draft.turn, event);
}
function addPage(draft, event) {
  const page = (event.page >>> 0).toString(16).padStart(8, "0");
  const { last } = draft;
  countOne(draft.pages, page, MOST_PAGES);
  if (last.page !== null && last.page !== page) countOne(draft.transitions, `${last.page}>${page}`, MOST_TRANSITIONS);
  last.page = page;
}
function addEdit(draft, { what }) {
  if (what === "paste") draft.pastes += 1;
  else if (what === "copy" || what === "cut") draft.copies += 1;
  else if (what === "autofill") draft.autofills += 1;
}
function addVisibility(draft, { state }) {
  const hidden = state === "hidden";
  if (hidden && !draft.last.hidden) draft.tabSwitches += 1;
  draft.last.hidden = hidden;
}

// packages/core/src/math/random.ts
function createRandom(seed) {
  let a = 2654435769;
  let b = 608135816;
  let c = seed | 0;
  let counter = (Math.floor(seed / 4294967296) | 0) + 1;
  const next = () => {
    const sum = (a + b | 0) + counter | 0;
    counter = counter + 1 | 0;
    a = b ^ b >>> 9;
    b = c + (c << 3) | 0;
    c = (c << 21 | c >>> 11) + sum | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 15; i += 1) next();
  return next;
}
function gaussian(random) {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

// packages/core/src/models/baseline-background.data.ts
var BASELINE_BACKGROUND = {
  version: 1,
  keystroke: {
    features: ["iki_mean", "iki_std", "hold_mean", "hold_std"],
    mean: [5.55444, 5.56384, 4.66302, 3.80794],
    between: [
      [0.0856002, 0.131117, 387627e-8, 0.0143143],
      [0.131117, 0.215677, 403156e-8, 0.0226085],
      [387627e-8, 403156e-8, 0.0394786, 0.039463],
      [0.0143143, 0.0226085, 0.039463, 0.0880523]
    ],
    within: [
      [0.0903988, 0.198432, 0.0147381, 0.0602298],
      [0.198432, 0.515586, 0.0305948, 0.123502],
      [0.0147381, 0.0305948, 0.0582523, 0.135493],
      [0.0602298, 0.123502, 0.135493, 0.526738]
    ],
    provenance: {
      source: "Monaco free text, file free_text.csv of github.com/vmonaco/pohmm-keystroke",
      citation: "J. V. Monaco and C. C. Tappert, arXiv:1607.03854 (2016)",
      licence: "BSD-3-Clause",
      people: 55,
      windows: 3300,
      window: "50 keystrokes, not overlapping",
      sha256: "6af431a089c1fb9548147246dd1bd7b5b1d88e169a97be9279b4a5efcbbc797a",
      date: "2026-11-21",
      script: "packages/core/fit/fit-baseline-background.ts",
      limits: "clock of 15.6 ms, 500 keystrokes a session, pauses over 60 s left out by its authors"
    }
  },
  pointer: {
    features: ["mouse_distance_mean", "mouse_distance_std", "mouse_speed_mean", "mouse_speed_std"],
    mean: [2.80385, 3.01534, 7.00679, 7.23173],
    between: [
      [0.109276, 0.121595, 0.0564869, 0.0685649],
      [0.121595, 0.140743, 0.0600586, 0.0789178],
      [0.0564869, 0.0600586, 0.0677697, 0.0709943],
      [0.0685649, 0.0789178, 0.0709943, 0.0814051]
    ],
    within: [
      [0.0411017, 0.0435253, 0.0414034, 0.0433262],
      [0.0435253, 0.0529167, 0.0438214, 0.0526492],
      [0.0414034, 0.0438214, 0.0417242, 0.0436231],
      [0.0433262, 0.0526492, 0.0436231, 0.05239]
    ],
    provenance: {
      source: "simulated people of @habitus/core/attacks, seed 1607",
      people: 200,
      windows: 4800,
      window: "200 moves, not overlapping",
      date: "2026-11-21",
      script: "packages/core/fit/fit-baseline-background.ts",
      limits: "weak: nobody real moved a mouse for this; see attacks/README.md for how near the simulated people come"
    }
  }
};

// packages/core/src/models/two-covariance.ts
function sampler(model, random) {
  const between = cholesky(model.between);
  const within2 = cholesky(model.within);
  return () => {
    const person = scatterAround(model.mean, between, random);
    return () => scatterAround(person, within2, random);
  };
}
function scatterAround(centre, lower, random) {
  const noise = centre.map(() => gaussian(random));
  return centre.map((value, i) => noise.reduce((sum, z7, j) => sum + z7 * (lower[i]?.[j] ?? 0), value));
}
function cholesky(matrix) {
  const lower = matrix.map((row) => row.map(() => 0));
  lower.forEach((row, i) => {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i]?.[j] ?? 0;
      for (let k = 0; k < j; k += 1) rest -= (row[k] ?? 0) * (lower[j]?.[k] ?? 0);
      if (i === j && !(rest > 0)) throw new RangeError(`the covariance is not positive definite at row ${i}`);
      row[j] = i === j ? Math.sqrt(rest) : rest / (lower[j]?.[j] ?? 1);
    }
  });
  return lower;
}

// packages/core/src/models/baseline-background.ts
var BACKGROUND_PATTERNS = ["keystroke", "pointer", "both"];
var KEYSTROKES = 50;
var MOVES = 200;
var NONE = [0, 0, 0, 0, 0, 0];
var WINDOWS_PER_PERSON = 8;
var ENOUGH_PEOPLE = 50;
function drawBackground(count3, seed, pattern) {
  if (!Number.isInteger(count3) || count3 < 0)
    throw new RangeError(`count must be an integer of at least 0, got ${count3}`);
  const random = createRandom(seed);
  const typist = sampler(BASELINE_BACKGROUND.keystroke, random);
  const pointer = sampler(BASELINE_BACKGROUND.pointer, random);
  const perPerson = Math.max(1, Math.min(WINDOWS_PER_PERSON, Math.floor(count3 / ENOUGH_PEOPLE)));
  let typed = typist();
  let moved = pointer();
  return Array.from({ length: count3 }, (_, i) => {
    if (i % perPerson === 0) {
      typed = typist();
      moved = pointer();
    }
    const turn = pattern ?? BACKGROUND_PATTERNS[i % BACKGROUND_PATTERNS.length];
    const keys = turn === "pointer" ? NONE : keystrokeRow(typed());
    const moves = turn === "keystroke" ? NONE : pointerRow(moved());
    return fromTutorialRow([...keys, ...moves], i * 6e4, i * 6e4 + 59999);
  });
}
function keystrokeRow(logs) {
  const [interval = 0, intervalStd = 0, hold = 0, holdStd = 0] = logs.map(Math.exp);
  const rate = 1e3 * KEYSTROKES / ((KEYSTROKES - 1) * interval + hold);
  return [interval, intervalStd, hold, holdStd, rate, KEYSTROKES];
}
function pointerRow(logs) {
  const [distance = 0, distanceStd = 0, speed = 0, speedStd = 0] = logs.map(Math.exp);
  return [distance, distanceStd, speed, speedStd, (MOVES - 1) * distance, MOVES];
}

// packages/core/src/policy/band.ts
function band(policy, { value, scores }) {
  if (value === void 0 || scores < policy.minimumScores) return "none";
  if (value < policy.stepUpBelow) return "low";
  return value < policy.observeBelow ? "medium" : "high";
}

// packages/core/src/policy/explain.ts
var FACTS = {
  learning: "The subject is not enrolled yet: nobody can be recognised.",
  tooLittleInput: "Too few windows have been compared for a decision.",
  autofillOnly: "The newest input was filled in by the browser: it says nothing about the person.",
  clockTooCoarse: "The browser's clock is too coarse to time keystrokes and steps.",
  typingMatches: "Typing fits the enrolled subject.",
  typingDiffers: "Typing does not fit the enrolled subject.",
  pointerMatches: "Pointer movement fits the enrolled subject.",
  pointerDiffers: "Pointer movement does not fit the enrolled subject.",
  trustBelowStepUp: "Trust is, or was when the step-up was asked for, below the step-up threshold.",
  trustBelowLock: "Trust is below the lock threshold while a step-up is unanswered.",
  stepUpPassed: "The step-up was passed; there is too little input since then for another decision.",
  stepUpFailed: "The step-up was failed.",
  stepUpUnanswered: "The step-up was asked for and never answered.",
  consentWithdrawn: "Consent was withdrawn: nothing is compared.",
  accommodated: "An accommodation for this subject is in force: nothing is compared.",
  paused: "Observation is paused."
};
var WORDS = [
  ["keystroke", { noun: "Typing", matches: "typingMatches", differs: "typingDiffers" }],
  ["pointer", { noun: "Pointer movement", matches: "pointerMatches", differs: "pointerDiffers" }]
];
function factReason(code) {
  return { code, share: void 0, text: FACTS[code] };
}
function explainEvidence(evidence) {
  let total = 0;
  for (const { llr } of evidence) total += Math.abs(llr);
  const reasons = [];
  for (const [modality, words] of WORDS) {
    const own = evidence.filter(({ modalities }) => modalities.includes(modality));
    if (own.length > 0) reasons.push(explainModality(own, words, total));
  }
  return reasons.sort((left, right) => Math.abs(right.share ?? 0) - Math.abs(left.share ?? 0));
}
function explainModality(own, { noun, matches, differs }, total) {
  let llr = 0;
  for (const one of own) llr += one.llr / one.modalities.length;
  const fits = llr >= 0;
  const loudest = loudestFeature(own, fits);
  const windows = own.length === 1 ? "the newest window" : `the newest ${own.length} windows`;
  const text = `${noun} ${fits ? "fits" : "does not fit"} the enrolled subject in ${windows} (llr ${llr.toFixed(1)} together${loudest === void 0 ? "" : `; ${loudest} spoke loudest`}).`;
  return { code: fits ? matches : differs, share: total === 0 ? 0 : llr / total, text };
}
function loudestFeature(evidence, fits) {
  const shares = /* @__PURE__ */ new Map();
  for (const { contributions } of evidence)
    for (const { feature, share } of contributions) shares.set(feature, (shares.get(feature) ?? 0) + share);
  let loudest;
  let most = 0;
  for (const [feature, share] of shares) {
    const inDirection = fits ? share : -share;
    if (inDirection <= most) continue;
    most = inDirection;
    loudest = feature;
  }
  return loudest;
}

// packages/core/src/policy/decide.ts
function decide(policy, input) {
  const { reading, stepUp } = input;
  const enough = reading.value !== void 0 && reading.scores >= policy.minimumScores;
  if (input.previous === "lock") return lock(input, stepUp === "failed" ? "stepUpFailed" : "trustBelowLock");
  if (stepUp === "failed") return lock(input, "stepUpFailed");
  if (stepUp === "pending" || stepUp === "unanswered") {
    const low = reading.value !== void 0 && reading.value < policy.lockBelow && reading.scores >= policy.lockScores;
    if (low) return lock(input, "trustBelowLock");
    return result("stepUp", input, [factReason(stepUp === "unanswered" ? "stepUpUnanswered" : "trustBelowStepUp")]);
  }
  if (input.withheld !== void 0) return fact(input, [input.withheld]);
  if (input.enrolment !== "enrolled") return fact(input, ["learning", ...given(input.unusable)]);
  if (!enough && stepUp === "passed") return result("continue", input, [factReason("stepUpPassed")]);
  if (!enough) return fact(input, ["tooLittleInput", ...given(input.unusable)]);
  return byTrust(policy, input, reading.value);
}
function byTrust(policy, input, value) {
  if (value < policy.stepUpBelow) return result("stepUp", input, [factReason("trustBelowStepUp")]);
  const calm = input.previous === "observe" ? policy.continueFrom : policy.observeBelow;
  return result(value < calm ? "observe" : "continue", input, []);
}
function lock(input, why) {
  return result("lock", input, [factReason(why)]);
}
function fact(input, codes) {
  return { kind: "noDecision", at: input.at, reasons: codes.map(factReason) };
}
function result(kind, input, facts) {
  return { kind, at: input.at, reasons: [...explainEvidence(input.evidence), ...facts] };
}
function given(code) {
  return code === void 0 ? [] : [code];
}

// packages/core/src/policy/policy.ts
var DECISIONS = ["continue", "observe", "stepUp", "lock", "noDecision"];
var REASON_CODES = [
  "learning",
  "tooLittleInput",
  "autofillOnly",
  "clockTooCoarse",
  "typingMatches",
  "typingDiffers",
  "pointerMatches",
  "pointerDiffers",
  "trustBelowStepUp",
  "trustBelowLock",
  "stepUpPassed",
  "stepUpFailed",
  "stepUpUnanswered",
  "consentWithdrawn",
  "accommodated",
  "paused"
];
var BANDS = ["high", "medium", "low", "none"];

// packages/core/src/policy/presets.ts
var baselinePolicy = {
  name: "baseline",
  version: 1,
  /** One or two windows can be odd for anybody; three do not all share the same keystrokes. */
  minimumScores: 3,
  /** A little above the step-up: the application may watch before it asks. */
  observeBelow: 0.75,
  /** As far above `observeBelow` as the step-up lies below it. */
  continueFrom: 0.8,
  /** The tutorial's threshold on the mean of the last ten scores. */
  stepUpBelow: 0.7,
  /** The other people's model is then the likelier one by 3 to 2, on average over the whole memory. */
  lockBelow: 0.4,
  /** The whole memory of the trust model must be about whoever is there now. */
  lockScores: 10
};

// packages/core/src/trust/mean-of-last-ten.ts
var NAME = "mean-of-last-ten";
var VERSION2 = 1;
var MEMORY = 10;
var meanOfLastTen = {
  name: NAME,
  version: VERSION2,
  initial: () => ({ model: NAME, version: VERSION2, scores: [] }),
  update(state, { score }) {
    if (!(score >= 0 && score <= 1)) throw new RangeError(`score must lie in 0 to 1, got ${score}`);
    return { ...checked(state), scores: [...state.scores, score].slice(-MEMORY) };
  },
  reset: (state) => ({ ...checked(state), scores: [] }),
  read(state) {
    const { scores } = checked(state);
    if (scores.length === 0) return { value: void 0, scores: 0 };
    return { value: scores.reduce((sum, score) => sum + score, 0) / scores.length, scores: scores.length };
  }
};
function checked(state) {
  if (state?.model !== NAME || state.version !== VERSION2)
    throw new CoreError(
      "versionMismatch",
      `trust state of ${state?.model}@${state?.version} is not of ${NAME}@${VERSION2}`
    );
  if (!Array.isArray(state.scores) || !state.scores.every((score) => score >= 0 && score <= 1))
    throw new CoreError(
      "malformedState",
      "the scores of the trust state are not numbers from 0 to 1: start from initial()"
    );
  return state;
}

// packages/core/src/events/close-window.ts
var COARSEST_QUANTUM_MS = 34;
var MAX_BAD_KEYSTROKES = 0.4;
var MAX_TIMELESS_STEPS = 0.8;
function keystrokeWindow(keystrokes, quantumMs) {
  const startedAt = keystrokes[0]?.pressAt ?? 0;
  let endedAt = startedAt;
  let bad = 0;
  let before = Number.NEGATIVE_INFINITY;
  for (const { pressAt, releaseAt } of keystrokes) {
    endedAt = Math.max(endedAt, pressAt, releaseAt ?? pressAt);
    if (releaseAt === void 0 || releaseAt <= pressAt || pressAt <= before) bad += 1;
    before = pressAt;
  }
  if (quantumMs > COARSEST_QUANTUM_MS) return failure2("clockTooCoarse", startedAt, endedAt);
  if (bad > MAX_BAD_KEYSTROKES * keystrokes.length) return failure2("implausibleTiming", startedAt, endedAt);
  return { ...emptySample(startedAt, endedAt, quantumMs), keystrokes };
}
function pointerWindow(events, quantumMs) {
  const startedAt = events[0]?.at ?? 0;
  const endedAt = events[events.length - 1]?.at ?? startedAt;
  let steps = 0;
  let timeless = 0;
  let before;
  for (const { phase, at } of events) {
    if (phase !== "move") continue;
    if (before !== void 0) {
      steps += 1;
      if (at <= before) timeless += 1;
    }
    before = at;
  }
  if (quantumMs > COARSEST_QUANTUM_MS) return failure2("clockTooCoarse", startedAt, endedAt);
  if (timeless > MAX_TIMELESS_STEPS * steps) return failure2("implausibleTiming", startedAt, endedAt);
  return { ...emptySample(startedAt, endedAt, quantumMs), pointer: events, pointerType: events[0]?.pointer };
}
function emptySample(startedAt, endedAt, quantumMs) {
  return {
    kind: "sample",
    startedAt,
    endedAt,
    quantumMs,
    keystrokes: [],
    pointer: [],
    wheel: [],
    pointerType: void 0
  };
}
function failure2(reason, startedAt, endedAt) {
  return { kind: "failureToAcquire", reason, startedAt, endedAt };
}

// packages/core/src/events/pointer-trail.ts
function emptyTrail() {
  return { packed: [], last: null, moves: 0, events: 0 };
}
function appendPointer(trail, event) {
  const { packed, last } = trail;
  const elapsed = Math.round(event.at * 10) - (last === null ? 0 : Math.round(last.at * 10));
  packed.push(elapsed, event.x, event.y);
  if (last !== null && event.phase === "move" && alike(last, event)) packed.push(0);
  else {
    const phase = POINTER_PHASES.indexOf(event.phase);
    const pointer = POINTER_TYPES.indexOf(event.pointer);
    packed.push(1, phase, pointer, event.contact, event.button, event.buttons, event.pressure, event.size);
  }
  trail.last = event;
  trail.events += 1;
  if (event.phase === "move") trail.moves += 1;
}
function unpackTrail({ packed }) {
  const events = [];
  let at = 0;
  let next = 0;
  const take = () => packed[next++] ?? 0;
  let last;
  while (next < packed.length) {
    at += take();
    const x = take();
    const y = take();
    const fields = take() === 0 && last !== void 0 ? last : unpackFields(take);
    last = {
      kind: "pointer",
      at: at / 10,
      phase: fields.phase,
      pointer: fields.pointer,
      contact: fields.contact,
      x,
      y,
      button: fields.button,
      buttons: fields.buttons,
      pressure: fields.pressure,
      size: fields.size
    };
    events.push(last);
  }
  return events;
}
function packTrail(events) {
  const trail = emptyTrail();
  for (const event of events) appendPointer(trail, event);
  return trail;
}
function unpackFields(take) {
  return {
    phase: POINTER_PHASES[take()] ?? "cancel",
    pointer: POINTER_TYPES[take()] ?? "mouse",
    contact: take(),
    button: take(),
    buttons: take(),
    pressure: take(),
    size: take()
  };
}
function alike(left, right) {
  return left.phase === right.phase && left.pointer === right.pointer && left.contact === right.contact && left.button === right.button && left.buttons === right.buttons && left.pressure === right.pressure && left.size === right.size;
}

// packages/core/src/systems/window-segmenter.ts
var MAX_PAUSE_MS = 5 * 6e4;
var LATE_MS = 1e3;
var RELEASE_WAIT_MS = 2e3;
var RELEASE_WAIT_PRESSES = 8;
function createWindowSegmenter(options) {
  check("keystrokes", options.keystrokes, options.keystrokeStride);
  check("pointerEvents", options.pointerEvents, options.pointerStride);
  return {
    initial,
    push(before, events, quantumMs) {
      if (!(quantumMs > 0 && quantumMs < Number.POSITIVE_INFINITY))
        throw new RangeError(`quantumMs must be a positive number, got ${quantumMs}`);
      if (before?.kind !== "windows" || before.version !== 1)
        throw new CoreError(
          "malformedState",
          "the segmenter's state is not one of windows, version 1: start from initial()"
        );
      const state = {
        ...before,
        keys: { ...before.keys, packed: [...before.keys.packed] },
        trail: { ...before.trail, packed: [...before.trail.packed] }
      };
      const windows = [];
      const work = { options, quantumMs, windows, lastAt: before.lastAt ?? Number.NaN };
      for (const event of events) step(state, event, work);
      state.lastAt = Number.isNaN(work.lastAt) ? null : work.lastAt;
      return { state, windows };
    }
  };
}
function pendingKeystrokes(state) {
  return Math.max(0, keystrokeCount(state.keys) - state.carriedKeys);
}
function initial() {
  return {
    kind: "windows",
    version: 1,
    lastAt: null,
    hiddenAt: null,
    composing: false,
    typed: 0,
    autofillAt: null,
    composedAt: null,
    keys: noKeystrokes(0),
    carriedKeys: 0,
    trail: emptyTrail()
  };
}
function step(state, event, work) {
  if (!Number.isFinite(event.at)) throw new RangeError(`event.at must be finite, got ${event.at}`);
  const elapsed = event.at - work.lastAt;
  const jumped = elapsed > MAX_PAUSE_MS || elapsed < -LATE_MS;
  if (jumped) discard(state, event.at, work);
  work.lastAt = elapsed < 0 && !jumped ? work.lastAt : event.at;
  note(state, event, work);
  closeKeystrokes(state, event.at, work);
}
function note(state, event, work) {
  switch (event.kind) {
    case "key":
      if (event.phase === "down") {
        if (state.composing) {
          state.composedAt ??= event.at;
          return;
        }
        const before = pressedAt(state.keys, keystrokeCount(state.keys) - 1);
        if (Number.isNaN(before)) state.keys = noKeystrokes(event.at);
        else if (toTenth(event.at) < before) return;
        else if (event.at - before > MAX_PAUSE_MS) discardKeys(state, event.at, event.at, work);
      }
      if (noteKey(state.keys, event)) state.typed += 1;
      return;
    case "pointer":
      if (event.pointer !== "touch") notePointer(state, event, work);
      return;
    case "composition":
      state.composing = event.phase === "start";
      return;
    case "edit":
      if (event.what === "autofill") state.autofillAt ??= event.at;
      return;
    case "visibility":
      if (event.state === "hidden") state.hiddenAt ??= event.at;
      else {
        if (state.hiddenAt !== null && event.at - state.hiddenAt > MAX_PAUSE_MS) discard(state, event.at, work);
        state.hiddenAt = null;
      }
      return;
    case "page":
      endPage(state, event.at, work);
      return;
    case "wheel":
    case "focus":
    case "input":
    case "viewport":
      return;
  }
}
function closeKeystrokes(state, now, { options, quantumMs, windows }) {
  const { keystrokes: size, keystrokeStride: stride } = options;
  while (keystrokeCount(state.keys) >= size) {
    const lastPressAt = pressedAt(state.keys, size - 1);
    const settled = keystrokeCount(state.keys) >= size + RELEASE_WAIT_PRESSES || now - lastPressAt >= RELEASE_WAIT_MS || allReleased(state.keys, size);
    if (!settled) return;
    windows.push(keystrokeWindow(toKeystrokes(state.keys, size), quantumMs));
    dropKeystrokes(state.keys, stride);
    state.carriedKeys = size - stride;
  }
}
function notePointer(state, event, { options, quantumMs, windows }) {
  if (!Number.isFinite(event.x) || !Number.isFinite(event.y))
    throw new RangeError(`a pointer's place must be finite, got ${event.x}, ${event.y}`);
  const { last } = state.trail;
  if (last !== null) {
    if (toTenth(event.at) < toTenth(last.at)) return;
    if (last.pointer !== event.pointer || event.at - last.at > MAX_PAUSE_MS) state.trail = emptyTrail();
  }
  appendPointer(state.trail, event);
  if (state.trail.events > 4 * options.pointerEvents) state.trail = emptyTrail();
  if (state.trail.moves < options.pointerEvents) return;
  const events = unpackTrail(state.trail);
  windows.push(pointerWindow(events, quantumMs));
  state.trail = packTrail(withoutMoves(events, options.pointerStride));
}
function withoutMoves(events, count3) {
  let dropped = 0;
  const from = events.findIndex(({ phase }) => {
    if (dropped === count3) return true;
    if (phase === "move") dropped += 1;
    return false;
  });
  return from < 0 ? [] : events.slice(from);
}
function endPage(state, at, { windows }) {
  if (state.typed === 0) {
    if (state.autofillAt !== null) windows.push(failure2("autofillOnly", state.autofillAt, at));
    else if (state.composedAt !== null) windows.push(failure2("compositionOnly", state.composedAt, at));
  }
  state.typed = 0;
  state.autofillAt = null;
  state.composedAt = null;
}
function discard(state, now, work) {
  const endedAt = Number.isNaN(work.lastAt) ? now : work.lastAt;
  discardKeys(state, endedAt, now, work);
  endPage(state, endedAt, work);
  state.trail = emptyTrail();
  state.composing = false;
}
function discardKeys(state, endedAt, now, { windows }) {
  const startedAt = pressedAt(state.keys, state.carriedKeys);
  if (!Number.isNaN(startedAt)) windows.push(failure2("tooFewEvents", startedAt, Math.max(startedAt, endedAt)));
  state.keys = noKeystrokes(now);
  state.carriedKeys = 0;
}
function toTenth(at) {
  return Math.round(at * 10) / 10;
}
function check(label, size, stride) {
  if (!Number.isInteger(size) || size < 2)
    throw new RangeError(`${label} must be an integer of at least 2, got ${size}`);
  if (!Number.isInteger(stride) || stride < 1 || stride > size)
    throw new RangeError(`the stride of ${label} must be an integer from 1 to ${size}, got ${stride}`);
}

// packages/core/src/systems/baseline.ts
var BASELINE_WINDOWS = {
  keystrokes: 50,
  keystrokeStride: 10,
  pointerEvents: 200,
  pointerStride: 100
};
var TREES = 100;
var NAMED_CONTRIBUTIONS = 3;
var comparator = createRandomForest(tutorialExtractor);
var baseline = {
  name: "baseline",
  version: 1,
  modalities: ["keystroke", "pointer"],
  segmenter: createWindowSegmenter(BASELINE_WINDOWS),
  extractor: tutorialExtractor,
  minimumSamples: RANDOM_FOREST_MINIMUM_SAMPLES,
  sufficientSamples: 30,
  enrol: comparator.enrol,
  compare: (reference, probe) => compareForest(reference, probe, "baseline@1"),
  background: (count3, seed) => drawBackground(count3, seed),
  trust: meanOfLastTen,
  policy: baselinePolicy
};
function forestLlr(score) {
  return logit((score * TREES + 1) / (TREES + 2));
}
function compareForest(reference, probe, source) {
  const known = readForestReference(reference, probe);
  if (!knowsPattern(known, probe)) return { kind: "noEvidence", reason: "notEnrolled", at: probe.endedAt };
  const { probability, parts } = attributeForest(known.forest, fillMissing(probe));
  return {
    kind: "evidence",
    llr: forestLlr(probability),
    score: probability,
    source,
    modalities: modalitiesOf(probe),
    quality: qualityOf(probe),
    startedAt: probe.startedAt,
    at: probe.endedAt,
    keystrokes: probe.keystrokes,
    pointerEvents: probe.pointerEvents,
    contributions: contributionsOf(parts, probe)
  };
}
function modalitiesOf({ keystrokes, pointerEvents }) {
  return [...keystrokes > 0 ? ["keystroke"] : [], ...pointerEvents > 0 ? ["pointer"] : []];
}
function qualityOf({ keystrokes, pointerEvents }) {
  const { keystrokes: keys, pointerEvents: moves } = BASELINE_WINDOWS;
  return Math.min(1, Math.max(keystrokes / keys, pointerEvents / moves));
}
function contributionsOf(parts, { values }) {
  let total = 0;
  for (const part of parts) total += Math.abs(part);
  const loudest = [];
  const named = /* @__PURE__ */ new Set();
  while (total > 0 && loudest.length < NAMED_CONTRIBUTIONS) {
    let best = -1;
    for (let i = 0; i < parts.length; i += 1) {
      if (Number.isNaN(values[i]) || named.has(i)) continue;
      if (best < 0 || Math.abs(parts[i] ?? 0) > Math.abs(parts[best] ?? 0)) best = i;
    }
    const feature = TUTORIAL_FEATURES[best];
    if (feature === void 0) break;
    named.add(best);
    loudest.push({ feature, share: (parts[best] ?? 0) / total });
  }
  return loudest;
}

// packages/wire/src/shapes.ts
var MAX_STEP = 864e6;
var UINT32 = 4294967295;
var COORDINATE = [10, -1e6, 1e6];
var SHAPES = {
  key: { phase: KEY_PHASES, zone: KEY_ZONES, press: [1, 0, UINT32], shortcut: [false, true] },
  pointer: {
    phase: POINTER_PHASES,
    pointer: POINTER_TYPES,
    contact: [1, 0, 255],
    x: COORDINATE,
    y: COORDINATE,
    button: [1, -1, 31],
    buttons: [1, 0, 65535],
    pressure: [1e3, 0, 1e3],
    size: [10, 0, 65535]
  },
  wheel: { dx: COORDINATE, dy: COORDINATE, unit: WHEEL_UNITS },
  focus: { phase: FOCUS_PHASES, field: [1, 0, UINT32] },
  visibility: { state: VISIBILITY_STATES },
  page: { page: [1, 0, UINT32] },
  edit: { what: EDITS },
  composition: { phase: COMPOSITION_PHASES },
  input: { what: INPUTS },
  viewport: { size: VIEWPORT_CLASSES, pixelRatio: [4, 1, 400] }
};
var KINDS = Object.keys(SHAPES);
var FIELDS = Object.values(SHAPES).map(
  (shape) => Object.entries(shape)
);
function isWhole(field) {
  return typeof field[0] === "number";
}

// packages/wire/src/decode-batch.ts
var MalformedBatch = class extends Error {
  constructor(index, reason) {
    super(`events[${index}]: ${reason}`);
    this.name = "MalformedBatch";
  }
};
function decodeEvents(batch) {
  const events = [];
  const { e } = batch;
  let tenths2 = batch.t;
  let i = 0;
  while (i < e.length) {
    const code = e[i];
    const fields = FIELDS[code];
    if (fields === void 0) throw new MalformedBatch(events.length, "unknown kind");
    const first = i + 2;
    if (first + fields.length > e.length) throw new MalformedBatch(events.length, "cut short");
    const step2 = e[i + 1];
    if (!isBetween(step2, 0, MAX_STEP)) throw new MalformedBatch(events.length, "time runs backwards or jumps a day");
    tenths2 += step2;
    const event = { kind: KINDS[code], at: tenths2 / 10 };
    for (let f = 0; f < fields.length; f += 1) {
      const [name, field] = fields[f];
      const wire = e[first + f];
      const [min, max] = isWhole(field) ? [field[1], field[2]] : [0, field.length - 1];
      if (!isBetween(wire, min, max)) throw new MalformedBatch(events.length, `field ${f} out of range`);
      event[name] = isWhole(field) ? wire / field[0] : field[wire];
    }
    events.push(event);
    i = first + fields.length;
  }
  return events;
}
function isBetween(number, min, max) {
  return Number.isInteger(number) && number >= min && number <= max;
}

// packages/wire/src/encode-batch.ts
function encodeBatch(batch) {
  const e = [];
  const t = tenths(batch.events[0]?.at ?? 0);
  let before = t;
  for (const event of batch.events) {
    const code = KINDS.indexOf(event.kind);
    const step2 = clamp(tenths(event.at) - before, 0, MAX_STEP);
    before += step2;
    e.push(code, step2);
    const values = event;
    for (const [name, field] of FIELDS[code] ?? []) e.push(toWire(field, values[name]));
  }
  const q = clamp(batch.quantumMs * 1e3, 1, 1e6);
  return { v: 1, stream: batch.stream, seq: batch.seq, t, q, lost: batch.lost, e };
}
function toWire(field, content) {
  if (isWhole(field)) return clamp(Number(content) * field[0], field[1], field[2]);
  return Math.max(0, field.indexOf(content));
}
function tenths(at) {
  return clamp(at * 10, 0, Number.MAX_SAFE_INTEGER);
}
function clamp(number, min, max) {
  return Math.min(max, Math.max(min, Math.round(number) || 0));
}

// packages/wire/src/envelope.ts
var MAC_HEADER = "habitus-mac";
function macInput(session, json) {
  return `habitus-batch-1
${session}
${json}`;
}

// packages/wire/src/problem.ts
var PROBLEMS = {
  "malformed-request": [400, "The request is not of the documented form."],
  "malformed-batch": [400, "The batch is not of the documented form."],
  "missing-credentials": [401, "Credentials are missing."],
  "invalid-api-key": [401, "The API key is not known."],
  "invalid-token": [401, "The session token is not valid."],
  "expired-token": [401, "The session token has expired: open a new session."],
  "wrong-mac": [401, "The batch was not signed with this session's channel key."],
  forbidden: [403, "These credentials may not do this."],
  "no-consent": [403, "There is no consent that covers this: grant it first."],
  "unknown-subject": [404, "There is no such subject."],
  "unknown-session": [404, "There is no such session."],
  "not-found": [404, "There is nothing at this address."],
  "sequence-gap": [409, "A batch before this one is missing: send it first."],
  "sequence-conflict": [409, "Another batch was already accepted under this sequence number."],
  "session-closed": [409, "The session has ended: open a new one."],
  "batch-too-large": [413, "The batch is larger than accepted: send smaller ones."],
  "unsupported-media-type": [415, "The content type is not accepted here."],
  "time-travel": [422, "The times in the batch do not fit the session."],
  "too-few-samples": [422, "There are too few samples to enrol."],
  "rate-limited": [429, "Too many requests: slow down."],
  "storage-full": [507, "The service cannot store more now: nothing of this request was kept."],
  unavailable: [503, "The service cannot answer now: try again."],
  internal: [500, "The service failed."]
};

// packages/wire/src/schemas.ts
import { z } from "zod";
var instant = z.number().int().nonnegative().describe("epoch milliseconds");
var subjectId = z.string().min(1).max(128).regex(/^[A-Za-z0-9._:@-]+$/).describe("the application's own id of the subject; a pseudonym serves as well as a name");
var sessionId = z.string().regex(/^[A-Za-z0-9_-]{16,40}$/);
var problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(PROBLEMS)),
  // safe: the keys of the table
  detail: z.string(),
  requestId: z.string(),
  expectedSeq: z.number().int().optional(),
  missing: z.number().int().optional()
});
var openSessionRequest = z.strictObject({
  subject: subjectId,
  context: z.strictObject({
    timeZone: z.string().max(64).optional(),
    language: z.string().max(35).optional(),
    country: z.string().length(2).optional(),
    network: z.string().max(64).optional()
  }).default({}).describe("coarse circumstances the application already knows; never coordinates")
});
var openSessionResponse = z.object({
  session: sessionId,
  consent: z.boolean().describe("whether a consent covers capture; without one the collector must not start"),
  collectorToken: z.string().describe("for the browser: lets it send batches of this session and nothing else"),
  channelKey: z.string().describe("32 bytes, base64url: signs the batches"),
  nameKey: z.string().describe("16 bytes, base64url: hashes page and field names, stable for the subject"),
  expiresAt: instant
});
var sessionState = z.enum(["open", "locked", "ended"]);
var sessionSummary = z.object({
  session: sessionId,
  subject: z.string(),
  state: sessionState,
  openedAt: instant,
  lastEventAt: instant.nullable(),
  decision: z.enum(DECISIONS),
  band: z.enum(BANDS),
  trust: z.number().min(0).max(1).nullable(),
  keystrokes: z.number().int(),
  pointerEvents: z.number().int()
});
var sessionList = z.object({ sessions: z.array(sessionSummary) });
var uint32 = z.number().int().min(0).max(4294967295);
var MAX_BATCH_BYTES = 256 * 1024;
var wireBatchSchema = z.strictObject({
  v: z.literal(1),
  stream: uint32,
  seq: z.number().int().min(0).max(1e9),
  t: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).describe("instant of the first event, tenths of an epoch millisecond"),
  q: z.number().int().min(1).max(1e6).describe("estimated quantum of the page's clock, microseconds"),
  lost: z.number().int().min(0).max(1e9).describe("events lost in this stream so far"),
  e: z.array(z.number()).max(6e4).describe("flat list of integers, see the batch format in docs/api.md")
});
var batchResponse = z.object({
  accepted: z.number().int().describe("events of this batch; 0 when it had been accepted before"),
  nextSeq: z.number().int()
});
var reasonSchema = z.object({
  code: z.enum(REASON_CODES),
  share: z.number().nullable(),
  text: z.string()
});
var evidenceSchema = z.object({
  at: instant,
  llr: z.number(),
  score: z.number(),
  modalities: z.array(z.enum(MODALITIES)),
  quality: z.number(),
  keystrokes: z.number().int(),
  pointerEvents: z.number().int(),
  contributions: z.array(z.object({ feature: z.string(), share: z.number() }))
});
var enrolmentSchema = z.object({
  state: z.enum(["none", "learning", "enrolled"]),
  samples: z.number().int(),
  needed: z.number().int(),
  progress: z.number().min(0).max(1),
  enrolledAt: instant.nullable()
});
var usageSchema = z.object({
  pages: z.array(z.object({ page: z.string(), visits: z.number().int() })),
  transitions: z.array(z.object({ from: z.string(), to: z.string(), count: z.number().int() })),
  weekHours: z.array(z.number().int()).length(168).describe("events per hour of the week, Monday 00:00 UTC first"),
  pauses: z.object({ count: z.number().int(), medianMs: z.number().nullable() }),
  shortcuts: z.number().int(),
  pastes: z.number().int(),
  copies: z.number().int(),
  autofills: z.number().int(),
  tabSwitches: z.number().int(),
  scroll: z.object({ wheel: z.number().int(), trackpad: z.number().int(), touch: z.number().int() }),
  pointerTypes: z.object({ mouse: z.number().int(), pen: z.number().int(), touch: z.number().int() }),
  viewports: z.record(z.string(), z.number().int()),
  corrections: z.number().int()
}).describe("device usage: collected and shown, not yet compared");
var assessmentSchema = z.object({
  session: sessionId,
  subject: z.string(),
  state: sessionState,
  at: instant,
  system: z.string(),
  decision: z.enum(DECISIONS),
  band: z.enum(BANDS),
  trust: z.number().min(0).max(1).nullable(),
  reasons: z.array(reasonSchema),
  evidence: z.array(evidenceSchema).describe("the newest windows, oldest first"),
  seen: z.object({
    events: z.number().int(),
    keystrokes: z.number().int(),
    pointerEvents: z.number().int(),
    windows: z.number().int(),
    failuresToAcquire: z.number().int(),
    lost: z.number().int(),
    pendingKeystrokes: z.number().int()
  }),
  enrolment: enrolmentSchema,
  usage: usageSchema
});
var OUTCOMES = ["stepUpPassed", "stepUpFailed", "confirmedByOwner", "reportedTakeover", "ended"];
var outcomeRequest = z.strictObject({
  outcome: z.enum(OUTCOMES),
  actor: z.string().min(1).max(128).default("application")
});
var subjectStatus = z.object({
  subject: z.string(),
  since: instant,
  consent: z.object({ granted: z.boolean(), textVersion: z.string().nullable(), at: instant.nullable() }),
  enrolment: enrolmentSchema,
  references: z.array(
    z.object({
      version: z.number().int(),
      system: z.string(),
      samples: z.number().int(),
      enrolledAt: instant,
      active: z.boolean()
    })
  ),
  sessions: z.array(sessionSummary)
});
var consentRequest = z.strictObject({
  granted: z.boolean(),
  textVersion: z.string().min(1).max(64),
  actor: z.string().min(1).max(128).default("subject")
});
var enrolResponse = z.object({
  version: z.number().int(),
  samples: z.number().int(),
  heldOutAccuracy: z.number().nullable(),
  heldOut: z.number().int(),
  importances: z.array(z.object({ feature: z.string(), importance: z.number() }))
});
var subjectExport = z.object({
  subject: z.string(),
  exportedAt: instant,
  consents: z.array(z.object({ granted: z.boolean(), textVersion: z.string(), actor: z.string(), at: instant })),
  references: z.array(
    z.object({
      version: z.number().int(),
      system: z.string(),
      samples: z.number().int(),
      enrolledAt: instant,
      payload: z.string()
    })
  ),
  featureSets: z.array(z.object({ at: instant, extractor: z.string(), values: z.array(z.number().nullable()) })),
  decisions: z.array(
    z.object({ session: z.string(), at: instant, decision: z.enum(DECISIONS), reasons: z.array(reasonSchema) })
  )
});
var auditEntry = z.object({
  id: z.number().int(),
  at: instant,
  action: z.string(),
  actor: z.string(),
  subject: z.string().nullable(),
  session: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string()
});
var auditList = z.object({ entries: z.array(auditEntry) });

// packages/server/bench/batches-bench.ts
import { fastify as fastify2 } from "fastify";
import { validatorCompiler as validatorCompiler2 } from "fastify-type-provider-zod";

// packages/server/src/audit/chain.ts
import { createHash } from "node:crypto";
var GENESIS = "0".repeat(64);
function linkAudit(draft, id, previousHash) {
  const { at, action, actor, subject, session, detail } = draft;
  const entry = { id, at, action, actor, subject, session, detail };
  return { ...entry, hash: hashEntry(entry, previousHash) };
}
function hashEntry(entry, previousHash) {
  const { id, at, action, actor, subject, session, detail } = entry;
  const text = canonicalJson({ id, at, action, actor, subject, session, detail });
  return createHash("sha256").update(`habitus-audit-1
${previousHash}
${text}`).digest("hex");
}
function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== void 0).sort(([a], [b]) => a < b ? -1 : 1).map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}

// packages/server/src/config.ts
var HOUR_MS2 = 36e5;
function withDefaults(config) {
  return {
    host: "127.0.0.1",
    port: 4400,
    logLevel: "info",
    sessionMs: 12 * HOUR_MS2,
    origins: ["localhost"],
    staticDirs: [],
    requestsPerMinute: 6e3,
    trustProxy: false,
    system: baseline,
    // safe: a state comes only from its own system, which checks it
    now: Date.now,
    ...config
  };
}

// packages/server/src/keys/key-provider.ts
var KeyError = class extends Error {
  code;
  constructor(code, message, options) {
    super(message, options);
    this.name = "KeyError";
    this.code = code;
  }
};

// packages/server/src/service.ts
import { randomBytes as randomBytes7 } from "node:crypto";
import { mkdir as mkdir2 } from "node:fs/promises";
import { join as join4 } from "node:path";

// packages/server/src/app.ts
import { randomBytes as randomBytes4 } from "node:crypto";
import rateLimit from "@fastify/rate-limit";
import { fastify } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import helmet from "helmet";

// packages/server/src/live/apply-events.ts
import { randomUUID as randomUUID2 } from "node:crypto";

// packages/server/src/live/judge.ts
import { randomUUID } from "node:crypto";
function readBand(system, state) {
  return band(system.policy, system.trust.read(state.trust));
}
function judge(system, subject, state, { at, previous, unusable, evidence = [] }) {
  return decide(system.policy, {
    at,
    reading: system.trust.read(state.trust),
    enrolment: subject.reference === void 0 ? "learning" : "enrolled",
    previous: previous?.kind,
    stepUp: state.stepUp,
    evidence,
    withheld: subject.consent?.granted === true ? void 0 : "consentWithdrawn",
    unusable
  });
}
function adopt(deps, live, decision) {
  const { application, session, subject, state } = live;
  const changed = decision.kind !== state.decision.kind;
  state.decision = decision;
  live.dirty = true;
  live.reasonsAreOld = !changed && decision.kind !== "lock";
  if (decision.kind === "stepUp" && state.stepUp !== "unanswered") state.stepUp = "pending";
  if (decision.kind === "lock" && state.state === "open") state.state = "locked";
  if (!changed) return;
  live.due = true;
  deps.metrics.decisions.inc({ decision: decision.kind });
  live.unsaved.push(...decisionWrites(application, subject, session, decision));
}
function decisionWrites(application, subject, session, decision) {
  const id = randomUUID();
  const at = Math.round(decision.at);
  const sealedReasons = subject.seal("decision", id, Buffer.from(JSON.stringify(decision.reasons)));
  return [
    {
      kind: "addDecision",
      row: { application, subject: subject.subject, session, id, at, decision: decision.kind, sealedReasons }
    },
    {
      kind: "audit",
      application,
      draft: {
        at,
        action: "decision.changed",
        actor: "habitus",
        subject: subject.subject,
        session,
        detail: { decision: decision.kind, because: decision.reasons[0]?.code ?? null }
      }
    }
  ];
}

// packages/server/src/live/live-state.ts
function systemId({ name, version }) {
  return `${name}@${version}`;
}
function initialState(system, decision) {
  return {
    layout: 1,
    system: systemId(system),
    state: "open",
    cut: { pending: system.segmenter.initial(), lastAt: 0 },
    sideCuts: [],
    trust: system.trust.initial(),
    usage: emptyUsage(),
    stepUp: "none",
    decision,
    evidence: [],
    seen: { events: 0, keystrokes: 0, pointerEvents: 0, windows: 0, failuresToAcquire: 0, lost: 0 },
    streams: [],
    retired: [],
    clockOffset: void 0,
    lastEventAt: null
  };
}
function encodeState(state) {
  return Buffer.from(JSON.stringify(state));
}
function decodeState(record, system) {
  const state = JSON.parse(record.toString());
  if (state.system === systemId(system)) return state;
  return forgetBehaviour(state, system);
}
function forgetBehaviour(state, system) {
  return {
    ...state,
    system: systemId(system),
    cut: { pending: system.segmenter.initial(), lastAt: 0 },
    sideCuts: [],
    trust: system.trust.initial(),
    usage: emptyUsage(),
    evidence: []
  };
}
function separatePresses(events, base) {
  if (base === 0) return events;
  return events.map((event) => event.kind === "key" ? { ...event, press: event.press + base >>> 0 } : event);
}

// packages/server/src/live/records.ts
var RECORD_VERSION = "1";
function encodeFeatureSet({ values, ...rest }) {
  return join(rest, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
function decodeFeatureSet(record) {
  const { head, bytes } = split(record);
  const copy = Uint8Array.from(bytes);
  return { ...head, values: new Float64Array(copy.buffer) };
}
function encodeReference({ reference: { payload, ...reference }, ...rest }) {
  return join({ ...rest, reference }, payload);
}
function decodeReference(record) {
  const { head, bytes } = split(record);
  const { reference, ...rest } = head;
  return { ...rest, reference: { ...reference, payload: Uint8Array.from(bytes) } };
}
function join(head, bytes) {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}
`), bytes]);
}
function split(record) {
  const end = record.indexOf(10);
  if (end < 0) throw new KeyError("malformedSeal", "The stored record has no head.");
  return { head: JSON.parse(record.toString("utf8", 0, end)), bytes: record.subarray(end + 1) };
}

// packages/server/src/live/apply-events.ts
var EVIDENCE_KEPT = 20;
var SAMPLES_KEPT = 400;
var SIDE_CUTS_KEPT = 4;
var SAMPLES_BEYOND = 40;
var ONE_WINDOW_OF = 10;
function applyEvents(deps, live, events, arrival) {
  const { state } = live;
  live.dirty = true;
  count2(state, events, arrival.now);
  state.usage = addUsage(state.usage, events);
  const windows = cutWindows(deps, state, events, arrival);
  let unusable;
  for (const window of windows) {
    if (window.kind === "failureToAcquire") {
      unusable = noteFailure(deps, state, window);
      continue;
    }
    unusable = void 0;
    state.seen.windows += 1;
    const set = deps.system.extractor.extract(window);
    compareWindow(deps, live, set, arrival.now);
    keepSample(deps, live, set, arrival.now);
  }
  if (unusable !== void 0) redecide(deps, live, arrival.now, unusable);
}
function redecide(deps, live, now, unusable) {
  const { subject, state } = live;
  const previous = state.decision;
  if (previous.kind === "lock") return;
  const options = { at: now, previous, unusable };
  const decision = judge(deps.system, subject, state, options);
  if (decision.kind === previous.kind) adopt(deps, live, decision);
  else adopt(deps, live, judge(deps.system, subject, state, { ...options, evidence: state.evidence }));
}
function explainNow({ system }, live) {
  if (!live.reasonsAreOld) return;
  const { subject, state } = live;
  const { kind, at } = state.decision;
  const again = judge(system, subject, state, { at, previous: state.decision, evidence: state.evidence });
  if (again.kind === kind && again.reasons.length > 0) state.decision = again;
  live.reasonsAreOld = false;
}
function count2(state, events, now) {
  const { seen } = state;
  seen.events += events.length;
  for (const event of events) {
    if (event.kind === "key" && event.phase === "down") seen.keystrokes += 1;
    else if (event.kind === "pointer") seen.pointerEvents += 1;
  }
  const last = events.at(-1);
  if (last !== void 0)
    state.lastEventAt = Math.max(state.lastEventAt ?? 0, Math.min(now, Math.round(last.at + (state.clockOffset ?? 0))));
}
function cutWindows({ system }, state, events, { stream, quantumMs }) {
  const [first] = events;
  if (first === void 0) return [];
  const cut = first.at >= state.cut.lastAt ? state.cut : sideCut(system, state, stream.id);
  const { state: pending, windows } = system.segmenter.push(
    cut.pending,
    separatePresses(events, stream.pressBase),
    quantumMs
  );
  cut.pending = pending;
  cut.lastAt = events.at(-1)?.at ?? cut.lastAt;
  return windows;
}
function sideCut(system, state, stream) {
  const known = state.sideCuts.find(([id]) => id === stream);
  const cut = known?.[1] ?? { pending: system.segmenter.initial(), lastAt: 0 };
  if (known === void 0) state.sideCuts = [...state.sideCuts, [stream, cut]].slice(-SIDE_CUTS_KEPT);
  return cut;
}
function noteFailure({ metrics }, state, { reason }) {
  state.seen.failuresToAcquire += 1;
  metrics.windows.inc({ result: reason });
  return reason === "autofillOnly" || reason === "clockTooCoarse" ? reason : void 0;
}
function compareWindow(deps, live, set, now) {
  const { system, metrics } = deps;
  const { state, subject } = live;
  const found = subject.reference && system.compare(subject.reference.reference, set);
  if (found?.kind === "evidence") {
    state.trust = system.trust.update(state.trust, found);
    state.evidence.push(found);
    if (state.evidence.length > EVIDENCE_KEPT) state.evidence.shift();
  }
  metrics.windows.inc({ result: found?.kind ?? "learning" });
  redecide(deps, live, now);
}
function keepSample({ system }, live, set, now) {
  const { application, subject, state } = live;
  const trusted = subject.reference === void 0 ? state.state === "open" : state.decision.kind === "continue";
  if (!trusted) return;
  if (subject.samples >= SAMPLES_KEPT && state.seen.windows % ONE_WINDOW_OF !== 0) return;
  const id = randomUUID2();
  live.unsaved.push({
    kind: "addSample",
    row: {
      application,
      subject: subject.subject,
      id,
      at: now,
      extractor: `${system.extractor.name}@${system.extractor.version}`,
      sealed: subject.seal("sample", id, encodeFeatureSet(set))
    }
  });
  subject.samples += 1;
  if (subject.samples < SAMPLES_KEPT + SAMPLES_BEYOND) return;
  subject.samples = SAMPLES_KEPT;
  live.unsaved.push({ kind: "keepSamples", row: { application, subject: subject.subject, newest: SAMPLES_KEPT } });
}

// packages/server/src/flows/assess.ts
async function assess(deps, application, session) {
  return deps.live.run(application, session, (live) => assessmentOf(deps, live));
}
function assessmentOf({ system, now }, live) {
  explainNow({ system }, live);
  const { state, subject } = live;
  const { decision } = state;
  return {
    session: live.session,
    subject: subject.subject,
    state: state.state,
    at: now(),
    system: systemId(system),
    decision: decision.kind,
    band: readBand(system, state),
    trust: system.trust.read(state.trust).value ?? null,
    reasons: decision.reasons.map(({ code, share, text }) => ({ code, share: share ?? null, text })),
    evidence: state.evidence.map((one) => ({
      at: Math.max(0, Math.round(one.at + (state.clockOffset ?? 0))),
      llr: one.llr,
      score: one.score,
      modalities: [...one.modalities],
      quality: one.quality,
      keystrokes: one.keystrokes,
      pointerEvents: one.pointerEvents,
      contributions: one.contributions.map(({ feature, share }) => ({ feature, share }))
    })),
    seen: { ...state.seen, pendingKeystrokes: pendingOf(state.cut.pending) },
    enrolment: enrolmentOf(system, subject),
    usage: readUsage(state.usage)
  };
}
function enrolmentOf({ sufficientSamples: needed }, { samples, reference }) {
  const enrolled = reference !== void 0;
  return {
    state: enrolled ? "enrolled" : samples > 0 ? "learning" : "none",
    samples,
    needed,
    progress: enrolled ? 1 : Math.min(1, samples / needed),
    enrolledAt: reference?.enrolledAt ?? null
  };
}
function pendingOf(pending) {
  const isWindows = typeof pending === "object" && pending !== null && "kind" in pending && pending.kind === "windows";
  return isWindows ? pendingKeystrokes(pending) : 0;
}

// packages/server/src/error.ts
var ServiceError = class extends Error {
  code;
  extras;
  constructor(code, detail, options = {}) {
    super(detail ?? PROBLEMS[code][1], options.cause === void 0 ? void 0 : { cause: options.cause });
    this.name = "ServiceError";
    this.code = code;
    this.extras = options.extras ?? {};
  }
};

// packages/server/src/live/live-session.ts
import { createSecretKey } from "node:crypto";

// packages/server/src/live/turn.ts
function createTurn() {
  let last;
  return {
    async run(work) {
      const before = last;
      const result2 = before === void 0 ? Promise.resolve().then(work) : before.then(work);
      const settled = result2.then(
        () => void 0,
        () => void 0
      );
      last = settled;
      try {
        return await result2;
      } finally {
        if (last === settled) last = void 0;
      }
    }
  };
}

// packages/server/src/live/live-session.ts
function channelLabel(application, session) {
  return `channel|${application.length}:${application}|${session}`;
}
async function makeLiveSession(deps, row, subject, state) {
  const { application, session, openedAt, expiresAt } = row;
  return {
    application,
    session,
    subject,
    openedAt,
    expiresAt,
    channelKey: createSecretKey(await deps.keys.derive(channelLabel(application, session), 32)),
    turn: createTurn(),
    state,
    nextEntry: 0,
    unsaved: [],
    dirty: false,
    due: false,
    reasonsAreOld: false,
    lastUsedAt: deps.now(),
    gone: false
  };
}
function readingOf({ system }, { state }) {
  const { value } = system.trust.read(state.trust);
  return {
    state: state.state,
    lastEventAt: state.lastEventAt,
    decision: state.decision.kind,
    band: readBand(system, state),
    trust: value ?? null,
    keystrokes: state.seen.keystrokes,
    pointerEvents: state.seen.pointerEvents
  };
}
async function saveSession(deps, live, extra = []) {
  const { application, session, subject } = live;
  if (subject.erased) return;
  const through = live.nextEntry - 1;
  const writes = [
    ...live.unsaved,
    ...extra,
    {
      kind: "putSnapshot",
      row: { application, session, through, sealed: subject.seal("snapshot", session, encodeState(live.state)) }
    },
    { kind: "putReading", row: { application, session, ...readingOf(deps, live) } }
  ];
  const saved = live.unsaved.length;
  await deps.commits.submit(writes);
  live.unsaved.splice(0, saved);
  live.dirty = false;
  live.due = false;
}

// packages/server/src/flows/announce.ts
function announce(deps, live) {
  const { application, session } = live;
  if (deps.hub.isWatched(application, session)) deps.hub.publish(application, assessmentOf(deps, live));
}

// packages/server/src/flows/audit.ts
function audit(application, { at, action, actor, subject = void 0, session = void 0, detail = {} }) {
  const draft = { at, action, actor, subject: subject ?? null, session: session ?? null, detail };
  return { kind: "audit", application, draft };
}

// packages/server/src/flows/close-session.ts
async function closeSession(deps, live, { actor, extra = [] }) {
  const { application, session, subject, state } = live;
  if (state.state === "ended") return;
  live.state = {
    ...state,
    state: "ended",
    cut: { pending: deps.system.segmenter.initial(), lastAt: 0 },
    sideCuts: []
  };
  const at = deps.now();
  const note2 = audit(application, { at, action: "session.closed", actor, subject: subject.subject, session });
  try {
    await saveSession(deps, live, [...extra, note2]);
  } catch (error) {
    deps.live.drop(live);
    throw error;
  }
}
async function closeExpired(deps) {
  for (const { application, session } of await deps.storage.expiredSessions(deps.now(), 500))
    await deps.live.run(application, session, (live) => closeSession(deps, live, { actor: "habitus" }));
}

// packages/server/src/flows/record-outcome.ts
async function recordOutcome(deps, { application, session, outcome, actor }) {
  return deps.live.run(application, session, async (live) => {
    if (live.state.state === "ended" && outcome !== "reportedTakeover" && outcome !== "confirmedByOwner")
      throw new ServiceError("session-closed");
    const at = deps.now();
    if (live.state.state !== "ended") takeOutcome(deps, live, outcome, at);
    const record = [
      { kind: "addOutcome", row: { application, session, at, outcome, actor } },
      audit(application, {
        at,
        action: "outcome.recorded",
        actor,
        subject: live.subject.subject,
        session,
        detail: { outcome }
      })
    ];
    if (outcome === "ended") await closeSession(deps, live, { actor, extra: record });
    else await saveSession(deps, live, record);
    announce(deps, live);
    return assessmentOf(deps, live);
  });
}
function takeOutcome(deps, live, outcome, at) {
  const { state } = live;
  switch (outcome) {
    case "stepUpPassed":
    case "confirmedByOwner":
      if (state.decision.kind === "lock") return;
      state.trust = deps.system.trust.reset(state.trust);
      state.evidence = [];
      state.stepUp = "passed";
      redecide(deps, live, at);
      return;
    case "stepUpFailed":
      state.stepUp = "failed";
      redecide(deps, live, at);
      return;
    case "reportedTakeover":
      state.stepUp = "failed";
      adopt(deps, live, { kind: "lock", at, reasons: explainEvidence(state.evidence) });
      return;
    case "ended":
      return;
  }
}

// packages/server/src/keys/api-key.ts
import { createHash as createHash2, randomBytes } from "node:crypto";
var PREFIX = "habitus_";
function makeApiKey() {
  return PREFIX + randomBytes(32).toString("base64url");
}
function hashApiKey(apiKey) {
  return createHash2("sha256").update(`habitus-api-key-1
${apiKey}`).digest();
}

// packages/server/src/api/authenticate.ts
var OPERATOR_COOKIE = "habitus-operator";
async function authenticate({ storage }, request) {
  const apiKey = bearer(request) ?? operatorCookie(request);
  if (apiKey === void 0) throw new ServiceError("missing-credentials", "Send the API key as a bearer token.");
  const found = await storage.apiKey(hashApiKey(apiKey));
  if (found === void 0) throw new ServiceError("invalid-api-key");
  if (found.role === "operator" && request.method !== "GET")
    throw new ServiceError("forbidden", "An operator's key may only read.");
  return found;
}
function checkCollectorToken({ tokens, now }, token, session) {
  if (token === void 0 || token === "")
    throw new ServiceError("missing-credentials", "Send the collector token as a bearer token.");
  const checked2 = tokens.check(token, now());
  if (checked2.kind === "expired") throw new ServiceError("expired-token");
  if (checked2.kind === "forged") throw new ServiceError("invalid-token");
  if (checked2.claim.session !== session) throw new ServiceError("forbidden", "This token is for another session.");
  return checked2.claim;
}
function bearer({ headers }) {
  const { authorization } = headers;
  return authorization?.startsWith("Bearer ") === true ? authorization.slice(7) : void 0;
}
function operatorCookie({ headers, method }) {
  if (method !== "GET") return void 0;
  for (const part of headers.cookie?.split(";") ?? []) {
    const [name, value] = part.trim().split("=");
    if (name === OPERATOR_COOKIE) return value;
  }
  return void 0;
}

// packages/server/src/api/schemas.ts
import { z as z2 } from "zod";
var sessionParams = z2.object({ session: z2.string().max(64) });
var subjectParams = z2.object({ subject: z2.string().min(1).max(128) });
function problems(...own) {
  const entries = [401, 429, 503, ...own].map((code) => [code, problemSchema]);
  return Object.fromEntries(entries);
}

// packages/server/src/api/assessment.ts
function mountAssessment(api, deps) {
  api.get(
    "/v1/sessions/:session/assessment",
    {
      schema: {
        summary: "Is it still the same person?",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        response: { 200: assessmentSchema, ...problems(404) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return assess(deps, application, request.params.session);
    }
  );
  api.post(
    "/v1/sessions/:session/outcomes",
    {
      schema: {
        summary: "Report how a step-up went, or that the session is over",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        body: outcomeRequest,
        response: { 200: assessmentSchema, ...problems(400, 403, 404, 409, 507) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      const { outcome, actor } = request.body;
      return recordOutcome(deps, { application, session: request.params.session, outcome, actor });
    }
  );
}

// packages/server/src/api/audit.ts
import { z as z3 } from "zod";
var ENTRIES_SHOWN = 500;
function mountAudit(api, deps) {
  api.get(
    "/v1/audit",
    {
      schema: {
        summary: "Audit entries, oldest first",
        tags: ["application"],
        security: [{ apiKey: [] }],
        querystring: z3.object({ after: z3.coerce.number().int().min(0).default(0) }),
        response: { 200: auditList, ...problems(400) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return { entries: [...await deps.storage.audit(application, request.query.after, ENTRIES_SHOWN)] };
    }
  );
}

// packages/server/src/flows/append-batch.ts
import { createHmac, timingSafeEqual } from "node:crypto";

// packages/server/src/live/sequence.ts
var DIGESTS_KEPT = 32;
var STREAMS_KEPT = 16;
var RETIRED_KEPT = 4096;
var PRESS_SPACE = 1e7;
var BACKWARDS_MS = 1e3;
var CLOCK_SLACK_MS = 10 * 6e4;
function placeBatch(state, batch, digest) {
  const stream = state.streams.find(({ id }) => id === batch.stream);
  if (stream === void 0 && state.retired.includes(batch.stream))
    throw new ServiceError("sequence-conflict", "This stream ended long ago: start a new one.");
  if (stream === void 0 && state.retired.length >= RETIRED_KEPT)
    throw new ServiceError("rate-limited", "The session has had too many streams: open a new session.");
  const next = stream?.next ?? 0;
  if (batch.seq > next)
    throw new ServiceError("sequence-gap", `Batch ${next} of this stream is missing.`, {
      extras: { expectedSeq: next }
    });
  if (batch.seq === next) return { kind: "next", stream };
  const known = stream?.digests.at(batch.seq - next);
  if (batch.seq < next - DIGESTS_KEPT || known !== digest) throw new ServiceError("sequence-conflict");
  return { kind: "repeated", nextSeq: next };
}
function checkTiming(state, stream, timing) {
  const { startedAt, endedAt, now, openedAt } = timing;
  if (stream !== void 0 && startedAt < stream.lastAt - BACKWARDS_MS)
    throw new ServiceError("time-travel", "The batch begins before the events that its stream already sent.");
  const offset = state.clockOffset ?? now - endedAt;
  if (endedAt + offset > now + CLOCK_SLACK_MS) throw new ServiceError("time-travel", "The batch ends in the future.");
  if (startedAt + offset < openedAt - CLOCK_SLACK_MS)
    throw new ServiceError("time-travel", "The batch begins before the session was opened.");
}
function acceptBatch(state, batch, digest, timing) {
  let stream = state.streams.find(({ id }) => id === batch.stream);
  if (stream === void 0) {
    const pressBase = (state.streams.length + state.retired.length) * PRESS_SPACE >>> 0;
    stream = { id: batch.stream, next: 0, digests: [], lastAt: timing.startedAt, lost: 0, pressBase };
    state.streams.push(stream);
    const oldest = state.streams.length > STREAMS_KEPT ? state.streams.shift() : void 0;
    if (oldest !== void 0) {
      state.retired.push(oldest.id);
      state.sideCuts = state.sideCuts.filter(([id]) => id !== oldest.id);
    }
  }
  stream.next = batch.seq + 1;
  stream.digests.push(digest);
  if (stream.digests.length > DIGESTS_KEPT) stream.digests.shift();
  stream.lastAt = Math.max(stream.lastAt, timing.endedAt);
  state.seen.lost += Math.max(0, batch.lost - stream.lost);
  stream.lost = Math.max(stream.lost, batch.lost);
  state.clockOffset ??= timing.now - timing.endedAt;
  return stream;
}

// packages/server/src/live/journal.ts
var DIGEST_CHARACTERS = 16;
function journalRow(live, digest, body, now) {
  const { application, session, nextEntry: n, subject } = live;
  const plain = Buffer.allocUnsafe(DIGEST_CHARACTERS + body.length);
  plain.write(digest, 0, "latin1");
  body.copy(plain, DIGEST_CHARACTERS);
  return { application, session, n, receivedAt: now, sealed: subject.seal("journal", `${session}/${n}`, plain) };
}
function replayEntry(deps, live, row) {
  const plain = live.subject.open("journal", `${row.session}/${row.n}`, row.sealed);
  const batch = JSON.parse(plain.toString("utf8", DIGEST_CHARACTERS));
  const events = decodeEvents(batch);
  const timing = {
    startedAt: batch.t / 10,
    endedAt: events.at(-1)?.at ?? batch.t / 10,
    now: row.receivedAt,
    openedAt: live.openedAt
  };
  const stream = acceptBatch(live.state, batch, plain.toString("latin1", 0, DIGEST_CHARACTERS), timing);
  live.nextEntry = row.n + 1;
  applyEvents(deps, live, events, { stream, quantumMs: batch.q / 1e3, now: row.receivedAt });
}

// packages/server/src/flows/enrol.ts
import { createHash as createHash3 } from "node:crypto";
var BACKGROUND_SIZE = 400;
async function enrol2(deps, application, subject, actor) {
  const state = await deps.subjects.find(application, subject);
  if (state === void 0) throw new ServiceError("unknown-subject");
  if (state.consent?.granted !== true) throw new ServiceError("no-consent");
  const result2 = await enrolSubject(deps, state, actor);
  if (result2.kind === "enrolled") return result2.response;
  const { reason, missing, have } = result2.failure;
  const detail = reason === "tooFewSamples" ? `There are ${have} samples: ${missing} more are needed.` : `No reference can be made of the ${have} samples yet (${reason}).`;
  throw new ServiceError("too-few-samples", detail, { extras: { missing } });
}
async function enrolSubject(deps, state, actor) {
  await saveSessionsOf(deps, state);
  return state.turn.run(async () => {
    if (state.erased) throw new ServiceError("unknown-subject");
    const { application, subject } = state;
    const samples = await readSamples(deps, state);
    const random = createRandom(seedOf(`${application}
${subject}
${state.lastVersion + 1}`));
    const background = await readBackground(deps, state, Math.floor(random() * 4294967295));
    const started = performance.now();
    const made = deps.system.enrol(samples, { background, random, now: deps.now() });
    deps.metrics.enrolSeconds.observe((performance.now() - started) / 1e3);
    deps.metrics.enrolments.inc({ result: made.kind === "enrolment" ? "enrolled" : made.reason });
    if (made.kind === "failureToEnrol") {
      state.enrolFrom = state.samples + Math.max(1, made.missing);
      return { kind: "failed", failure: made };
    }
    return { kind: "enrolled", response: await keepReference(deps, state, made, actor) };
  });
}
async function keepReference(deps, state, made, actor) {
  const { application, subject } = state;
  const { reference, report } = made;
  const version = state.lastVersion + 1;
  const at = deps.now();
  const record = encodeReference({
    reference,
    heldOut: report.heldOut,
    heldOutAccuracy: report.heldOutAccuracy ?? null
  });
  const system = systemId(deps.system);
  const { samples } = reference;
  const sealed = state.seal("reference", String(version), record);
  await deps.commits.submit([
    {
      kind: "addReference",
      row: { application, subject, version, system, samples, enrolledAt: at, active: true, sealed }
    },
    audit(application, {
      at,
      action: "subject.enrolled",
      actor,
      subject,
      detail: { version, system, samples, background: report.nonMated }
    })
  ]);
  state.lastVersion = version;
  state.reference = { version, reference, enrolledAt: at };
  for (const live of deps.live.all())
    if (live.subject === state)
      void live.turn.run(() => {
        if (live.gone) return;
        redecide(deps, live, deps.now());
        announce(deps, live);
      });
  return {
    version,
    samples,
    heldOutAccuracy: report.heldOutAccuracy ?? null,
    heldOut: report.heldOut,
    importances: report.featureNames.map((feature, i) => ({ feature, importance: report.importances[i] ?? 0 }))
  };
}
async function readSamples({ storage, system }, state) {
  const rows = await storage.samples(state.application, state.subject, SAMPLES_KEPT);
  const extractor = `${system.extractor.name}@${system.extractor.version}`;
  return rows.filter((row) => row.extractor === extractor).map((row) => decodeFeatureSet(state.open("sample", row.id, row.sealed))).reverse();
}
async function readBackground(deps, state, seed) {
  const { storage, subjects, system } = deps;
  const extractor = `${system.extractor.name}@${system.extractor.version}`;
  const background = [];
  for (const row of await storage.otherSamples(state.application, state.subject, BACKGROUND_SIZE)) {
    const other = row.extractor === extractor ? await subjects.find(row.application, row.subject) : void 0;
    if (other?.consent?.granted === true) background.push(decodeFeatureSet(other.open("sample", row.id, row.sealed)));
  }
  return [...background, ...system.background(BACKGROUND_SIZE - background.length, seed)];
}
async function saveSessionsOf(deps, state) {
  for (const live of deps.live.all())
    if (live.subject === state && live.unsaved.length > 0)
      await live.turn.run(() => live.gone ? void 0 : saveSession(deps, live));
}
function seedOf(text) {
  return createHash3("sha256").update(text).digest().readUInt32LE(0);
}

// packages/server/src/flows/enrol-when-ready.ts
var running = /* @__PURE__ */ new WeakSet();
function enrolWhenReady(deps, { subject }) {
  if (running.has(subject) || !isDue(deps, subject)) return;
  running.add(subject);
  setImmediate(() => {
    enrolSubject(deps, subject, "habitus").catch((error) => {
      subject.enrolFrom = subject.samples + 10;
      deps.metrics.failures.inc({ where: "enrol" });
      deps.log.warn(
        { error: error instanceof Error ? error.name : "unknown" },
        "an enrolment failed; it is tried again"
      );
    }).finally(() => running.delete(subject));
  });
}
function isDue({ system }, { samples, reference, enrolFrom, erased }) {
  if (erased || samples < enrolFrom) return false;
  if (reference === void 0) return samples >= system.sufficientSamples;
  return samples >= 2 * reference.reference.samples;
}

// packages/server/src/flows/append-batch.ts
async function appendBatch(deps, { application, session, body, mac }) {
  return deps.live.run(application, session, async (live) => {
    checkMac(live, body, mac);
    const batch = parseBatch(body);
    const events = readEvents(batch);
    if (live.subject.consent?.granted !== true) throw new ServiceError("no-consent");
    if (live.state.state === "ended" || live.subject.erased) throw new ServiceError("session-closed");
    const digest = mac.slice(0, DIGEST_CHARACTERS);
    const place = placeBatch(live.state, batch, digest);
    if (place.kind === "repeated") {
      deps.metrics.batches.inc({ result: "repeated" });
      return { accepted: 0, nextSeq: place.nextSeq };
    }
    const timing = timingOf(batch, events, deps.now(), live.openedAt);
    checkTiming(live.state, place.stream, timing);
    await deps.commits.submit([{ kind: "appendJournal", row: journalRow(live, digest, body, timing.now) }]);
    live.nextEntry += 1;
    const stream = acceptBatch(live.state, batch, digest, timing);
    deps.metrics.accepted.inc();
    deps.metrics.events.inc(events.length);
    advance(deps, live, () => applyEvents(deps, live, events, { stream, quantumMs: batch.q / 1e3, now: timing.now }));
    return { accepted: events.length, nextSeq: stream.next };
  });
}
function advance(deps, live, work) {
  try {
    work();
    announce(deps, live);
    enrolWhenReady(deps, live);
  } catch (error) {
    deps.metrics.failures.inc({ where: "advance" });
    deps.log.error(
      { session: live.session, error: error instanceof Error ? error.name : "unknown" },
      "a batch could not be evaluated"
    );
  }
}
function checkMac(live, body, mac) {
  const right = createHmac("sha256", live.channelKey).update(macInput(live.session, "")).update(body).digest();
  if (!/^[0-9a-f]{64}$/.test(mac) || !timingSafeEqual(Buffer.from(mac, "hex"), right))
    throw new ServiceError("wrong-mac");
}
function parseBatch(body) {
  let json;
  try {
    json = JSON.parse(body.toString());
  } catch {
    throw new ServiceError("malformed-batch", "The batch is not JSON.");
  }
  const parsed = wireBatchSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join(".") ?? "";
  throw new ServiceError("malformed-batch", `The batch does not fit at "${where}": ${issue?.code ?? "invalid"}.`);
}
function readEvents(batch) {
  try {
    return decodeEvents(batch);
  } catch (error) {
    if (error instanceof MalformedBatch) throw new ServiceError("malformed-batch", error.message);
    throw error;
  }
}
function timingOf(batch, events, now, openedAt) {
  const startedAt = batch.t / 10;
  return { startedAt, endedAt: events.at(-1)?.at ?? startedAt, now, openedAt };
}

// packages/server/src/api/cors.ts
var LOCAL = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
function mountCors(scope, deps, { route, origins }) {
  const isAllowed = createOriginCheck(deps, origins);
  scope.addHook("onRequest", (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === void 0) return done();
    reply.header("vary", "origin");
    isAllowed(origin).then((allowed) => {
      if (allowed) reply.header("access-control-allow-origin", origin);
      done();
    }, done);
  });
  scope.options(route, { schema: { hide: true }, config: { rateLimit: false } }, async (_request, reply) => {
    reply.header("access-control-allow-methods", "POST");
    reply.header("access-control-allow-headers", `authorization, content-type, ${MAC_HEADER}`);
    reply.header("access-control-max-age", "600");
    return reply.code(204).send();
  });
}
var REMEMBER_MS = 5e3;
function createOriginCheck({ storage, now }, origins) {
  let known = /* @__PURE__ */ new Set();
  let knownUntil = 0;
  return async (origin) => {
    if (origins.includes("localhost") && LOCAL.test(origin)) return true;
    if (now() >= knownUntil) {
      const applications = await storage.applications();
      known = /* @__PURE__ */ new Set([...origins, ...applications.flatMap((row) => row.origins)]);
      knownUntil = now() + REMEMBER_MS;
    }
    return known.has(origin);
  };
}

// packages/server/src/api/problems.ts
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";

// packages/server/src/storage/storage.ts
var StorageError = class extends Error {
  code;
  constructor(code, message, options) {
    super(message, options);
    this.name = "StorageError";
    this.code = code;
  }
};

// packages/server/src/api/problems.ts
var PROBLEM_TYPE = "application/problem+json; charset=utf-8";
function problemBody(code, requestId, detail, extras = {}) {
  const [status, title] = PROBLEMS[code];
  return { type: `urn:habitus:problem:${code}`, title, status, code, detail: detail ?? title, requestId, ...extras };
}
function toServiceError(error) {
  if (error instanceof ServiceError) return error;
  if (error instanceof StorageError)
    return error.code === "full" ? new ServiceError("storage-full", void 0, { cause: error }) : new ServiceError("unavailable", void 0, { cause: error });
  if (error instanceof KeyError) return new ServiceError("unavailable", void 0, { cause: error });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [first] = error.validation;
    const where = `${error.validationContext ?? "request"}${first?.instancePath ?? ""}`;
    return new ServiceError("malformed-request", `The ${where} does not fit: ${first?.message ?? "invalid"}.`);
  }
  return fromFastify(error);
}
function fromFastify(error) {
  const { code, statusCode } = error;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new ServiceError("batch-too-large");
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new ServiceError("unsupported-media-type");
  if (statusCode === 429) return new ServiceError("rate-limited");
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500)
    return new ServiceError("malformed-request");
  return new ServiceError("internal", void 0, { cause: error });
}
function sendProblem(deps, error, request, reply) {
  const failure3 = toServiceError(error);
  const [status] = PROBLEMS[failure3.code];
  if (status >= 500) {
    deps.metrics.failures.inc({ where: failure3.code });
    deps.log.error(
      { requestId: request.id, route: request.routeOptions.url, code: failure3.code, ...traceOf(failure3.cause) },
      "a request failed"
    );
  }
  if (status === 401) reply.header("www-authenticate", "Bearer");
  if (status === 503 || status === 507) reply.header("retry-after", "5");
  return reply.code(status).type(PROBLEM_TYPE).send(JSON.stringify(problemBody(failure3.code, request.id, failure3.message, failure3.extras)));
}
function mountProblems(app, deps) {
  app.setErrorHandler((error, request, reply) => sendProblem(deps, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(deps, new ServiceError("not-found"), request, reply));
}
function traceOf(cause) {
  if (!(cause instanceof Error)) return {};
  const lines = (cause.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return { error: cause.name, trace: lines.slice(0, 6).map((line) => line.trim()) };
}

// packages/server/src/api/batches.ts
var BEACON_HEAD_BYTES = 600;
var ROUTE = "/v1/sessions/:session/batches";
var LINE_FEED = 10;
async function mountBatches(api, deps, { origins }) {
  await api.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: "buffer", bodyLimit: MAX_BATCH_BYTES + BEACON_HEAD_BYTES };
    scope.addContentTypeParser(["application/json", "text/plain"], options, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => {
      const answer = sendProblem(deps, error, request, reply);
      deps.metrics.batches.inc({ result: String(answer.statusCode) });
      return answer;
    });
    mountCors(scope, deps, { route: ROUTE, origins });
    scope.post(
      ROUTE,
      {
        config: { rateLimit: false },
        validatorCompiler: () => () => true,
        serializerCompiler: () => (answer) => JSON.stringify(answer),
        schema: {
          summary: "Append a batch of events",
          description: `The body is signed: HMAC-SHA-256 in the header ${MAC_HEADER}. A beacon sends token, MAC and JSON as three lines of text/plain.`,
          tags: ["browser"],
          security: [{ collectorToken: [] }],
          params: sessionParams,
          body: wireBatchSchema,
          response: { 202: batchResponse, ...problems(400, 403, 404, 409, 413, 415, 422, 507) }
        }
      },
      async (request, reply) => {
        const { session } = request.params;
        const { token, mac, body } = readBody(request);
        if (body.length > MAX_BATCH_BYTES) throw new ServiceError("batch-too-large");
        const { application } = checkCollectorToken(deps, token, session);
        if (mac === void 0) throw new ServiceError("wrong-mac", `The header ${MAC_HEADER} is missing.`);
        const answer = await appendBatch(deps, { application, session, body, mac });
        return reply.code(202).send(answer);
      }
    );
  });
}
function readBody(request) {
  const { body, headers } = request;
  if (!Buffer.isBuffer(body)) throw new ServiceError("malformed-batch", "The body is empty.");
  if (headers["content-type"]?.startsWith("text/plain") === true) return readBeacon(body);
  const mac = headers[MAC_HEADER];
  return { token: bearer(request), mac: typeof mac === "string" ? mac : void 0, body };
}
function readBeacon(body) {
  const first = body.indexOf(LINE_FEED);
  const second = body.indexOf(LINE_FEED, first + 1);
  if (first < 0 || second < 0)
    throw new ServiceError("malformed-batch", "A beacon's body is three lines: token, MAC and JSON.");
  return {
    token: body.toString("latin1", 0, first),
    mac: body.toString("latin1", first + 1, second),
    body: body.subarray(second + 1)
  };
}

// packages/server/src/api/events.ts
var HEARTBEAT_MS = 15e3;
var MAX_BACKLOG_BYTES = 1e6;
function mountEvents(api, deps) {
  const open3 = /* @__PURE__ */ new Set();
  api.addHook("preClose", async () => {
    for (const response of open3) response.end();
  });
  api.get(
    "/v1/sessions/:session/events",
    {
      schema: {
        summary: "The assessment, again whenever it changes (text/event-stream)",
        tags: ["application"],
        security: [{ apiKey: [] }],
        params: sessionParams,
        response: problems(404)
      }
    },
    async (request, reply) => {
      const { application } = await authenticate(deps, request);
      const { session } = request.params;
      const first = await assess(deps, application, session);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...reply.getHeaders(),
        // set by our own hooks, all text
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no"
      });
      let id = 0;
      const send = (assessment) => {
        if (raw.writableLength > MAX_BACKLOG_BYTES) return void raw.destroy();
        id += 1;
        raw.write(`event: assessment
id: ${id}
data: ${JSON.stringify(assessment)}

`);
      };
      const unsubscribe = deps.hub.subscribe(application, session, send);
      const heartbeat = setInterval(() => raw.write(": still here\n\n"), HEARTBEAT_MS);
      heartbeat.unref();
      open3.add(raw);
      raw.on("close", () => {
        clearInterval(heartbeat);
        unsubscribe();
        open3.delete(raw);
      });
      send(first);
    }
  );
}

// packages/server/src/api/health.ts
import { z as z4 } from "zod";
function mountHealth(api, deps, isClosing) {
  const status = z4.object({ status: z4.literal("ok") });
  api.get(
    "/healthz",
    { schema: { summary: "The process runs", tags: ["operations"], response: { 200: status } } },
    async () => ({ status: "ok" })
  );
  api.get(
    "/readyz",
    { schema: { summary: "Requests can be served", tags: ["operations"], response: { 200: status, ...problems() } } },
    async () => {
      if (isClosing()) throw new ServiceError("unavailable", "The service is shutting down.");
      await deps.storage.ping();
      return { status: "ok" };
    }
  );
  api.get(
    "/metrics",
    { schema: { hide: true } },
    async (_request, reply) => reply.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics())
  );
}

// packages/server/src/api/openapi.ts
import swagger from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
var DESCRIPTION = "Is it still the same person? Sessions, batches, assessments and outcomes.";
async function mountOpenApi(api) {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Habitus", description: DESCRIPTION, version: "1", license: { name: "Apache-2.0" } },
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An application's API key." },
          collectorToken: { type: "http", scheme: "bearer", description: "A session's collector token." }
        }
      }
    },
    transform: jsonSchemaTransform
  });
  api.get("/openapi.json", { schema: { hide: true } }, async () => api.swagger());
}

// packages/server/src/api/pages.ts
import fastifyStatic from "@fastify/static";
import { z as z5 } from "zod";
async function mountPages(api, deps, dirs) {
  for (const [i, { prefix, dir }] of dirs.entries())
    await api.register(fastifyStatic, { root: dir, prefix, decorateReply: i === 0, redirect: true });
  api.get(
    "/console/login",
    { schema: { hide: true, querystring: z5.object({ key: z5.string().max(200) }) } },
    async (request, reply) => {
      const found = await deps.storage.apiKey(hashApiKey(request.query.key));
      if (found?.role !== "operator") throw new ServiceError("invalid-api-key", "This is no operator's key.");
      const secure = request.protocol === "https" ? "; Secure" : "";
      return reply.header("set-cookie", `${OPERATOR_COOKIE}=${request.query.key}; Path=/v1; HttpOnly; SameSite=Strict${secure}`).header("cache-control", "no-store").redirect("/console/", 303);
    }
  );
}

// packages/server/src/flows/open-session.ts
import { randomBytes as randomBytes3 } from "node:crypto";

// packages/server/src/keys/envelope.ts
import { createCipheriv, createDecipheriv, randomBytes as randomBytes2, randomFillSync } from "node:crypto";
var FORMAT = 1;
var NONCE_BYTES = 12;
var TAG_BYTES = 16;
var HEAD_BYTES = 1 + NONCE_BYTES;
var DATA_KEY_BYTES = 32;
function makeDataKey() {
  return randomBytes2(DATA_KEY_BYTES);
}
var pool = Buffer.alloc(NONCE_BYTES * 256);
var poolAt = pool.length;
function nextNonce() {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += NONCE_BYTES;
  return pool.subarray(poolAt - NONCE_BYTES, poolAt);
}
function seal(dataKey, context, plain) {
  return sealBytes(dataKey, associatedData(context), plain);
}
function open(dataKey, context, sealed) {
  return openBytes(dataKey, associatedData(context), sealed);
}
function sealBytes(key, associated, plain) {
  const sealed = Buffer.allocUnsafe(HEAD_BYTES + plain.length + TAG_BYTES);
  const nonce = nextNonce();
  sealed[0] = FORMAT;
  nonce.copy(sealed, 1);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(associated);
  cipher.update(plain).copy(sealed, HEAD_BYTES);
  cipher.final();
  cipher.getAuthTag().copy(sealed, HEAD_BYTES + plain.length);
  return sealed;
}
function openBytes(key, associated, sealed) {
  if (sealed.length < HEAD_BYTES + TAG_BYTES || sealed[0] !== FORMAT)
    throw new KeyError("malformedSeal", "The sealed value is cut short or of another format.");
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, HEAD_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(HEAD_BYTES, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new KeyError("wrongSeal", "The sealed value does not open with this key in this place.", { cause });
  }
  return plain;
}
function associatedData({ application, subject, kind, version }) {
  return Buffer.from(
    `habitus-seal-1|${application.length}:${application}|${subject.length}:${subject}|${kind}|${version.length}:${version}`
  );
}

// packages/server/src/live/subjects.ts
function keyContext(application, subject) {
  return `${application.length}:${application}|${subject.length}:${subject}`;
}
function createSubjects({ storage, commits, keys, system, now, maxHeld = 5e3 }) {
  const held = /* @__PURE__ */ new Map();
  const inUse = /* @__PURE__ */ new Map();
  const cleaner = new FinalizationRegistry((key) => {
    if (inUse.get(key)?.deref() === void 0) inUse.delete(key);
  });
  const loading = /* @__PURE__ */ new Map();
  const hold = (key, state) => {
    held.delete(key);
    held.set(key, state);
    if (inUse.get(key)?.deref() !== state) {
      inUse.set(key, new WeakRef(state));
      cleaner.register(state, key);
    }
    for (const oldest of held.keys()) {
      if (held.size <= maxHeld) break;
      held.delete(oldest);
    }
    return state;
  };
  const load2 = async (application, subject) => {
    const row = await storage.subject(application, subject);
    if (row === void 0) return void 0;
    const dataKey = await keys.unwrap(row.wrappedKey, keyContext(application, subject));
    const state = createState(application, subject, row.since, dataKey);
    state.consent = (await storage.consents(application, subject)).at(-1);
    state.samples = await storage.countSamples(application, subject);
    for (const reference of await storage.references(application, subject)) {
      state.lastVersion = reference.version;
      if (!reference.active || reference.system !== system) continue;
      const record = state.open("reference", String(reference.version), reference.sealed);
      const { version, enrolledAt } = reference;
      state.reference = { version, enrolledAt, reference: decodeReference(record).reference };
    }
    return state;
  };
  const once = (key, work) => {
    const running2 = loading.get(key);
    if (running2 !== void 0) return running2;
    const started = work().then((state) => state && hold(key, state)).finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };
  const find = async (application, subject) => {
    const key = keyContext(application, subject);
    const known = inUse.get(key)?.deref();
    return known === void 0 ? once(key, () => load2(application, subject)) : hold(key, known);
  };
  return {
    find,
    async ensure(application, subject) {
      const known = await find(application, subject);
      if (known !== void 0) return known;
      const made = await once(keyContext(application, subject), async () => {
        const dataKey = makeDataKey();
        const wrappedKey = await keys.wrap(dataKey, keyContext(application, subject));
        const since = now();
        await commits.submit([{ kind: "addSubject", row: { application, subject, since, wrappedKey } }]);
        return createState(application, subject, since, dataKey);
      });
      return made ?? await this.ensure(application, subject);
    },
    forget(state) {
      const key = keyContext(state.application, state.subject);
      state.erased = true;
      held.delete(key);
      inUse.delete(key);
    }
  };
}
function createState(application, subject, since, dataKey) {
  const context = (kind, row) => ({
    application,
    subject,
    kind,
    version: `${RECORD_VERSION}/${row}`
  });
  return {
    application,
    subject,
    since,
    turn: createTurn(),
    seal: (kind, row, plain) => seal(dataKey, context(kind, row), plain),
    open: (kind, row, sealed) => open(dataKey, context(kind, row), sealed),
    consent: void 0,
    reference: void 0,
    lastVersion: 0,
    samples: 0,
    enrolFrom: 0,
    erased: false
  };
}

// packages/server/src/flows/open-session.ts
async function openSession(deps, { application, subject, context }) {
  const { subjects, commits, keys, tokens, live, now, sessionMs } = deps;
  const openedAt = now();
  const expiresAt = openedAt + sessionMs;
  const session = randomBytes3(16).toString("base64url");
  const state = await subjects.ensure(application, subject);
  const row = {
    application,
    session,
    subject,
    state: "open",
    openedAt,
    expiresAt,
    lastEventAt: null,
    decision: "noDecision",
    band: "none",
    trust: null,
    keystrokes: 0,
    pointerEvents: 0,
    sealedContext: state.seal("context", session, Buffer.from(JSON.stringify(context)))
  };
  await commits.submit([
    { kind: "addSession", row },
    audit(application, { at: openedAt, action: "session.opened", actor: "application", subject, session })
  ]);
  const opened = await live.admit(row, state);
  return {
    session,
    consent: state.consent?.granted ?? false,
    collectorToken: tokens.issue({ application, session, expiresAt }),
    channelKey: opened.channelKey.export().toString("base64url"),
    nameKey: Buffer.from(await keys.derive(`name|${keyContext(application, subject)}`, 16)).toString("base64url"),
    expiresAt
  };
}

// packages/server/src/flows/read-subject.ts
var SESSIONS_SHOWN = 50;
async function findSubject({ subjects }, application, subject) {
  const state = await subjects.find(application, subject);
  if (state === void 0) throw new ServiceError("unknown-subject");
  return state;
}
async function readSubject(deps, application, subject) {
  return subjectStatus2(deps, await findSubject(deps, application, subject));
}
async function subjectStatus2(deps, state) {
  const { application, subject, consent, since } = state;
  const references = await deps.storage.references(application, subject);
  return {
    subject,
    since,
    consent: {
      granted: consent?.granted ?? false,
      textVersion: consent?.textVersion ?? null,
      at: consent?.at ?? null
    },
    enrolment: enrolmentOf(deps.system, state),
    references: references.map(({ version, system, samples, enrolledAt, active }) => ({
      version,
      system,
      samples,
      enrolledAt,
      active
    })),
    sessions: await listSessions(deps, application, { subject, limit: SESSIONS_SHOWN })
  };
}
async function listSessions(deps, application, filter) {
  const rows = await deps.storage.sessions(application, filter);
  return rows.map((row) => {
    const live = deps.live.find(application, row.session);
    const { state, lastEventAt, decision, band: band2, trust, keystrokes, pointerEvents } = live ? readingOf(deps, live) : row;
    const { session, subject, openedAt } = row;
    return { session, subject, state, openedAt, lastEventAt, decision, band: band2, trust, keystrokes, pointerEvents };
  });
}

// packages/server/src/api/sessions.ts
var SESSIONS_SHOWN2 = 100;
function mountSessions(api, deps) {
  api.post(
    "/v1/sessions",
    {
      schema: {
        summary: "Open a session",
        tags: ["application"],
        security: [{ apiKey: [] }],
        body: openSessionRequest,
        response: { 201: openSessionResponse, ...problems(400, 403, 507) }
      }
    },
    async (request, reply) => {
      const { application } = await authenticate(deps, request);
      const { subject, context } = request.body;
      return reply.code(201).send(await openSession(deps, { application, subject, context }));
    }
  );
  api.get(
    "/v1/sessions",
    {
      schema: {
        summary: "The newest sessions",
        tags: ["application"],
        security: [{ apiKey: [] }],
        response: { 200: sessionList, ...problems() }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return { sessions: await listSessions(deps, application, { limit: SESSIONS_SHOWN2 }) };
    }
  );
}

// packages/server/src/api/subjects.ts
import { z as z6 } from "zod";

// packages/server/src/flows/erase-subject.ts
async function eraseSubject(deps, application, subject) {
  const state = await findSubject(deps, application, subject);
  const running2 = deps.live.all().filter((live) => live.subject === state);
  await state.turn.run(async () => {
    const at = deps.now();
    state.erased = true;
    try {
      await deps.commits.submit([
        { kind: "eraseSubject", row: { application, subject } },
        audit(application, { at, action: "subject.erased", actor: "application", subject })
      ]);
    } catch (error) {
      state.erased = false;
      throw error;
    }
    deps.subjects.forget(state);
  });
  for (const live of running2) await live.turn.run(() => deps.live.drop(live));
}

// packages/server/src/flows/export-subject.ts
async function exportSubject(deps, application, subject) {
  const { storage, commits, now } = deps;
  const state = await findSubject(deps, application, subject);
  const exportedAt = now();
  const [consents, references, samples, decisions] = await Promise.all([
    storage.consents(application, subject),
    storage.references(application, subject),
    storage.samples(application, subject, SAMPLES_KEPT),
    storage.decisions(application, subject)
  ]);
  await commits.submit([
    audit(application, { at: exportedAt, action: "subject.exported", actor: "application", subject })
  ]);
  return {
    subject,
    exportedAt,
    consents: consents.map(({ granted, textVersion, actor, at }) => ({ granted, textVersion, actor, at })),
    references: references.map(({ version, system, samples: count3, enrolledAt, sealed }) => {
      const { reference } = decodeReference(state.open("reference", String(version), sealed));
      const payload = Buffer.from(reference.payload).toString("base64");
      return { version, system, samples: count3, enrolledAt, payload };
    }),
    featureSets: samples.map(({ id, at, extractor, sealed }) => {
      const { values } = decodeFeatureSet(state.open("sample", id, sealed));
      return { at, extractor, values: Array.from(values, (value) => Number.isNaN(value) ? null : value) };
    }),
    decisions: decisions.map(({ session, id, at, decision, sealedReasons }) => {
      const reasons = JSON.parse(state.open("decision", id, sealedReasons).toString());
      return { session, at, decision, reasons: reasons.map((one) => ({ ...one, share: one.share ?? null })) };
    })
  };
}

// packages/server/src/flows/set-consent.ts
async function setConsent(deps, { application, subject, ...consent }) {
  const state = await deps.subjects.ensure(application, subject);
  const { granted, textVersion, actor } = consent;
  await state.turn.run(async () => {
    const row = { application, subject, granted, textVersion, actor, at: deps.now() };
    const before = state.consent;
    if (!granted) state.consent = row;
    try {
      await deps.commits.submit([
        { kind: "addConsent", row },
        audit(application, {
          at: row.at,
          action: granted ? "consent.granted" : "consent.withdrawn",
          actor,
          subject,
          detail: { textVersion }
        })
      ]);
    } catch (error) {
      state.consent = before;
      throw error;
    }
    state.consent = row;
  });
  await updateSessions(deps, state);
  return subjectStatus2(deps, state);
}
async function updateSessions(deps, subject) {
  const { application } = subject;
  for (const { session, state } of await deps.storage.sessions(application, {
    subject: subject.subject,
    limit: 1e3
  })) {
    if (state === "ended") continue;
    await deps.live.run(application, session, async (live) => {
      if (subject.consent?.granted === true) redecide(deps, live, deps.now());
      else {
        live.state = forgetBehaviour(live.state, deps.system);
        live.unsaved = live.unsaved.filter(({ kind }) => kind !== "addSample");
        redecide(deps, live, deps.now());
        await saveSession(deps, live);
      }
      announce(deps, live);
    });
  }
}

// packages/server/src/api/subjects.ts
var tags = ["application"];
var security = [{ apiKey: [] }];
var params = subjectParams;
function mountSubjects(api, deps) {
  api.get(
    "/v1/subjects/:subject",
    {
      schema: {
        summary: "What is known of a subject",
        tags,
        security,
        params,
        response: { 200: subjectStatus, ...problems(404) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return readSubject(deps, application, request.params.subject);
    }
  );
  api.put(
    "/v1/subjects/:subject/consent",
    {
      schema: {
        summary: "Record that consent was given or withdrawn",
        tags,
        security,
        params: z6.object({ subject: z6.string().regex(/^[A-Za-z0-9._:@-]{1,128}$/) }),
        body: consentRequest,
        response: { 200: subjectStatus, ...problems(400, 403, 507) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return setConsent(deps, { application, subject: request.params.subject, ...request.body });
    }
  );
  api.post(
    "/v1/subjects/:subject/enrolment",
    {
      schema: {
        summary: "Make a reference of the samples stored now",
        tags,
        security,
        params,
        response: { 200: enrolResponse, ...problems(403, 404, 422, 507) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return enrol2(deps, application, request.params.subject, "application");
    }
  );
  api.get(
    "/v1/subjects/:subject/export",
    {
      schema: {
        summary: "Everything kept about a subject",
        tags,
        security,
        params,
        response: { 200: subjectExport, ...problems(403, 404) }
      }
    },
    async (request) => {
      const { application } = await authenticate(deps, request);
      return exportSubject(deps, application, request.params.subject);
    }
  );
  api.delete(
    "/v1/subjects/:subject",
    {
      schema: {
        summary: "Erase a subject",
        tags,
        security,
        params,
        response: { 204: z6.null(), ...problems(403, 404, 507) }
      }
    },
    async (request, reply) => {
      const { application } = await authenticate(deps, request);
      await eraseSubject(deps, application, request.params.subject);
      return reply.code(204).send(null);
    }
  );
}

// packages/server/src/app.ts
var BODY_LIMIT = 64 * 1024;
var LONGEST_PARAMETER = 400;
async function createApp(deps, options) {
  const run = randomBytes4(6).toString("base64url");
  let count3 = 0;
  let closing = false;
  const app = fastify({
    logger: false,
    // requests are logged below, by route and without what was sent
    bodyLimit: BODY_LIMIT,
    trustProxy: options.trustProxy,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    forceCloseConnections: "idle",
    genReqId: () => {
      count3 += 1;
      return `${run}-${count3.toString(36)}`;
    },
    frameworkErrors: (_error, request, reply) => {
      const body = problemBody("malformed-request", request.id, "The address cannot be read.");
      reply.raw.writeHead(body.status, { "content-type": PROBLEM_TYPE }).end(JSON.stringify(body));
    }
  }).withTypeProvider();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  mountProblems(app, deps);
  app.addHook("preClose", async () => {
    closing = true;
  });
  await mountBatches(app, deps, options);
  await app.register(async (scope) => {
    logRequests(scope, deps);
    const secure = helmet({ contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY } });
    scope.addHook("onRequest", (request, reply, done) => {
      secure(request.raw, reply.raw, (error) => done(error instanceof Error ? error : void 0));
    });
    await scope.register(rateLimit, {
      max: options.requestsPerMinute,
      timeWindow: 6e4,
      keyGenerator: ({ headers, ip }) => headers.authorization ?? ip,
      errorResponseBuilder: () => new ServiceError("rate-limited")
    });
    await mountOpenApi(scope);
    mountSessions(scope, deps);
    mountAssessment(scope, deps);
    mountEvents(scope, deps);
    mountSubjects(scope, deps);
    mountAudit(scope, deps);
    mountHealth(scope, deps, () => closing);
    await mountPages(scope, deps, options.staticDirs);
  });
  return app;
}
var CONTENT_SECURITY_POLICY = {
  "default-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
  "object-src": ["'none'"],
  "img-src": ["'self'", "data:"],
  "require-trusted-types-for": ["'script'"]
};
function logRequests(scope, { log, metrics }) {
  scope.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    const status = reply.statusCode;
    metrics.requests.observe({ route, status: String(status) }, reply.elapsedTime / 1e3);
    log.info(
      { requestId: request.id, method: request.method, route, status, ms: Math.round(reply.elapsedTime) },
      "request"
    );
  });
}

// packages/server/src/flows/add-application.ts
import { randomBytes as randomBytes5 } from "node:crypto";
async function addApiKey({ storage, commits, now }, name, { role = "application", label = randomBytes5(6).toString("base64url"), origins } = {}) {
  if (name.trim() === "") throw new TypeError("an application needs a name");
  const at = now();
  const known = (await storage.applications()).find((row2) => row2.name === name);
  const application = known?.application ?? `app_${randomBytes5(9).toString("base64url")}`;
  const row = {
    application,
    name,
    origins: origins ?? known?.origins ?? [],
    createdAt: known?.createdAt ?? at
  };
  const apiKey = makeApiKey();
  await commits.submit([
    { kind: "putApplication", row },
    { kind: "putApiKey", row: { application, hash: hashApiKey(apiKey), role, label, createdAt: at } },
    audit(application, { at, action: "apiKey.made", actor: "operator", detail: { role, label } })
  ]);
  return apiKey;
}

// packages/server/src/flows/recover-sessions.ts
async function recoverSessions(deps) {
  const pending = await deps.storage.pendingSessions();
  for (const { application, session } of pending) {
    try {
      await deps.live.run(application, session, (live) => saveSession(deps, live));
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === "unknown-session")) throw error;
      await deps.commits.submit([{ kind: "dropPending", row: { application, session } }]);
    }
  }
  if (pending.length > 0) deps.log.info({ sessions: pending.length }, "sessions were recovered from the journal");
  return pending.length;
}

// packages/server/src/keys/file.ts
import { hkdfSync, randomBytes as randomBytes6 } from "node:crypto";
import { chmod, mkdir, open as openFile, readFile, rename, rm } from "node:fs/promises";
import { dirname, join as join2 } from "node:path";
var KEY_BYTES = 32;
async function openFileKeyProvider(path) {
  const key = await readKey(path) ?? await makeKey(path);
  return keyProviderOf(key, "file");
}
function keyProviderOf(key, name) {
  const derive = (label, length) => Buffer.from(hkdfSync("sha256", key, "habitus-key-1", label, length));
  const wrappingKey = derive("wrap", KEY_BYTES);
  return {
    name,
    wrap: async (dataKey, context) => sealBytes(wrappingKey, wrapContext(context), dataKey),
    unwrap: async (wrapped, context) => openBytes(wrappingKey, wrapContext(context), wrapped),
    derive: async (label, length) => derive(`derive|${label}`, length)
  };
}
async function readKey(path) {
  let key;
  try {
    key = await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return void 0;
    throw new KeyError("unreadableKey", `The key file ${path} cannot be read.`, { cause: error });
  }
  if (key.length !== KEY_BYTES)
    throw new KeyError("unreadableKey", `The key file ${path} holds ${key.length} bytes instead of ${KEY_BYTES}.`);
  return key;
}
async function makeKey(path) {
  const key = randomBytes6(KEY_BYTES);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 448 });
  const draft = join2(folder, `.key-${process.pid}-${randomBytes6(4).toString("hex")}`);
  try {
    const file = await openFile(draft, "wx", 384);
    try {
      await file.writeFile(key);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(draft, 384);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  return key;
}
function wrapContext(context) {
  return Buffer.from(`habitus-wrap-1|${context}`);
}

// packages/server/src/keys/session-token.ts
import { createHmac as createHmac2, timingSafeEqual as timingSafeEqual2 } from "node:crypto";
var PREFIX2 = "hbt1";
var MAX_TOKEN = 400;
var MAX_CACHED = 2e4;
function createSessionTokens(key) {
  const known = /* @__PURE__ */ new Map();
  const sign = (body) => createHmac2("sha256", key).update(body).digest();
  const verify = (token) => {
    const parts = token.split(".");
    const [prefix, body, mac] = parts;
    if (parts.length !== 3 || prefix !== PREFIX2 || body === void 0 || mac === void 0) return void 0;
    const given2 = Buffer.from(mac, "base64url");
    const right = sign(`${PREFIX2}.${body}`);
    if (given2.length !== right.length || !timingSafeEqual2(given2, right) || right.toString("base64url") !== mac)
      return void 0;
    const [application, session, expiresAt] = Buffer.from(body, "base64url").toString().split("\n");
    if (application === void 0 || session === void 0) return void 0;
    return { application, session, expiresAt: Number(expiresAt) };
  };
  return {
    issue({ application, session, expiresAt }) {
      const body = Buffer.from(`${application}
${session}
${expiresAt}`).toString("base64url");
      return `${PREFIX2}.${body}.${sign(`${PREFIX2}.${body}`).toString("base64url")}`;
    },
    check(token, now) {
      if (token.length > MAX_TOKEN) return { kind: "forged" };
      let claim = known.get(token);
      if (claim === void 0) {
        claim = verify(token);
        if (claim === void 0) return { kind: "forged" };
        if (known.size >= MAX_CACHED) known.clear();
        known.set(token, claim);
      }
      return claim.expiresAt > now ? { kind: "valid", claim } : { kind: "expired" };
    }
  };
}

// packages/server/src/live/hub.ts
function createHub() {
  const watched = /* @__PURE__ */ new Map();
  const keyOf = (application, session) => `${application}
${session}`;
  return {
    subscribe(application, session, listener) {
      const key = keyOf(application, session);
      const listeners = watched.get(key) ?? /* @__PURE__ */ new Set();
      watched.set(key, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && watched.get(key) === listeners) watched.delete(key);
      };
    },
    isWatched: (application, session) => watched.has(keyOf(application, session)),
    publish(application, assessment) {
      for (const listener of watched.get(keyOf(application, assessment.session)) ?? []) listener(assessment);
    }
  };
}

// packages/server/src/live/live-sessions.ts
function createLiveSessions(deps, { maxHeld = 1e4 } = {}) {
  const { storage, system, subjects, metrics, log } = deps;
  const held = /* @__PURE__ */ new Map();
  const loading = /* @__PURE__ */ new Map();
  const keyOf = (application, session) => `${application}
${session}`;
  const hold = (live) => {
    held.set(keyOf(live.application, live.session), live);
    metrics.liveSessions.set(held.size);
    return live;
  };
  const drop = (live) => {
    live.gone = true;
    held.delete(keyOf(live.application, live.session));
    metrics.liveSessions.set(held.size);
  };
  const load2 = async (application, session) => {
    const row = await storage.session(application, session);
    const subject = row && await subjects.find(application, row.subject);
    if (row === void 0 || subject === void 0) return void 0;
    const snapshot = await storage.snapshot(application, session);
    const live = await makeLiveSession(deps, row, subject, freshState(deps, subject, row.openedAt));
    if (snapshot !== void 0) {
      live.state = decodeState(subject.open("snapshot", session, snapshot.sealed), system);
      live.nextEntry = snapshot.through + 1;
    }
    for (const entry of await storage.journal(application, session))
      if (entry.n >= live.nextEntry) replayEntry(deps, live, entry);
    return hold(live);
  };
  const get = async (application, session) => {
    const key = keyOf(application, session);
    const running2 = loading.get(key);
    if (running2 !== void 0) return running2;
    const started = load2(application, session).finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };
  const release = (live) => live.turn.run(async () => {
    if (live.gone) return;
    if (live.dirty) await saveSession(deps, live);
    drop(live);
  });
  const makeRoom = () => {
    for (const oldest of held.values()) {
      if (held.size <= maxHeld) return;
      held.delete(keyOf(oldest.application, oldest.session));
      hold(oldest);
      release(oldest).catch(() => metrics.failures.inc({ where: "release" }));
      return;
    }
  };
  return {
    drop,
    find: (application, session) => held.get(keyOf(application, session)),
    all: () => [...held.values()],
    async admit(row, subject) {
      const live = await makeLiveSession(deps, row, subject, freshState(deps, subject, row.openedAt));
      hold(live);
      if (held.size > maxHeld) makeRoom();
      return live;
    },
    async run(application, session, work) {
      for (; ; ) {
        const live = held.get(keyOf(application, session)) ?? await get(application, session);
        if (live === void 0) throw new ServiceError("unknown-session");
        if (held.size > maxHeld) makeRoom();
        const done = await live.turn.run(async () => {
          if (live.gone) return void 0;
          live.lastUsedAt = deps.now();
          return { result: await work(live) };
        });
        if (done !== void 0) return done.result;
      }
    },
    async sweep({ everything = false, idleBefore = 0 }) {
      const works = [...held.values()].map(async (live) => {
        if (live.lastUsedAt < idleBefore) return release(live);
        if (!live.due && !(everything && live.dirty)) return;
        await live.turn.run(() => live.gone ? void 0 : saveSession(deps, live));
      });
      for (const result2 of await Promise.allSettled(works)) {
        if (result2.status === "fulfilled") continue;
        metrics.failures.inc({ where: "snapshot" });
        log.warn({ code: codeOf(result2.reason) }, "a session could not be saved; its journal is kept");
      }
    }
  };
}
function freshState({ system }, subject, openedAt) {
  const blank = { trust: system.trust.initial(), stepUp: "none" };
  return initialState(system, judge(system, subject, blank, { at: openedAt, previous: void 0 }));
}
function codeOf(error) {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}

// packages/server/src/logging.ts
import { pino } from "pino";
var SECRET = ["authorization", "cookie", "apiKey", "token", "collectorToken", "channelKey", "nameKey", "mac", "body"];
function createLogger(level, destination) {
  const options = {
    level,
    base: { service: "habitus" },
    redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`, `req.headers.${name}`]), censor: "[redacted]" }
  };
  return destination === void 0 ? pino(options) : pino(options, destination);
}

// packages/server/src/metrics.ts
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const seconds = [5e-4, 1e-3, 25e-4, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
  const batches = new Counter({
    name: "habitus_batches_total",
    help: "Batches by result: accepted, repeated, or the status of the problem.",
    labelNames: ["result"],
    registers
  });
  return {
    registry,
    requests: new Histogram({
      name: "habitus_request_seconds",
      help: "Time to answer, without batches.",
      labelNames: ["route", "status"],
      buckets: seconds,
      registers
    }),
    batches,
    accepted: batches.labels("accepted"),
    // looked up once: every batch counts here
    events: new Counter({ name: "habitus_events_total", help: "Events accepted.", registers }),
    windows: new Counter({
      name: "habitus_windows_total",
      help: "Windows by what became of them.",
      labelNames: ["result"],
      registers
    }),
    decisions: new Counter({
      name: "habitus_decisions_total",
      help: "Changes of a session's decision.",
      labelNames: ["decision"],
      registers
    }),
    enrolments: new Counter({
      name: "habitus_enrolments_total",
      help: "Enrolments by result.",
      labelNames: ["result"],
      registers
    }),
    enrolSeconds: new Histogram({
      name: "habitus_enrol_seconds",
      help: "Time to make a reference.",
      buckets: seconds,
      registers
    }),
    commitSeconds: new Histogram({
      name: "habitus_commit_seconds",
      help: "Time of one durable commit.",
      buckets: seconds,
      registers
    }),
    commitUnits: new Histogram({
      name: "habitus_commit_units",
      help: "Requests that shared one commit.",
      buckets: [1, 2, 4, 8, 16, 32, 64, 128],
      registers
    }),
    liveSessions: new Gauge({ name: "habitus_live_sessions", help: "Sessions held in memory.", registers }),
    failures: new Counter({
      name: "habitus_failures_total",
      help: "Failures inside the service.",
      labelNames: ["where"],
      registers
    })
  };
}

// packages/server/src/storage/group-commit.ts
function createGroupCommit(storage, { onCommit } = {}) {
  let queue = [];
  let running2;
  const commitUnits = async (units) => {
    const started = performance.now();
    try {
      await storage.commit(units.length === 1 ? units[0]?.writes ?? [] : units.flatMap(({ writes }) => writes));
      for (const { resolve } of units) resolve();
    } catch (error) {
      if (units.length === 1) units[0]?.reject(error);
      else for (const unit of units) await commitUnits([unit]);
      return;
    }
    onCommit?.(units.length, (performance.now() - started) / 1e3);
  };
  const drain = async () => {
    while (queue.length > 0) {
      await new Promise((next) => setImmediate(next));
      const units = queue;
      queue = [];
      await commitUnits(units);
    }
    running2 = void 0;
  };
  return {
    submit(writes) {
      return new Promise((resolve, reject) => {
        queue.push({ writes, resolve, reject });
        running2 ??= drain();
      });
    },
    async settled() {
      await running2;
    }
  };
}

// packages/server/src/storage/sqlite/open-sqlite.ts
import { dirname as dirname2 } from "node:path";

// packages/server/src/storage/journal/file-journal.ts
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync
} from "node:fs";
import { open as open2 } from "node:fs/promises";
import { join as join3 } from "node:path";

// packages/server/src/storage/journal/record.ts
import { crc32 } from "node:zlib";
var FRAME_BYTES = 8;
var HEAD_BYTES2 = 20;
function recordBytes({ application, session, sealed }) {
  return FRAME_BYTES + HEAD_BYTES2 + Buffer.byteLength(application) + Buffer.byteLength(session) + sealed.length;
}
function writeRecord(buffer, offset, row) {
  const start = offset + FRAME_BYTES;
  buffer.writeDoubleLE(row.n, start);
  buffer.writeDoubleLE(row.receivedAt, start + 8);
  let end = start + HEAD_BYTES2;
  const applicationBytes = buffer.write(row.application, end);
  end += applicationBytes;
  const sessionBytes = buffer.write(row.session, end);
  end += sessionBytes;
  buffer.writeUInt16LE(applicationBytes, start + 16);
  buffer.writeUInt16LE(sessionBytes, start + 18);
  buffer.set(row.sealed, end);
  end += row.sealed.length;
  buffer.writeUInt32LE(end - start, offset);
  buffer.writeUInt32LE(crc32(buffer.subarray(start, end)), offset + 4);
  return end;
}
function readRecord(buffer, offset) {
  const start = offset + FRAME_BYTES;
  if (start + HEAD_BYTES2 > buffer.length) return void 0;
  const length = buffer.readUInt32LE(offset);
  const end = start + length;
  if (length < HEAD_BYTES2 || end > buffer.length) return void 0;
  if (crc32(buffer.subarray(start, end)) !== buffer.readUInt32LE(offset + 4)) return void 0;
  const names = start + HEAD_BYTES2;
  const sessionAt = names + buffer.readUInt16LE(start + 16);
  const sealedAt = sessionAt + buffer.readUInt16LE(start + 18);
  const row = {
    application: buffer.toString("utf8", names, sessionAt),
    session: buffer.toString("utf8", sessionAt, sealedAt),
    n: buffer.readDoubleLE(start),
    receivedAt: buffer.readDoubleLE(start + 8),
    sealed: Uint8Array.from(buffer.subarray(sealedAt, end))
  };
  return { row, end };
}

// packages/server/src/storage/journal/shared-sync.ts
import { fdatasync } from "node:fs";
import { promisify } from "node:util";
var syncFile = promisify(fdatasync);
function createSharedSync(currentFile) {
  let running2;
  let next;
  let failure3;
  const start = async () => {
    try {
      if (failure3 === void 0) await syncFile(currentFile());
    } catch (cause) {
      failure3 = new StorageError("unavailable", "The disk failed: start the service again.", { cause });
    } finally {
      running2 = void 0;
    }
    if (failure3 !== void 0) throw failure3;
  };
  const begin = () => {
    next = void 0;
    running2 = start();
    return running2;
  };
  return () => {
    if (running2 === void 0) return begin();
    next ??= running2.then(begin, begin);
    return next;
  };
}

// packages/server/src/storage/journal/file-journal.ts
var NAME2 = /^journal-(\d{8})\.log$/;
function openFileJournal(folder, { segmentBytes = 8 * 1024 * 1024, maxBytes = Number.POSITIVE_INFINITY } = {}) {
  mkdirSync(folder, { recursive: true, mode: 448 });
  const segments = [];
  const sessions = /* @__PURE__ */ new Map();
  let scratch = Buffer.allocUnsafe(256 * 1024);
  let file = -1;
  let retired = -1;
  let undoTo;
  const keyOf = (application, session) => `${application}
${session}`;
  const note2 = (row, entry) => {
    const key = keyOf(row.application, row.session);
    const entries = sessions.get(key);
    if (entries === void 0) sessions.set(key, [entry]);
    else entries.push(entry);
    entry.segment.live += 1;
  };
  const load2 = (name) => {
    const segment = { path: join3(folder, name), number: Number(NAME2.exec(name)?.[1]), bytes: 0, live: 0 };
    const bytes = readFileSync(segment.path);
    for (let found = readRecord(bytes, 0); found !== void 0; found = readRecord(bytes, found.end)) {
      note2(found.row, { segment, offset: segment.bytes, end: found.end, n: found.row.n });
      segment.bytes = found.end;
    }
    segments.push(segment);
  };
  const begin = () => {
    const number = (segments.at(-1)?.number ?? 0) + 1;
    const path = join3(folder, `journal-${String(number).padStart(8, "0")}.log`);
    const next = openSync(path, "wx+", 384);
    syncFolder(folder);
    if (file >= 0) fdatasyncSync(file);
    if (retired >= 0) closeSync(retired);
    retired = file;
    file = next;
    segments.push({ path, number, bytes: 0, live: 0 });
  };
  const current = () => {
    const segment = segments.at(-1);
    if (segment === void 0) throw new TypeError("the journal has no file");
    return segment;
  };
  const removeDead = () => {
    for (let i = segments.length - 2; i >= 0; i -= 1) {
      const segment = segments[i];
      if (segment === void 0 || segment.live > 0) continue;
      unlinkSync(segment.path);
      segments.splice(i, 1);
    }
  };
  for (const name of readdirSync(folder).filter((one) => NAME2.test(one)).sort())
    load2(name);
  begin();
  removeDead();
  const sync = createSharedSync(() => file);
  return {
    append(rows) {
      if (current().bytes > segmentBytes) begin();
      const segment = current();
      const size = rows.reduce((sum, row) => sum + recordBytes(row), 0);
      const taken = segments.reduce((sum, { bytes }) => sum + bytes, 0);
      if (taken + size > maxBytes) throw new StorageError("full", "The journal has reached its limit.");
      if (scratch.length < size) scratch = Buffer.allocUnsafe(2 * size);
      let end = 0;
      const entries = rows.map((row) => {
        const offset = end;
        end = writeRecord(scratch, offset, row);
        return { segment, offset: segment.bytes + offset, end: segment.bytes + end, n: row.n };
      });
      writeWhole(file, scratch.subarray(0, end), segment.bytes);
      undoTo = { bytes: segment.bytes, rows };
      segment.bytes += end;
      for (const [i, entry] of entries.entries()) {
        const row = rows[i];
        if (row !== void 0) note2(row, entry);
      }
    },
    undo() {
      if (undoTo === void 0) return;
      const segment = current();
      segment.bytes = undoTo.bytes;
      ftruncateSync(file, segment.bytes);
      for (const row of undoTo.rows) {
        sessions.get(keyOf(row.application, row.session))?.pop();
        segment.live -= 1;
      }
      undoTo = void 0;
    },
    sync,
    trim(application, session, through) {
      const key = keyOf(application, session);
      const entries = sessions.get(key);
      if (entries === void 0) return;
      const kept = entries.filter(({ n }) => n > through);
      if (kept.length > 0) sessions.set(key, kept);
      else sessions.delete(key);
      for (const { segment, n } of entries) if (n <= through) segment.live -= 1;
      undoTo = void 0;
      removeDead();
      if (sessions.size > 0 || current().bytes === 0) return;
      ftruncateSync(file, 0);
      current().bytes = 0;
    },
    async read(application, session) {
      const rows = /* @__PURE__ */ new Map();
      for (const { segment, offset, end } of sessions.get(keyOf(application, session)) ?? []) {
        const row = readRecord(await readPart(segment.path, offset, end), 0)?.row;
        if (row === void 0) throw new StorageError("unavailable", "The journal cannot be read.");
        rows.set(row.n, row);
      }
      return [...rows.values()].sort((a, b) => a.n - b.n);
    },
    pending: () => [...sessions.keys()].map((key) => {
      const [application = "", session = ""] = key.split("\n");
      return { application, session };
    }),
    async close() {
      await sync();
      closeSync(file);
      if (retired >= 0) closeSync(retired);
      if (sessions.size === 0) unlinkSync(current().path);
    }
  };
}
function writeWhole(file, bytes, position) {
  let written = 0;
  try {
    while (written < bytes.length)
      written += writeSync(file, bytes, written, bytes.length - written, position + written);
  } catch (cause) {
    ftruncateSync(file, position);
    const code = cause instanceof Error && "code" in cause ? cause.code : void 0;
    const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
    throw new StorageError(full ? "full" : "unavailable", full ? "The disk is full." : "The disk failed.", { cause });
  }
}
function syncFolder(path) {
  let folder;
  try {
    folder = openSync(path, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(folder);
  } catch {
  } finally {
    closeSync(folder);
  }
}
async function readPart(path, offset, end) {
  const file = await open2(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(end - offset), 0, end - offset, offset);
    return buffer;
  } finally {
    await file.close();
  }
}

// packages/server/src/storage/journal/journal.ts
function createMemoryJournal() {
  const sessions = /* @__PURE__ */ new Map();
  let last = [];
  const keyOf = (application, session) => `${application}
${session}`;
  const keep = (key, rows) => {
    if (rows.length === 0) sessions.delete(key);
    else sessions.set(key, rows);
  };
  return {
    append(rows) {
      for (const row of rows) {
        const key = keyOf(row.application, row.session);
        keep(key, [...sessions.get(key) ?? [], row]);
      }
      last = rows;
    },
    undo() {
      for (const row of last) {
        const key = keyOf(row.application, row.session);
        keep(
          key,
          (sessions.get(key) ?? []).filter((one) => one !== row)
        );
      }
      last = [];
    },
    sync: async () => {
    },
    trim(application, session, through) {
      const key = keyOf(application, session);
      keep(
        key,
        (sessions.get(key) ?? []).filter(({ n }) => n > through)
      );
    },
    read: async (application, session) => [...sessions.get(keyOf(application, session)) ?? []],
    pending: () => [...sessions.values()].flatMap(
      ([row]) => row === void 0 ? [] : [{ application: row.application, session: row.session }]
    ),
    close: async () => {
    }
  };
}

// packages/server/src/storage/sqlite/connection.ts
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler
} from "kysely";

// packages/server/src/storage/sqlite/driver.ts
import { createRequire } from "node:module";
var load = createRequire(import.meta.url);
function openDriver(path) {
  const native = loadClass("node:sqlite", "DatabaseSync");
  const [name, Driver] = native === void 0 ? ["better-sqlite3", loadBetterSqlite()] : ["node:sqlite", native];
  const database = new Driver(path);
  return {
    name,
    exec: (sql2) => database.exec(sql2),
    prepare(sql2) {
      const statement = database.prepare(sql2);
      return { run: (values) => void statement.run(...values), all: (values) => statement.all(...values) };
    },
    close: () => database.close()
  };
}
function loadBetterSqlite() {
  const found = loadClass("better-sqlite3");
  if (found === void 0)
    throw new Error(
      "There is no SQLite: use Node 22.13 or later, or run `npm install better-sqlite3@12.11.1` (it needs a C++ compiler and Python)."
    );
  return found;
}
function loadClass(name, member) {
  const emitWarning = process.emitWarning;
  try {
    process.emitWarning = () => {
    };
    const loaded = load(name);
    const found = member === void 0 ? loaded : loaded[member];
    return typeof found === "function" ? found : void 0;
  } catch {
    return void 0;
  } finally {
    process.emitWarning = emitWarning;
  }
}

// packages/server/src/storage/sqlite/migrations.ts
var MIGRATIONS = [
  `
  CREATE TABLE applications (
    application TEXT PRIMARY KEY, name TEXT NOT NULL, origins TEXT NOT NULL, created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE api_keys (
    hash BLOB PRIMARY KEY, application TEXT NOT NULL, role TEXT NOT NULL, label TEXT NOT NULL, created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE subjects (
    application TEXT NOT NULL, subject TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (application, subject)
  ) WITHOUT ROWID;
  CREATE TABLE subject_keys (
    application TEXT NOT NULL, subject TEXT NOT NULL, wrapped_key BLOB NOT NULL, PRIMARY KEY (application, subject)
  ) WITHOUT ROWID;
  CREATE TABLE consents (
    id INTEGER PRIMARY KEY, application TEXT NOT NULL, subject TEXT NOT NULL, granted INTEGER NOT NULL,
    text_version TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL
  );
  CREATE INDEX consents_of_subject ON consents (application, subject);
  CREATE TABLE sessions (
    application TEXT NOT NULL, session TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,
    opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, last_event_at INTEGER, decision TEXT NOT NULL,
    band TEXT NOT NULL, trust REAL, keystrokes INTEGER NOT NULL, pointer_events INTEGER NOT NULL,
    sealed_context BLOB NOT NULL, PRIMARY KEY (application, session)
  ) WITHOUT ROWID;
  CREATE INDEX sessions_newest ON sessions (application, opened_at);
  CREATE INDEX sessions_of_subject ON sessions (application, subject, opened_at);
  CREATE INDEX sessions_running ON sessions (expires_at) WHERE state <> 'ended';
  CREATE TABLE snapshots (
    application TEXT NOT NULL, session TEXT NOT NULL, through INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (application, session)
  );
  CREATE TABLE samples (
    application TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, at INTEGER NOT NULL, extractor TEXT NOT NULL,
    sealed BLOB NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  CREATE INDEX samples_of_subject ON samples (application, subject, at);
  CREATE TABLE "references" (
    application TEXT NOT NULL, subject TEXT NOT NULL, version INTEGER NOT NULL, system TEXT NOT NULL,
    samples INTEGER NOT NULL, enrolled_at INTEGER NOT NULL, active INTEGER NOT NULL, sealed BLOB NOT NULL,
    PRIMARY KEY (application, subject, version)
  );
  CREATE TABLE decisions (
    application TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL,
    decision TEXT NOT NULL, sealed_reasons BLOB NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  CREATE INDEX decisions_of_subject ON decisions (application, subject, at);
  CREATE TABLE outcomes (
    id INTEGER PRIMARY KEY, application TEXT NOT NULL, session TEXT NOT NULL, at INTEGER NOT NULL,
    outcome TEXT NOT NULL, actor TEXT NOT NULL
  );
  CREATE INDEX outcomes_of_session ON outcomes (application, session);
  CREATE TABLE audit (
    application TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, action TEXT NOT NULL, actor TEXT NOT NULL,
    subject TEXT, session TEXT, detail TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (application, id)
  ) WITHOUT ROWID;
  `
];

// packages/server/src/storage/sqlite/connection.ts
var sql = new Kysely({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler()
  }
});
function connect(path, { maxPages } = {}) {
  const driver = openDriver(path);
  try {
    driver.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    driver.exec("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;");
    if (maxPages !== void 0) driver.exec(`PRAGMA max_page_count = ${Math.floor(maxPages)}`);
    migrate(driver);
  } catch (error) {
    driver.close();
    throw toStorageError(error);
  }
  const statements = /* @__PURE__ */ new Map();
  const statement = (text) => {
    let found = statements.get(text);
    if (found === void 0) {
      found = driver.prepare(text);
      statements.set(text, found);
    }
    return found;
  };
  const transaction = (work) => {
    try {
      driver.exec("BEGIN IMMEDIATE");
      work();
      driver.exec("COMMIT");
    } catch (error) {
      rollBack(driver);
      throw toStorageError(error);
    }
  };
  return { driver, statement, transaction, ...runners(statement) };
}
function runners(statement) {
  return {
    all(query) {
      const compiled = query.compile();
      return statement(compiled.sql).all(compiled.parameters);
    },
    run(query) {
      const compiled = query.compile();
      statement(compiled.sql).run(compiled.parameters);
    }
  };
}
function migrate(driver) {
  const [row] = driver.prepare("PRAGMA user_version").all([]);
  const done = row?.user_version ?? 0;
  if (done > MIGRATIONS.length)
    throw new StorageError("unavailable", "The data folder was written by a newer version: update Habitus.");
  for (const [i, migration] of MIGRATIONS.entries())
    if (i >= done) driver.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${i + 1}; COMMIT;`);
}
function rollBack(driver) {
  try {
    driver.exec("ROLLBACK");
  } catch {
  }
}
var FULL = 13;
var BUSY = 5;
var LOCKED = 6;
var CONSTRAINT = 19;
function toStorageError(error) {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const { code, errcode } = error;
  const name = typeof code === "string" ? code : "";
  const primary = typeof errcode === "number" ? errcode & 255 : -1;
  const is = (text, number) => name.startsWith(text) || primary === number;
  if (is("SQLITE_FULL", FULL)) return new StorageError("full", "The disk is full.", { cause: error });
  if (name === "SQLITE_IOERR_WRITE" || name === "SQLITE_IOERR_FSYNC")
    return new StorageError("full", "The disk takes no more.", { cause: error });
  if (is("SQLITE_BUSY", BUSY) || is("SQLITE_LOCKED", LOCKED))
    return new StorageError("busy", "Another process uses this data folder: stop it first.", { cause: error });
  if (is("SQLITE_CONSTRAINT", CONSTRAINT))
    return new StorageError("conflict", "The row is there already.", { cause: error });
  if (name.startsWith("SQLITE_") || code === "ERR_SQLITE_ERROR")
    return new StorageError("unavailable", "The database failed.", { cause: error });
  return error;
}

// packages/server/src/storage/sqlite/read.ts
function createReads({ all }) {
  return {
    async apiKey(hash) {
      const [row] = all(sql.selectFrom("api_keys").selectAll().where("hash", "=", hash));
      return row && { ...row, createdAt: row.created_at };
    },
    async applications() {
      return all(sql.selectFrom("applications").selectAll().orderBy("created_at")).map((row) => ({
        application: row.application,
        name: row.name,
        origins: JSON.parse(row.origins),
        createdAt: row.created_at
      }));
    },
    async subject(application, subject) {
      const [row] = all(
        sql.selectFrom("subjects as s").innerJoin(
          "subject_keys as k",
          (join6) => join6.onRef("k.application", "=", "s.application").onRef("k.subject", "=", "s.subject")
        ).select(["s.application", "s.subject", "s.since", "k.wrapped_key as wrappedKey"]).where("s.application", "=", application).where("s.subject", "=", subject)
      );
      return row;
    },
    async consents(application, subject) {
      return all(
        sql.selectFrom("consents").selectAll().where("application", "=", application).where("subject", "=", subject).orderBy("id")
      ).map((row) => ({
        application,
        subject,
        granted: row.granted === 1,
        textVersion: row.text_version,
        actor: row.actor,
        at: row.at
      }));
    },
    async session(application, session) {
      const query = sql.selectFrom("sessions").selectAll();
      return all(query.where("application", "=", application).where("session", "=", session)).map(toSession)[0];
    },
    async sessions(application, { subject, limit }) {
      let query = sql.selectFrom("sessions").selectAll().where("application", "=", application);
      if (subject !== void 0) query = query.where("subject", "=", subject);
      return all(query.orderBy("opened_at", "desc").limit(limit)).map(toSession);
    },
    async expiredSessions(now, limit) {
      const query = sql.selectFrom("sessions").selectAll().where("state", "<>", "ended");
      return all(query.where("expires_at", "<=", now).limit(limit)).map(toSession);
    },
    async snapshot(application, session) {
      const query = sql.selectFrom("snapshots").selectAll();
      return all(query.where("application", "=", application).where("session", "=", session))[0];
    },
    async samples(application, subject, limit) {
      const query = sql.selectFrom("samples").selectAll();
      return all(
        query.where("application", "=", application).where("subject", "=", subject).orderBy("at", "desc").orderBy("id", "desc").limit(limit)
      );
    },
    async countSamples(application, subject) {
      const query = sql.selectFrom("samples").select(({ fn }) => fn.countAll().as("count"));
      return all(query.where("application", "=", application).where("subject", "=", subject))[0]?.count ?? 0;
    },
    async otherSamples(application, subject, limit) {
      const query = sql.selectFrom("samples").selectAll();
      return all(
        query.where("application", "=", application).where("subject", "<>", subject).orderBy("id").limit(limit)
      );
    },
    async references(application, subject) {
      const query = sql.selectFrom("references").selectAll();
      return all(query.where("application", "=", application).where("subject", "=", subject).orderBy("version")).map(
        ({ enrolled_at, active, ...row }) => ({ ...row, enrolledAt: enrolled_at, active: active === 1 })
      );
    },
    async decisions(application, subject) {
      const query = sql.selectFrom("decisions").selectAll();
      return all(
        query.where("application", "=", application).where("subject", "=", subject).orderBy("at").orderBy("id")
      ).map(({ sealed_reasons, ...row }) => ({ ...row, sealedReasons: sealed_reasons }));
    },
    async audit(application, after, limit) {
      const query = sql.selectFrom("audit").selectAll();
      return all(query.where("application", "=", application).where("id", ">", after).orderBy("id").limit(limit)).map(
        ({ application: _, detail, ...row }) => ({ ...row, detail: JSON.parse(detail) })
      );
    }
  };
}
function toSession(row) {
  const { opened_at, expires_at, last_event_at, pointer_events, sealed_context, ...rest } = row;
  return {
    ...rest,
    openedAt: opened_at,
    expiresAt: expires_at,
    lastEventAt: last_event_at,
    pointerEvents: pointer_events,
    sealedContext: sealed_context
  };
}

// packages/server/src/storage/sqlite/write.ts
function createWriter(connection) {
  const { run } = connection;
  const hot = createHotWrites(connection);
  return (write) => {
    switch (write.kind) {
      case "putSnapshot":
        return hot.putSnapshot(write.row);
      case "putReading":
        return hot.putReading(write.row);
      case "putApplication": {
        const { application, name, origins, createdAt } = write.row;
        const changes = { name, origins: JSON.stringify(origins) };
        return run(
          sql.insertInto("applications").values({ application, created_at: createdAt, ...changes }).onConflict((conflict) => conflict.column("application").doUpdateSet(changes))
        );
      }
      case "putApiKey": {
        const { application, role, label, hash, createdAt } = write.row;
        const older = sql.deleteFrom("api_keys").where("application", "=", application).where("role", "=", role);
        run(older.where("label", "=", label));
        return run(sql.insertInto("api_keys").values({ application, role, label, hash, created_at: createdAt }));
      }
      case "addSubject": {
        const { application, subject, since, wrappedKey } = write.row;
        run(sql.insertInto("subjects").values({ application, subject, since }));
        return run(sql.insertInto("subject_keys").values({ application, subject, wrapped_key: wrappedKey }));
      }
      case "addConsent": {
        const { granted, textVersion, ...row } = write.row;
        return run(sql.insertInto("consents").values({ ...row, granted: Number(granted), text_version: textVersion }));
      }
      case "addSession": {
        const { openedAt, expiresAt, lastEventAt, pointerEvents, sealedContext, ...row } = write.row;
        return run(
          sql.insertInto("sessions").values({
            ...row,
            opened_at: openedAt,
            expires_at: expiresAt,
            last_event_at: lastEventAt,
            pointer_events: pointerEvents,
            sealed_context: sealedContext
          })
        );
      }
      case "dropPending":
        return hot.dropPending(write.row);
      case "addSample":
        return run(sql.insertInto("samples").values(write.row));
      case "keepSamples":
        hot.keepSamples(write.row);
        return;
      case "addReference": {
        const { application, subject, enrolledAt, active, ...row } = write.row;
        const older = sql.updateTable("references").set({ active: 0 }).where("application", "=", application);
        run(older.where("subject", "=", subject));
        const values = { ...row, application, subject, enrolled_at: enrolledAt, active: Number(active) };
        return run(sql.insertInto("references").values(values));
      }
      case "addDecision": {
        const { sealedReasons, ...row } = write.row;
        return run(sql.insertInto("decisions").values({ ...row, sealed_reasons: sealedReasons }));
      }
      case "addOutcome":
        return run(sql.insertInto("outcomes").values(write.row));
      case "audit":
        return appendAudit(connection, write);
      case "eraseSubject":
        return eraseSubject2(connection, write.row.application, write.row.subject);
    }
  };
}
function createHotWrites({ statement }) {
  const replace = statement(
    "INSERT OR REPLACE INTO snapshots (application, session, through, sealed) VALUES (?, ?, ?, ?)"
  );
  const dropSnapshot = statement("DELETE FROM snapshots WHERE application = ? AND session = ?");
  const update = statement(
    "UPDATE sessions SET state = ?, last_event_at = ?, decision = ?, band = ?, trust = ?, keystrokes = ?, pointer_events = ? WHERE application = ? AND session = ?"
  );
  const forget = statement(
    `DELETE FROM samples WHERE application = ?1 AND subject = ?2 AND (at, id) <
     (SELECT at, id FROM samples WHERE application = ?1 AND subject = ?2 ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?3)`
  );
  return {
    putSnapshot({ application, session, through, sealed }) {
      replace.run([application, session, through, sealed]);
    },
    keepSamples({ application, subject, newest }) {
      forget.run([application, subject, newest - 1]);
    },
    dropPending({ application, session }) {
      dropSnapshot.run([application, session]);
    },
    putReading: ({ application, session, ...r }) => update.run([
      r.state,
      r.lastEventAt,
      r.decision,
      r.band,
      r.trust,
      r.keystrokes,
      r.pointerEvents,
      application,
      session
    ])
  };
}
function appendAudit({ all, run }, { application, draft }) {
  const own = sql.selectFrom("audit").select(["id", "hash"]).where("application", "=", application);
  const [last] = all(own.orderBy("id", "desc").limit(1));
  const entry = linkAudit(draft, (last?.id ?? 0) + 1, last?.hash ?? GENESIS);
  run(sql.insertInto("audit").values({ application, ...entry, detail: JSON.stringify(entry.detail) }));
}
function eraseSubject2({ run }, application, subject) {
  const sessions = sql.selectFrom("sessions").select("session").where("application", "=", application).where("subject", "=", subject);
  for (const table of ["subject_keys", "samples", "references", "decisions", "consents", "subjects"])
    run(sql.deleteFrom(table).where("application", "=", application).where("subject", "=", subject));
  for (const table of ["snapshots", "outcomes"])
    run(sql.deleteFrom(table).where("application", "=", application).where("session", "in", sessions));
  run(sql.deleteFrom("sessions").where("application", "=", application).where("subject", "=", subject));
}

// packages/server/src/storage/sqlite/open-sqlite.ts
var PAGE_BYTES = 4096;
function openSqlite(path, { maxBytes } = {}) {
  const connection = connect(path, maxBytes === void 0 ? {} : { maxPages: maxBytes / PAGE_BYTES });
  try {
    const limits = maxBytes === void 0 ? {} : { maxBytes };
    const journal = path === ":memory:" ? createMemoryJournal() : openFileJournal(dirname2(path), limits);
    return storageOf(connection, journal);
  } catch (error) {
    connection.driver.close();
    throw error;
  }
}
function storageOf(connection, journal) {
  const { driver } = connection;
  const write = createWriter(connection);
  return {
    ...createReads(connection),
    async commit(writes) {
      const { rows, others } = split2(writes);
      if (rows.length > 0) journal.append(rows);
      try {
        if (others.length > 0) commitTables(connection, journal, others, write);
      } catch (error) {
        if (rows.length > 0) journal.undo();
        throw error;
      }
      if (rows.length > 0) await journal.sync();
    },
    journal: journal.read,
    pendingSessions: async () => journal.pending(),
    async ping() {
      driver.prepare("SELECT 1").all([]);
    },
    async close() {
      await journal.close();
      driver.close();
    }
  };
}
function split2(writes) {
  const rows = [];
  const others = [];
  for (const write of writes)
    if (write.kind === "appendJournal") rows.push(write.row);
    else others.push(write);
  return { rows, others };
}
function commitTables(connection, journal, writes, write) {
  const { driver, transaction } = connection;
  const erased = writes.flatMap((one) => one.kind === "eraseSubject" ? sessionsOf(connection, one.row) : []);
  const erases = writes.some(({ kind }) => kind === "eraseSubject");
  if (erases) driver.exec("PRAGMA secure_delete = ON");
  transaction(() => {
    for (const one of writes) write(one);
  });
  for (const one of writes) {
    if (one.kind === "putSnapshot") journal.trim(one.row.application, one.row.session, one.row.through);
    if (one.kind === "dropPending") journal.trim(one.row.application, one.row.session, Number.POSITIVE_INFINITY);
  }
  for (const { application, session } of erased) journal.trim(application, session, Number.POSITIVE_INFINITY);
  if (erases) driver.exec("PRAGMA secure_delete = OFF; PRAGMA wal_checkpoint(TRUNCATE);");
}
function sessionsOf({ all }, { application, subject }) {
  const query = sql.selectFrom("sessions").select(["application", "session"]).where("application", "=", application);
  return all(query.where("subject", "=", subject));
}

// packages/server/src/service.ts
var SWEEP_MS = 1e3;
var IDLE_MS = 15 * 6e4;
var EXPIRY_EVERY = 60;
var EVERYTHING_EVERY = 5;
async function createService(given2) {
  const config = withDefaults(given2);
  const { system, now } = config;
  const log = createLogger(config.logLevel, config.logTo);
  const metrics = createMetrics();
  const { storage, keys } = await openFolder(config);
  const commits = createGroupCommit(storage, {
    onCommit(units, seconds) {
      metrics.commitUnits.observe(units);
      metrics.commitSeconds.observe(seconds);
    }
  });
  const subjects = createSubjects({ storage, commits, keys, system: systemId(system), now });
  const core = { storage, commits, keys, system, now, log, metrics, subjects, hub: createHub() };
  const tokens = createSessionTokens(await keys.derive("collector-token", 32));
  const deps = { ...core, tokens, live: createLiveSessions(core), sessionMs: config.sessionMs };
  await recoverSessions(deps);
  const app = await createApp(deps, config);
  const stopSweeping = startSweeping(deps);
  let url;
  let closing;
  const close = async () => {
    await app.close();
    await stopSweeping();
    await deps.live.sweep({ everything: true });
    await commits.settled();
    await storage.close();
    log.info("stopped");
  };
  return {
    app,
    get url() {
      if (url === void 0) throw new TypeError("the service does not listen yet");
      return url;
    },
    async listen() {
      url = await app.listen({ host: config.host, port: config.port });
      log.info({ url }, "listening");
      return url;
    },
    close: () => closing ??= close(),
    apiKeys: {
      add: (application, options) => addApiKey(deps, application, options),
      applications: async () => (await storage.applications()).map(({ name }) => name)
    }
  };
}
async function openFolder({ dataDir, maxBytes }) {
  const options = maxBytes === void 0 ? {} : { maxBytes };
  if (dataDir === ":memory:")
    return { storage: openSqlite(":memory:", options), keys: keyProviderOf(randomBytes7(32), "memory") };
  await mkdir2(dataDir, { recursive: true, mode: 448 });
  const storage = openSqlite(join4(dataDir, "habitus.db"), options);
  try {
    return { storage, keys: await openFileKeyProvider(join4(dataDir, "key")) };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
function startSweeping(deps) {
  let ticks = 0;
  let running2 = Promise.resolve();
  const sweep = async () => {
    ticks += 1;
    try {
      await deps.live.sweep({ everything: ticks % EVERYTHING_EVERY === 0, idleBefore: deps.now() - IDLE_MS });
      if (ticks % EXPIRY_EVERY === 0) await closeExpired(deps);
    } catch (error) {
      deps.metrics.failures.inc({ where: "sweep" });
      deps.log.warn(
        { error: error instanceof Error ? error.name : "unknown" },
        "maintenance failed; it is tried again"
      );
    }
  };
  const timer = setInterval(() => {
    running2 = running2.then(sweep);
  }, SWEEP_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running2;
  };
}

// packages/server/bench/load.ts
function runLoad(net, { port, lanes }, done) {
  let answered = 0;
  let refused = 0;
  let open3 = lanes.length;
  const started = performance.now();
  for (const lane of lanes) {
    let next = 0;
    let received = "";
    const socket = net.connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    const send = () => {
      const request = lane[next];
      next += 1;
      if (request === void 0) {
        socket.end();
        open3 -= 1;
        if (open3 === 0) done({ answered, refused, seconds: (performance.now() - started) / 1e3 });
        return;
      }
      const { path, token, mac, body } = request;
      socket.write(
        `POST ${path} HTTP/1.1\r
host: x\r
content-type: application/json\r
authorization: Bearer ${token}\r
habitus-mac: ${mac}\r
content-length: ${body.length}\r
\r
${body}`
      );
    };
    socket.setEncoding("latin1");
    socket.on("connect", send);
    socket.on("data", (text) => {
      received += text;
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
      if (received.length < end + 4 + length) return;
      if (received.startsWith("HTTP/1.1 2")) answered += 1;
      else refused += 1;
      received = received.slice(end + 4 + length);
      send();
    });
  }
}

// packages/server/bench/batches-bench.ts
var CONNECTIONS = 32;
var SUBJECTS = 8;
var EVENTS_PER_BATCH = 50;
var BATCHES_PER_SESSION = 100;
var ROUNDS = 3;
async function benchBatches({
  sessionsPerConnection = 3
} = {}) {
  const dataDir = await mkdtemp(join5(tmpdir(), "habitus-bench-"));
  const service = await createService({ dataDir, port: 0, logLevel: "silent", requestsPerMinute: 1e9 });
  const bare = await startBare();
  try {
    const apiKey = await service.apiKeys.add("bench");
    await service.listen();
    await enrolSubjects(service, apiKey);
    const rates = { ours: [], bare: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const lanes = await prepareLanes(service, apiKey, sessionsPerConnection, round);
      const bareRate = await measure(bare.port, lanes);
      const m0=await grab(service);const c0=process.cpuUsage();const w0=performance.now(); if(process.env.PROF) await prof('Profiler.start');const ourRate = await measure(Number(new URL(service.url).port), lanes);
      if(process.env.PROF) {const r=await prof('Profiler.stop');(await import('node:fs')).writeFileSync('/tmp/prof/p.cpuprofile',JSON.stringify(r.profile));}{const m1=await grab(service);const c=process.cpuUsage(c0);console.log({bareRate,ourRate,commits:m1.n-m0.n,units:(m1.u-m0.u)/(m1.n-m0.n),commitMs:(m1.s-m0.s)/(m1.n-m0.n)*1000,cpu:(c.user+c.system)/1000,wall:performance.now()-w0})} if (round === 0) continue;
      rates.ours.push(ourRate);
      rates.bare.push(bareRate);
    }
    const [ours, other] = [median(rates.ours), median(rates.bare)];
    return { ours, bare: other, ratio: ours / other };
  } finally {
    await bare.close();
    await service.close();
    await rm2(dataDir, { recursive: true, force: true });
  }
}
async function startBare() {
  const app = fastify2({ logger: false, bodyLimit: 512 * 1024 }).withTypeProvider();
  app.setValidatorCompiler(validatorCompiler2);
  app.post(
    "/v1/sessions/:session/batches",
    { schema: { body: wireBatchSchema } },
    async (request, reply) => reply.code(202).send({ accepted: request.body.e.length, nextSeq: request.body.seq + 1 })
  );
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { port: app.server.address().port, close: () => app.close() };
}
async function measure(port, lanes) {
  const source = `const { parentPort, workerData } = require("node:worker_threads");
    (${runLoad.toString()})(require("node:net"), workerData, (result) => parentPort.postMessage(result));`;
  const worker = new Worker(source, { eval: true, workerData: { port, lanes } });
  const { answered, refused, seconds } = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  if (refused > 0) throw new Error(`${refused} batches were refused, ${answered} accepted`);
  return answered / seconds;
}
async function prepareLanes(service, apiKey, sessions, round) {
  const lanes = [];
  for (let lane = 0; lane < CONNECTIONS; lane += 1) {
    const requests = [];
    for (let i = 0; i < sessions; i += 1) {
      const number = lane * sessions + i;
      const opened = await openSession2(service, apiKey, `subject-${number % SUBJECTS}`);
      requests.push(...signedBatches(opened, number % SUBJECTS, 1e3 * (round + 2) + number, BATCHES_PER_SESSION));
    }
    lanes.push(requests);
  }
  return lanes;
}
async function enrolSubjects(service, apiKey) {
  for (let subject = 0; subject < SUBJECTS; subject += 1)
    for (let i = 0; i < 3; i += 1) {
      const opened = await openSession2(service, apiKey, `subject-${subject}`);
      for (const { path, token, mac, body } of signedBatches(opened, subject, 10 * subject + i, BATCHES_PER_SESSION)) {
        const headers = { "content-type": "application/json", authorization: `Bearer ${token}`, "habitus-mac": mac };
        const answer = await service.app.inject({ method: "POST", url: path, headers, payload: body });
        if (answer.statusCode !== 202) throw new Error(`refused: ${answer.body}`);
      }
    }
  await sleep(1500);
  for (let subject = 0; subject < SUBJECTS; subject += 1) {
    const { enrolment } = await call(service, apiKey, "GET", `/v1/subjects/subject-${subject}`);
    if (enrolment?.state !== "enrolled") throw new Error(`subject-${subject} is not enrolled`);
  }
}
async function openSession2(service, apiKey, subject) {
  await call(service, apiKey, "PUT", `/v1/subjects/${subject}/consent`, { granted: true, textVersion: "1" });
  return await call(service, apiKey, "POST", "/v1/sessions", { subject });
}
async function call({ app }, apiKey, method, url, payload) {
  const headers = { authorization: `Bearer ${apiKey}` };
  return (await app.inject({ method, url, headers, ...payload && { payload } })).json();
}
function signedBatches(opened, subject, seed, count3) {
  const random = createRandom(seed);
  const key = Buffer.from(opened.channelKey, "base64url");
  const requests = [];
  let at = Date.now() - 9 * 6e4;
  for (let seq = 0; seq < count3; seq += 1) {
    const events = someUse(random, at, subject, seq * EVENTS_PER_BATCH);
    at = (events.at(-1)?.at ?? at) + 20;
    const body = JSON.stringify(encodeBatch({ stream: 1, seq, quantumMs: 0.1, lost: 0, events }));
    const mac = createHmac3("sha256", key).update(macInput(opened.session, body)).digest("hex");
    requests.push({ path: `/v1/sessions/${opened.session}/batches`, token: opened.collectorToken, mac, body });
  }
  return requests;
}
function someUse(random, from, subject, firstPress) {
  const events = [];
  let at = from;
  for (let i = 0; i < 10; i += 1) {
    const zone = KEY_ZONES[Math.floor(random() * 6)] ?? "space";
    const press = firstPress + i;
    const hold = Math.max(20, 60 + 12 * subject + 8 * gaussian(random));
    events.push({ kind: "key", at, phase: "down", zone, press, shortcut: false });
    events.push({ kind: "key", at: at + hold, phase: "up", zone, press, shortcut: false });
    at += Math.max(hold + 5, 150 + 20 * subject + 25 * gaussian(random));
  }
  let x = 300 + 200 * random();
  let y = 200 + 200 * random();
  for (let i = 0; i < 30; i += 1) {
    at += 16 + random();
    x += (4 + subject) * random();
    y += 4 * random();
    const place = { x: Math.round(10 * x) / 10, y: Math.round(10 * y) / 10 };
    const rest = { contact: 0, button: -1, buttons: 0, pressure: 0, size: 0 };
    events.push({ kind: "pointer", at, phase: "move", pointer: "mouse", ...place, ...rest });
  }
  return events;
}
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

// ../../tmp/srv-bench.ts
console.log(await benchBatches());

async function grab(service){const t=(await service.app.inject('/metrics')).body;const g=(n)=>Number(new RegExp('^'+n+' (.*)$','m').exec(t)[1]);return {n:g('habitus_commit_units_count'),u:g('habitus_commit_units_sum'),s:g('habitus_commit_seconds_sum')}}
