/** What a family of features is about: for an analyst, and for the person who was measured. */
const FAMILIES: Readonly<Record<string, { readonly fact: string; readonly gentle: string }>> = {
  levels: { fact: "tempo and how long keys are held", gentle: "how fast you type and how long you hold keys" },
  shapes: { fact: "how evenly the timing is spread", gentle: "how even your typing is" },
  hands: { fact: "the timing of the two hands", gentle: "how your hands take turns" },
  regions: { fact: "the way over the keyboard", gentle: "how you move over the keyboard" },
  habits: { fact: "corrections, capitals and overlapping keys", gentle: "how you correct yourself and write capitals" },
  words: { fact: "pauses in words and between them", gentle: "where you pause" },
  dynamics: { fact: "how one timing leads to the next", gentle: "how one of your keys follows another" },
  device: { fact: "how often the mouse is read", gentle: "which mouse you use" },
  buttons: { fact: "how long buttons are held", gentle: "how you click" },
  pauses: { fact: "rests before clicks and between movements", gentle: "where your hand rests" },
  speed: { fact: "speed and its changes", gentle: "how fast you move and slow down" },
  turns: { fact: "turns on the way", gentle: "how straight you move" },
  steps: { fact: "the size of single steps", gentle: "how fine your movements are" },
  page: { fact: "the pages visited", gentle: "which pages you visit" },
  pageOrder: { fact: "the order of pages", gentle: "in which order you visit pages" },
  fieldOrder: { fact: "the order of fields", gentle: "in which order you fill in forms" },
  hour: { fact: "the hour of the day", gentle: "the time of day" },
  weekday: { fact: "the day of the week", gentle: "the day of the week" },
  timeZone: { fact: "the time zone", gentle: "your time zone" },
  language: { fact: "the language", gentle: "your language" },
  country: { fact: "the country", gentle: "the country you are in" },
  network: { fact: "the network", gentle: "the network you use" },
  screen: { fact: "the screen", gentle: "your screen" },
  pointerType: { fact: "mouse, pen or finger", gentle: "whether you use a mouse, a pen or a finger" },
  scrollDevice: { fact: "wheel or trackpad", gentle: "what you scroll with" },
  act: { fact: "what is done how often", gentle: "what you do how often" },
  shortcut: { fact: "shortcut or menu", gentle: "whether you use shortcuts" },
  fieldReached: { fact: "how fields are reached", gentle: "how you go to the next field" },
  pauseLength: { fact: "the length of pauses", gentle: "how long you pause" },
  correction: { fact: "how corrections are made", gentle: "how you correct yourself" },
  together: {
    fact: "what keyboard and pointer say at the same time",
    gentle: "how your typing and pointing go together",
  },
  tap: { fact: "taps: how long, how still, how hard", gentle: "how you tap" },
  swipe: { fact: "swipes: speed, length and bow", gentle: "how you swipe" },
  soft: { fact: "the tempo on the soft keyboard", gentle: "how fast you type on the screen" },
  shape: { fact: "direction, length and bow of movements", gentle: "which way your movements bend" },
  holds: { fact: "how long the keys of the phrase are held", gentle: "how long you hold keys" },
  latencies: { fact: "the time between the keys of the phrase", gentle: "the time between your keys" },
  holdsJointly: { fact: "how the holds of the phrase go together", gentle: "how long you hold keys" },
  latenciesJointly: { fact: "how the times of the phrase go together", gentle: "the rhythm of your keys" },
  slower: { fact: "a slower tempo than usual", gentle: "how fast you type" },
  faster: { fact: "a faster tempo than usual", gentle: "how fast you type" },
  holdsLonger: { fact: "keys held longer than usual", gentle: "how long you hold keys" },
  holdsShorter: { fact: "keys held shorter than usual", gentle: "how long you hold keys" },
  rhythm: { fact: "the rhythm of the phrase beside its tempo", gentle: "the rhythm of your keys" },
  holdPattern: { fact: "which keys of the phrase are held longer", gentle: "which keys you hold longer" },
  morePronounced: { fact: "a more pronounced rhythm than usual", gentle: "the rhythm of your keys" },
  flatter: { fact: "a flatter rhythm than usual", gentle: "the rhythm of your keys" },
  worstTimes: { fact: "the times that are furthest from usual", gentle: "single keys" },
  worstJointly: { fact: "the times that are furthest from usual together", gentle: "single keys" },
  bestTimes: { fact: "the times that are nearest to usual", gentle: "single keys" },
};

/** Returns in words what a feature or family of an `Evidence` is about; one without words keeps its name. */
export function featureWords(name: string): string {
  return wordsOf(name)?.fact ?? name;
}

/** Returns what to tell the person who was measured; undefined for a feature that has no words for them. */
export function gentleFeatureWords(name: string): string | undefined {
  return wordsOf(name)?.gentle;
}

function wordsOf(name: string) {
  return Object.hasOwn(FAMILIES, name) ? FAMILIES[name] : undefined;
}
