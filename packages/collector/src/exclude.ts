/** The attribute that hides an element and all in it from the collector. */
const IGNORE = "data-habitus-ignore";
const SECRET_PURPOSE = /(^|\s)(cc-|one-time-code|(current|new)-password)/;
const SECRET_NAME = /passw|passcode|pwd|cvv|cvc|card.?num|one.?time|(^|[^a-z])(otp|pin)([^a-z]|$)/i;
const FIELDS = /^(input|textarea|select)$/;

/** Returns whether nothing of this event may be observed. */
export type Exclusion = (event: Event) => boolean;

/**
 * Returns the rule of what is never observed: password, payment and one-time-code fields, by type, purpose
 * (`autocomplete`) or name, and anything under `data-habitus-ignore`, through open shadow roots. A field that was ever seen
 * as a password stays one when the page shows it as text. What a closed shadow root holds cannot be told, so its host gets
 * no keyboard, focus or edit events either.
 */
export function createExclusion(signal: AbortSignal): Exclusion {
  const passwords = new WeakSet<EventTarget>();
  const toggles = new MutationObserver((changes) => {
    for (const { oldValue, target } of changes) if (/^password$/i.test(oldValue ?? "")) passwords.add(target);
  });
  toggles.observe(document, { attributeFilter: ["type"], attributeOldValue: true, subtree: true });
  signal.addEventListener("abort", () => toggles.disconnect());

  const isSecret = (element: Element): boolean => {
    if (!FIELDS.test(element.localName)) return false;
    const of = (name: string): string => element.getAttribute(name) ?? "";
    if (/^password$/i.test(of("type"))) passwords.add(element);
    return (
      passwords.has(element) ||
      SECRET_PURPOSE.test(of("autocomplete").toLowerCase()) ||
      SECRET_NAME.test(of("name")) ||
      SECRET_NAME.test(of("id"))
    );
  };

  return (event) => {
    const path = event.composedPath();
    const [target] = path;
    if (target instanceof HTMLElement && !(event instanceof MouseEvent) && isClosed(target)) return true;
    return path.some((node) => node instanceof Element && (node.hasAttribute(IGNORE) || isSecret(node)));
  };
}

function isClosed({ localName, shadowRoot, isContentEditable }: HTMLElement): boolean {
  return localName.includes("-") && shadowRoot === null && !isContentEditable;
}
