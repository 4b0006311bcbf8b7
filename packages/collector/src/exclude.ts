/** The attribute that hides an element and all in it from the collector. */
const IGNORE = "data-habitus-ignore";
/** The attribute by which a page has the typing into a field compared, secret or not: its value names the phrase. */
export const PHRASE = "data-habitus-phrase";
/** Looked for in a field's type, purpose (`autocomplete`), name and id. */
const SECRET = /passw|passcode|pwd|\bcc-|card.?num|cv[cv]|one.?time|(^|[^a-z])(otp|pin)(?![a-z])/i;
const NAMES = ["type", "autocomplete", "name", "id"];

/** Fields that were once known as secret: they stay so. */
const secrets = new WeakSet<EventTarget>();

/** Returns whether nothing of this event may be observed. */
export type Exclusion = (event: Event) => boolean;

/**
 * Returns the rule of what is never observed: password, payment and one-time-code fields, by type, purpose
 * (`autocomplete`) or name, and anything under `data-habitus-ignore`, through open shadow roots. A field that was ever seen
 * as a password stays one when the page shows it as text. What a closed shadow root holds cannot be told, so its host gets
 * no keyboard, focus or edit events either.
 */
export function createExclusion(signal: AbortSignal): Exclusion {
  const toggles = new MutationObserver((changes) => {
    for (const { oldValue, target } of changes) if (oldValue && SECRET.test(oldValue)) secrets.add(target);
  });
  toggles.observe(document, { attributeFilter: ["type"], attributeOldValue: true, subtree: true });
  signal.addEventListener("abort", () => toggles.disconnect());

  return (event) => {
    const path = event.composedPath();
    const [target] = path;
    const isClosed = target instanceof Element && target.localName.includes("-") && !target.shadowRoot;
    if (isClosed && !(event instanceof MouseEvent)) return true;
    return path.some(
      (node) =>
        node instanceof Element && (node.hasAttribute(IGNORE) || (isSecret(node) && !node.hasAttribute(PHRASE))),
    );
  };
}

function isSecret(element: Element): boolean {
  if (!/^(input|textarea|select)$/.test(element.localName)) return false;
  if (NAMES.some((name) => SECRET.test(element.getAttribute(name) ?? ""))) secrets.add(element);
  return secrets.has(element);
}
