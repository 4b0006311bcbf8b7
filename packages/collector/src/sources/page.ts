import type { Scope } from "../scope.ts";

/** Observes which page is shown, as a keyed hash of its name; also of an application that changes pages by itself. */
export function observePages({ on, emit, hash, pageName }: Scope): void {
  let shown: string | undefined;
  const look = (told: Pick<Event, "timeStamp">): void => {
    const name = pageName();
    if (name === shown) return;
    shown = name;
    emit(told, { kind: "page", page: hash(name) });
  };
  look({ timeStamp: performance.now() });
  const { navigation } = globalThis as { navigation?: EventTarget }; // Navigation API: not in every browser
  if (navigation) on("currententrychange", look, navigation);
  // Where it is missing, a change by pushState is noticed when a key or button is next let go.
  else for (const type of ["popstate", "pointerup", "keyup"] as const) on(type, look, window);
}
