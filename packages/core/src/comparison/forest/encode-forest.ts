import { ByteReader, ByteWriter } from "../bytes.ts";
import {
  type Forest,
  MAXIMUM_DEPTH,
  MAXIMUM_FEATURES,
  MAXIMUM_ROWS,
  MAXIMUM_TREES,
  type NodeLists,
  toForest,
} from "./forest.ts";

const MAGIC = 0x48_46; // "HF"
const VERSION = 1;

/**
 * Returns the forest as bytes: header, then the nodes of each tree in preorder. A split is its feature (variable length, plus
 * one) and its threshold (single precision); a leaf is a zero and its two counts. All else follows from these.
 */
export function encodeForest(forest: Forest): Uint8Array {
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

/** Returns the forest of these bytes. Throws a `CoreError` with code `malformedReference` for anything that `encodeForest` did not write. */
export function decodeForest(bytes: Uint8Array): Forest {
  const reader = new ByteReader(bytes);
  if (reader.uint16() !== MAGIC) reader.fail("this is no forest");
  const version = reader.uint8();
  if (version !== VERSION) reader.fail(`the forest has layout version ${version}, this program reads ${VERSION}`);
  const features = reader.varint(MAXIMUM_FEATURES);
  const trees = reader.varint(MAXIMUM_TREES);
  if (features === 0 || trees === 0) reader.fail("a forest has at least one feature and one tree");
  const nodes: NodeLists = { feature: [], threshold: [], right: [], negatives: [], positives: [] };
  const roots = new Int32Array(trees);
  for (let tree = 0; tree < trees; tree += 1) {
    roots[tree] = nodes.feature.length;
    readNode(reader, nodes, features, 0);
  }
  reader.end();
  return toForest(features, roots, nodes);
}

/** Reads a node and all under it. Recursion is bounded by the depth limit, the number of nodes by the bytes there are. */
function readNode(reader: ByteReader, nodes: NodeLists, features: number, depth: number): number {
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
