import type { PageActions } from './page-actions.ts';

/** CSS pixels that a finger has to pull the page down; the hint follows it half of the way. */
const FAR_ENOUGH = 96;
const FOLLOWS = 0.5;
/** Less is a tap, or the beginning of something else. */
const TREMBLE = 12;

interface PullTexts {
  readonly pullForNewest: string;
  readonly letGo: string;
}

/**
 * Leads back to the present when a finger pulls down the top of the page while it is paused or shows the past. In the present the gesture is left to the
 * browser.
 * @returns the undo
 */
export function followPull(actions: Pick<PageActions, 'isAway' | 'goLive'>, texts: PullTexts): () => void {
  const listening = new AbortController();
  const options = { signal: listening.signal, passive: true };
  let begin: Touch | null = null;
  let pulled = 0;
  let hint: HTMLElement | null = null;

  const end = (): void => {
    begin = null;
    pulled = 0;
    hint?.remove();
    hint = null;
  };
  const started = (event: TouchEvent): void => {
    end();
    const [touch] = event.touches;
    const isOverDialog = event.composedPath().some((node) => node instanceof HTMLDialogElement);
    if (touch !== undefined && event.touches.length === 1 && !isOverDialog && actions.isAway) begin = touch;
  };
  const moved = ({ touches }: TouchEvent): void => {
    const [touch] = touches;
    if (begin === null || touch === undefined) return;
    const down = touch.clientY - begin.clientY;
    const isSideways = hint === null && Math.abs(touch.clientX - begin.clientX) > Math.abs(down);
    if (touches.length > 1 || isSideways || scrollY > 0) {
      end();
      return;
    }
    if (hint === null && down < TREMBLE) return;
    pulled = down;
    hint ??= makeHint();
    hint.textContent = pulled >= FAR_ENOUGH ? texts.letGo : texts.pullForNewest;
    hint.style.translate = `-50% ${Math.max(0, Math.min(pulled, 2 * FAR_ENOUGH)) * FOLLOWS}px`;
  };
  const released = (): void => {
    const isFarEnough = pulled >= FAR_ENOUGH;
    end();
    if (isFarEnough) actions.goLive();
  };

  document.addEventListener('touchstart', started, options);
  document.addEventListener('touchmove', moved, options);
  document.addEventListener('touchend', released, options);
  document.addEventListener('touchcancel', end, options);
  return () => {
    end();
    listening.abort();
  };
}

/** For the eyes: for other readers there is a button. */
function makeHint(): HTMLElement {
  const hint = document.createElement('div');
  hint.className = 'pull-hint';
  hint.ariaHidden = 'true';
  document.body.append(hint);
  return hint;
}
