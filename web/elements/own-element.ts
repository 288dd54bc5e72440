import { LitElement } from 'lit';
import { sheetFor } from '../documents.ts';

/** What all elements here are: they look the same in every document that they are moved into. */
export class OwnElement extends LitElement {
  /** Lit would adopt sheets of the script's document, which throws where the element was put into another one. */
  protected override createRenderRoot(): ShadowRoot {
    const { shadowRootOptions } = typeOf(this);
    const root = this.attachShadow(shadowRootOptions);
    this.#adoptStyles(root);
    return root;
  }

  /** The browser has taken the style sheets of the other document away. */
  adoptedCallback(): void {
    if (this.shadowRoot !== null) this.#adoptStyles(this.shadowRoot);
  }

  #adoptStyles(root: ShadowRoot): void {
    root.adoptedStyleSheets = typeOf(this).elementStyles.flatMap(
      (style) => ('cssText' in style ? sheetFor(this, style) : style) ?? [],
    );
  }
}

function typeOf({ constructor }: LitElement): typeof LitElement {
  return isElementType(constructor) ? constructor : LitElement;
}

function isElementType(type: object): type is typeof LitElement {
  return 'elementStyles' in type;
}
