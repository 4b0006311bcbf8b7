export { type ComparatorLaws, checkComparator } from "./check-comparator.ts";
export { checkExtractor } from "./check-extractor.ts";
export { checkFixedText } from "./check-fixed-text.ts";
export { checkTrust } from "./check-trust.ts";
export { type Habit, oddSample, randomSample } from "./random-sample.ts";
