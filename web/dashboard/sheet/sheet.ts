/** CSS pixels that a finger has to pull a sheet down to close it. */
const CLOSING = 72;

/**
 * Shows `dialog` above the page, with the focus in it. Escape closes it, so do a click beside it and a finger that pulls it down; the focus returns to where
 * it was. What the dialog holds is in one element, so that a click on the dialog itself is one beside it.
 */
export function showSheet(dialog: HTMLDialogElement): void {
  const open = new AbortController();
  const { signal } = open;
  dialog.addEventListener('close', () => open.abort(), { signal });
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close(), { signal });
  followFinger(dialog, signal);
  dialog.showModal();
}

function followFinger(dialog: HTMLDialogElement, signal: AbortSignal): void {
  let beginY: number | null = null;
  let pulled = 0;
  const show = (distance: number): void => {
    pulled = distance;
    dialog.style.translate = distance === 0 ? '' : `0 ${distance}px`;
  };
  const end = (): void => {
    const isFarEnough = pulled >= CLOSING;
    beginY = null;
    show(0);
    if (isFarEnough) dialog.close();
  };
  const options = { signal, passive: true };
  dialog.addEventListener(
    'touchstart',
    ({ touches: [touch] }) => {
      // Further down its content scrolls first.
      beginY = touch !== undefined && dialog.scrollTop <= 0 && isPhone(dialog) ? touch.clientY : null;
    },
    options,
  );
  dialog.addEventListener(
    'touchmove',
    ({ touches: [touch] }) => {
      if (beginY !== null && touch !== undefined) show(Math.max(0, touch.clientY - beginY));
    },
    options,
  );
  dialog.addEventListener('touchend', end, options);
  dialog.addEventListener('touchcancel', () => show(0), options);
}

/** The sheet lies at the end of the page. */
function isPhone(dialog: HTMLDialogElement): boolean {
  return getComputedStyle(dialog).insetBlockEnd === '0px';
}
