/**
 * Returns a function that calls `act` once the page has been painted, however often it is called until then: what takes longer must not keep the reader
 * from seeing what a press or a key did. At once in a hidden page, which is not painted.
 */
export function afterPaint(act: () => void): () => void {
  let isComing = false;
  const run = (): void => {
    isComing = false;
    act();
  };
  return () => {
    if (document.visibilityState === 'hidden') act();
    else if (!isComing) {
      isComing = true;
      requestAnimationFrame(() => setTimeout(run, 0));
    }
  };
}
