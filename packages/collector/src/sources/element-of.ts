/** Returns the element that an event is about, through open shadow roots; undefined for the document and the window. */
export function elementOf(event: Event): Element | undefined {
  const [target] = event.composedPath();
  return target instanceof Element ? target : undefined;
}
