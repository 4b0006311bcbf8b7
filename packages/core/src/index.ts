export * from "./comparison/comparator.ts";
export {
  type CompareOptions,
  comparePhrase,
  type EnrolledPhrase,
  enrolPhrase,
  FEWEST_REPETITIONS,
  FIXED_TEXT_SYSTEM,
} from "./comparison/fixed-text/fixed-text.ts";
export { type PhraseModel, traitNames, type Weighting } from "./comparison/fixed-text/phrase-model.ts";
export { NEW_PHRASE_PRACTICE } from "./comparison/fixed-text/practice.ts";
export { FIXED_TEXT_COMPARATOR } from "./comparison/fixed-text/read-reference.ts";
export {
  adaptPhrase,
  confirmPhrase,
  followPhrase,
  type UpdatedPhrase,
  type UpdateOptions,
} from "./comparison/fixed-text/update-phrase.ts";
export { decodeForest, encodeForest } from "./comparison/forest/encode-forest.ts";
export { type Forest, type ForestOptions, trainForest } from "./comparison/forest/forest.ts";
export { attributeForest, forestImportances, predictForest } from "./comparison/forest/predict-forest.ts";
export { boundByLapse, compareSitting, type Expected } from "./comparison/plda/compare-sitting.ts";
export { type Followed, followSitting, type PldaSitting } from "./comparison/plda/follow-sitting.ts";
export {
  comparatorId,
  comparePerson,
  compareTogether,
  enrolPerson,
  readPerson,
  sumWindows,
  windowSize,
} from "./comparison/plda/plda-comparator.ts";
export { latentOf, type PldaModel, projectOn } from "./comparison/plda/plda-model.ts";
export {
  DEVICE_CHANGE,
  floorLlr,
  type KnownPerson,
  knowPerson,
  LLR_FLOOR,
  mixBranches,
  pointerLlr,
  type SeenSitting,
  seenSitting,
} from "./comparison/pointer/compare-windows.ts";
export { againstKnown, type KnownPeople } from "./comparison/pointer/known-people.ts";
export { domainRatio, nearestSitting, OTHER_DOMAIN } from "./comparison/pointer/nearest-sitting.ts";
export {
  type ArmsSitting,
  armsId,
  compareArms,
  enrolArms,
  followArms,
  type PointerArms,
} from "./comparison/pointer/pointer-arms.ts";
export * from "./comparison/pointer/pointer-model.ts";
export { PRESENCE_PATTERNS, type PresencePattern, presencePattern } from "./comparison/presence.ts";
export { createRandomForest } from "./comparison/random-forest.ts";
export type { FacetModel, UsageModel } from "./comparison/usage/usage-model.ts";
export { addUsageTo } from "./comparison/usage/usage-reference.ts";
export * from "./error.ts";
export { estimateQuantum } from "./events/clock.ts";
export * from "./events/event.ts";
export * from "./events/key-zone.ts";
export { pairKeystrokes } from "./events/keystrokes.ts";
export { orderEvents } from "./events/order.ts";
export * from "./events/segment.ts";
export { calibratedCross } from "./evidence/calibrated-cross.ts";
export {
  CROSS_CHECK,
  type CrossModel,
  type CrossState,
  crossCheck,
  crossLlr,
  togetherLlr,
} from "./evidence/cross-check.ts";
export * from "./evidence/evidence.ts";
export { type FusionWeights, fuse, independent, sharesOf } from "./evidence/fuse.ts";
export { type EvidenceAbout, type ModalityShare, shareByModality } from "./evidence/share-by-modality.ts";
export * from "./features/extractor.ts";
export { packPhrase, unpackPhrase } from "./features/fixed-text/pack-phrase.ts";
export { PHRASE_ABSENCES, PHRASE_EXTRACTOR, type Phrase, type PhraseAbsence } from "./features/fixed-text/phrase.ts";
export { phraseOfKeys } from "./features/fixed-text/phrase-of-keys.ts";
export { endMarked, type MarkedPhrase, type OpenPhrase, readMarked } from "./features/fixed-text/read-marked.ts";
export { type ReadPhrasesOptions, readPhrases, type TypedField } from "./features/fixed-text/read-phrases.ts";
export { RHYTHM_EXTRACTOR, RHYTHM_FAMILIES, rhythmExtractor } from "./features/keystroke/rhythm/rhythm-extractor.ts";
export {
  type CutterState,
  cutEvent,
  cutStrokes,
  emptyCutter,
  flushCutter,
  type StrokeFlaws,
} from "./features/pointer/strokes/cut-strokes.ts";
export type { Stroke, StrokeKind } from "./features/pointer/strokes/stroke.ts";
export { addCounts, COUNT_GROUPS } from "./features/pointer/strokes/stroke-counts.ts";
export { STROKE_FEATURES, strokeFeatures } from "./features/pointer/strokes/stroke-features.ts";
export { strokesExtractor } from "./features/pointer/strokes/strokes-extractor.ts";
export { tracePath } from "./features/pointer/strokes/trace-path.ts";
export {
  addSums,
  packSums,
  strokeSums,
  totalSums,
  unpackSums,
  WINDOW_SUMS,
} from "./features/pointer/strokes/window-sums.ts";
export {
  BEHAVIOUR_VALUES,
  WINDOW_VECTOR,
  windowVector,
} from "./features/pointer/strokes/window-vector.ts";
export { cutSittings, SITTING_PAUSE_MS } from "./features/sittings.ts";
export { fromTutorialRow, TUTORIAL_FEATURES, toTutorialRow, tutorialExtractor } from "./features/tutorial.ts";
export type { Circumstances } from "./features/usage/circumstances.ts";
export { FACET_NAMES, type FacetName, type UsageFact } from "./features/usage/facets.ts";
export { joinUsage } from "./features/usage/join-usage.ts";
export type { UsagePending } from "./features/usage/read-facts.ts";
export { readUsage, type Usage } from "./features/usage/read-usage.ts";
export { addUsage, emptyUsage, type UsageState } from "./features/usage/usage.ts";
export { factsOfSet as factsOfUsage, usageSet as usageWindow } from "./features/usage/usage-set.ts";
export * from "./math/random.ts";
export { logit, moments, shuffle } from "./math/stats.ts";
export {
  type Background,
  decodeBackground,
  encodeBackground,
  type PrivacyPromise,
  type Provenance,
} from "./models/background.ts";
export { type Backgrounds, decodeBackgrounds, encodeBackgrounds } from "./models/backgrounds.ts";
export { BACKGROUND_PATTERNS, type BackgroundPattern, drawBackground } from "./models/baseline-background.ts";
export {
  decodePointerBackground,
  encodePointerBackground,
  type PointerBackground,
} from "./models/pointer-background.ts";
export { KNOWN_BY_HEART, NEWLY_INVENTED } from "./models/shipped-phrases.ts";
export { shippedPointer } from "./models/shipped-pointer.ts";
export { shippedTouch } from "./models/shipped-touch.ts";
export { shippedTyping } from "./models/shipped-typing.ts";
export { shippedUsage } from "./models/shipped-usage.ts";
export { decodeTouchBackground, encodeTouchBackground, type TouchBackground } from "./models/touch-background.ts";
export { decodeUsageBackground, encodeUsageBackground, type UsageBackground } from "./models/usage-background.ts";
export { band } from "./policy/band.ts";
export { checkTargets, LOWEST_STEP_UP } from "./policy/check-targets.ts";
export {
  BOUNDS,
  type CompiledPolicy,
  type CompileInput,
  compilePolicy,
  MOST_WIDENING,
} from "./policy/compile-policy.ts";
export * from "./policy/decide.ts";
export { explainEvidence, factReason, gentleText, loudestFeature } from "./policy/explain.ts";
export { featureWords, gentleFeatureWords } from "./policy/feature-words.ts";
export * from "./policy/look-memory.ts";
export * from "./policy/policy.ts";
export { baselinePolicy, habitusPolicy } from "./policy/presets.ts";
export { balanced, POLICY_PRESETS, quiet, strict } from "./policy/presets-targets.ts";
export * from "./policy/score-history.ts";
export * from "./policy/simulate-policy.ts";
export * from "./policy/targets.ts";
export * from "./policy/use-trace.ts";
export { account, type Release, type Spent } from "./privacy/accountant.ts";
export { deltaOf, epsilonOf, type PrivacyBudget, sigmaFor } from "./privacy/gaussian-mechanism.ts";
export { keyedRotation } from "./privacy/keyed-rotation.ts";
export {
  agreement,
  type Coder,
  codePerson,
  createCoder,
  directionOf,
  expectFromCode,
  signsOf,
} from "./privacy/person-code.ts";
export {
  CODE_BITS,
  openProtected,
  type Protection,
  protectedId,
  protectReference,
} from "./privacy/protected-reference.ts";
export { baseline, forestLlr } from "./systems/baseline.ts";
export { baselinePrinted, printedConfidence } from "./systems/baseline-printed.ts";
export { BASELINE_WINDOWS } from "./systems/baseline-windows.ts";
export { createHabitus, habitus } from "./systems/habitus.ts";
export { HABITUS_WINDOWS } from "./systems/habitus-windows.ts";
export { findSystem, systems } from "./systems/index.ts";
export {
  type Followed as FollowedSession,
  type JudgedSet,
  judgeSet,
  type Look,
  putToTrust,
  type Trusted,
  trustNow,
} from "./systems/judge-set.ts";
export { type KnownPhrase, learnRepetition, REPETITIONS_KEPT, UNKNOWN_PHRASE } from "./systems/known-phrase.ts";
export {
  EVIDENCE_KEPT,
  isEnrolmentDue,
  SAMPLES_KEPT,
  SUPPORT_KEPT,
  SUPPORT_OF_SESSION,
} from "./systems/learning.ts";
export { createPointing, POINTING_WINDOWS, pointing } from "./systems/pointing.ts";
export {
  inSinglePrecision,
  type Read,
  type Reader,
  type ReaderState,
  type Reading,
  readerOf,
  type SeenCounts,
} from "./systems/reader.ts";
export { findReader } from "./systems/readers.ts";
export {
  firstEvidence,
  judgeSignIn,
  learnSignIn,
  type SignIn,
  type SignInOptions,
  signInPhrase,
  trustAtSignIn,
} from "./systems/sign-in.ts";
export type { SupportingPart } from "./systems/supporting.ts";
export * from "./systems/system.ts";
export { createTouch, touch } from "./systems/touch.ts";
export { createTyping } from "./systems/typing.ts";
export { createUsage, type UsagePart, usage } from "./systems/usage.ts";
export {
  createWindowSegmenter,
  pendingKeystrokes,
  type WindowOptions,
  type WindowState,
} from "./systems/window-segmenter.ts";
export { type MeanOfLastTen, meanOfLastTen } from "./trust/mean-of-last-ten.ts";
export { type PersonAndChange, personAndChange } from "./trust/person-and-change.ts";
export * from "./trust/trust.ts";
