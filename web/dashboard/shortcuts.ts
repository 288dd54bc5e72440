const TYPING =
  'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]:not([contenteditable="false"]), dialog';
/** What Space means something to. */
const CONTROLS = 'a[href], button, input:not([type="radio"]:checked), summary';

/**
 * Calls what `actions` has for a key (as `KeyboardEvent.key` names it), where that key has no other meaning: not while
 * something is typed, nor Space on a control. Returns the undo.
 * @param isOn asked for keys that print something: people who dictate, or whose hands tremble, may switch them off
 */
export function followShortcuts(
  actions: Readonly<Record<string, () => void>>,
  isOn: () => boolean,
): () => void {
  const press = (event: KeyboardEvent): void => {
    // With a shift that is locked as well.
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[key];
    if (action === undefined || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (key.length === 1 && !isOn()) return;
    const isIn = (selector: string): boolean =>
      event.composedPath().some((node) => node instanceof Element && node.matches(selector));
    if (isIn(TYPING) || (key === ' ' && isIn(CONTROLS))) return;
    event.preventDefault();
    // Held down, it would go to and fro.
    if (!event.repeat) action();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}
