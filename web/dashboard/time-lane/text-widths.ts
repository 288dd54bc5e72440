/** Widths of texts in the font of an element, measured without a layout of the page. */
export class TextWidths {
  readonly #widths = new Map<string, number>();
  readonly #context = document.createElement('canvas').getContext('2d');

  /** Call it when the font may be another one. */
  setFont(element: Element): void {
    const { fontSize, fontFamily } = getComputedStyle(element);
    const font = `${fontSize} ${fontFamily}`;
    if (this.#context === null || this.#context.font === font) return;
    this.#context.font = font;
    this.#widths.clear();
  }

  /** CSS pixels. */
  of(text: string): number {
    const known = this.#widths.get(text);
    if (known !== undefined) return known;
    const width = Math.ceil(this.#context?.measureText(text).width ?? 0);
    this.#widths.set(text, width);
    return width;
  }
}
