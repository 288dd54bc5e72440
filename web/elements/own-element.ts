import { LitElement } from 'lit';
import { sheetFor } from '../browser/documents.ts';

/** Base of all elements here: keeps their styles in whatever document they are moved to. */
export class OwnElement extends LitElement {
  /** Lit would adopt style sheets of the script's document, which throws in another document. */
  protected override createRenderRoot(): ShadowRoot {
    const { shadowRootOptions } = typeOf(this);
    const root = this.attachShadow(shadowRootOptions);
    this.#adoptStyles(root);
    return root;
  }

  /** The browser has removed the style sheets of the other document. */
  adoptedCallback(): void {
    if (this.shadowRoot !== null) this.#adoptStyles(this.shadowRoot);
  }

  #adoptStyles(root: ShadowRoot): void {
    root.adoptedStyleSheets = typeOf(this).elementStyles.flatMap(
      (style) => ('cssText' in style ? sheetFor(this, style) : style) ?? [],
    );
  }
}

function typeOf({ constructor }: OwnElement): typeof OwnElement {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript has no type for it
  return constructor as typeof OwnElement;
}
