// Runs one bundled bench in a process of its own, so that none warms up or slows down another, and sends its rows.
const [run] = Object.values(await import(process.argv[2]));
process.send(await run(), () => process.exit());
