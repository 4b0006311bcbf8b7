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
  on("popstate", look, window);
  on("hashchange", look, window);
  const { navigation } = globalThis as { navigation?: EventTarget }; // Navigation API: not in every browser
  // Where it is missing, a change by pushState is noticed at the next press.
  if (navigation) on("currententrychange", look, navigation);
  else for (const type of ["pointerup", "keyup"] as const) on(type, look);
}
