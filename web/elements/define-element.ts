const types = new Map<string, CustomElementConstructor>();
/** Whether importing an element defines it. */
let isDefining = !__IN_PACKAGE__;

/**
 * Defines a custom element, like Lit's decorator, unless the page already has one of that name: the scripts of two agents on one
 * page bring the same elements, and the first ones serve both. In the npm package, elements wait for `defineElements`.
 */
export function element(tag: keyof HTMLElementTagNameMap) {
  return (type: CustomElementConstructor): void => {
    types.set(tag, type);
    if (isDefining) define(tag, type);
  };
}

/** Defines all elements that the page does not have yet, including those loaded later. */
export function defineElements(): void {
  isDefining = true;
  for (const [tag, type] of types) define(tag, type);
}

function define(tag: string, type: CustomElementConstructor): void {
  if (customElements.get(tag) === undefined) customElements.define(tag, type);
}
