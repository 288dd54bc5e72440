const TYPING =
  'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]:not([contenteditable="false"]), dialog';
/** Elements that handle Space themselves. */
const CONTROLS = 'a[href], button, input:not([type="radio"]:checked), summary';

/**
 * Calls the action of a key (`KeyboardEvent.key`, letters in lower case) unless the reader is typing or the key already has a meaning
 * where the focus is. Returns the undo.
 * @param isOn whether printable keys are shortcuts: speech input or a tremor can trigger them by mistake (WCAG 2.1.4)
 */
export function followShortcuts(
  actions: Readonly<Record<string, () => void>>,
  isOn: () => boolean,
): () => void {
  const press = (event: KeyboardEvent): void => {
    // Caps lock must not matter.
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[key];
    if (action === undefined || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (key.length === 1 && !isOn()) return;
    const isIn = (selector: string): boolean =>
      event.composedPath().some((node) => node instanceof Element && node.matches(selector));
    if (isIn(TYPING) || (key === ' ' && isIn(CONTROLS))) return;
    event.preventDefault();
    // A held key would toggle back and forth.
    if (!event.repeat) action();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

/** Calls `open` at Ctrl-K or Cmd-K, wherever the focus is. */
export function followPaletteKeys(open: () => void): void {
  document.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (key.toLowerCase() !== 'k' || ctrlKey === metaKey || altKey || shiftKey || event.defaultPrevented)
      return;
    event.preventDefault();
    open();
  });
}
