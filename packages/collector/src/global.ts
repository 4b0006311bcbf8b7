import { start } from "./start.ts";

// What a page gets that loads the single file by a script element: the global `Habitus`.
Object.assign(globalThis, { Habitus: { start } });
