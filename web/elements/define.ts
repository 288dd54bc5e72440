/**
 * Defines a custom element, as Lit's own decorator does, unless the page has one of that name already: the scripts of two
 * agents on one page bring the same elements, and the first ones serve both.
 */
export function element(tag: keyof HTMLElementTagNameMap) {
  return (type: CustomElementConstructor): void => {
    if (customElements.get(tag) === undefined) customElements.define(tag, type);
  };
}
