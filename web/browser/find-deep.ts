/** All elements below `root` that match, through open shadow roots. Walks the whole tree: only for what the reader asks for once. */
export function* findDeep(root: ParentNode, selector: string): Generator<Element> {
  for (const element of root.querySelectorAll('*')) {
    if (element.matches(selector)) yield element;
    if (element.shadowRoot !== null) yield* findDeep(element.shadowRoot, selector);
  }
}
