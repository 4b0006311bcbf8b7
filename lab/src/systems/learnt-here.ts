/** Where a background comes from that the lab learnt for one run, and that is never kept. */
export const LEARNT_HERE = {
  data: [],
  people: 0,
  windows: 0,
  furtherSittings: 0,
  fittedAt: "",
  software: "lab",
  note: "",
} as const;
