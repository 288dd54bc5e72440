const types = new Map<string, CustomElementConstructor>();

/**
 * Defines a custom element, as Lit's own decorator does, unless the page has one of that name already: the scripts of two
 * agents on one page bring the same elements, and the first ones serve both. In the npm package the elements wait for
 * `defineElements`.
 */
export function element(tag: keyof HTMLElementTagNameMap) {
  return (type: CustomElementConstructor): void => {
    types.set(tag, type);
    if (!__IN_PACKAGE__) define(tag, type);
  };
}

/** Defines all elements that were imported and that the page does not have yet. */
export function defineElements(): void {
  for (const [tag, type] of types) define(tag, type);
}

function define(tag: string, type: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, type);
}
