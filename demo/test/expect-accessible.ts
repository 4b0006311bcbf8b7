import type { Page } from "playwright-core";
import { expect } from "vitest";

/** One main heading and landmark, a name for every control, nothing wider than the screen, a visible focus, large targets. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const isShown = (element: Element): boolean => element.getClientRects().length > 0;
    const nameOf = (element: HTMLElement): string => {
      const labels = "labels" in element ? [...((element as HTMLInputElement).labels ?? [])] : []; // every form control has them
      const label = element.getAttribute("aria-label") ?? labels.map(({ textContent }) => textContent).join(" ");
      return (label || element.textContent || "").trim();
    };
    const controls = [...document.querySelectorAll<HTMLElement>("a[href], button, input, textarea, select, summary")];
    const shown = controls.filter(isShown).filter((element) => !element.classList.contains("skip"));
    return {
      overflowPx: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      lang: document.documentElement.lang,
      mains: document.querySelectorAll("main").length,
      headings: [...document.querySelectorAll("h1")].filter(isShown).length,
      nameless: shown.filter((element) => nameOf(element) === "").map(({ outerHTML }) => outerHTML.slice(0, 120)),
      small: shown
        .filter((element) => element.localName !== "a" && Math.min(element.offsetWidth, element.offsetHeight) < 24)
        .filter((element) => !(element instanceof HTMLInputElement && element.labels?.length))
        .map(({ outerHTML }) => outerHTML.slice(0, 120)),
      inlineStyles: document.querySelectorAll("[style]").length,
    };
  });
  expect(found, where).toEqual({
    overflowPx: 0,
    lang: "en",
    mains: 1,
    headings: 1,
    nameless: [],
    small: [],
    inlineStyles: 0,
  });
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
    return `${outlineStyle} ${outlineWidth}`;
  });
  expect(outline, `focus on ${where}`).toBe("solid 3px");
  await page.keyboard.press("Shift+Tab");
}

export async function tabTo(page: Page, id: string): Promise<void> {
  for (let i = 0; i < 10; i += 1) {
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`#${id} is not among the first ten stops of the tab key`);
}
