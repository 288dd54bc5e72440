import { LitElement, type CSSResult } from 'lit';
import { sheetFor } from '../documents.ts';

/** What all elements here are: they look the same in every document that they are moved into. */
export class OwnElement extends LitElement {
  /** Lit would adopt sheets of the script's document, which throws where the element was put into another one. */
  protected override createRenderRoot(): ShadowRoot {
    const root = this.attachShadow(this.#type.shadowRootOptions);
    this.#adoptStyles(root);
    return root;
  }

  /** The browser has taken the style sheets of the other document away. */
  adoptedCallback(): void {
    if (this.shadowRoot !== null) this.#adoptStyles(this.shadowRoot);
  }

  #adoptStyles(root: ShadowRoot): void {
    const styles = this.#type.elementStyles as readonly CSSResult[];
    root.adoptedStyleSheets = styles.flatMap((style) => sheetFor(this, style) ?? []);
  }

  get #type(): typeof LitElement {
    return this.constructor as typeof LitElement;
  }
}
