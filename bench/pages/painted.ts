/** Times samples of an agent until they are painted. */

declare global {
  /** From the time of a sample on the agent's clock to the task after the frame that shows it, ms. */
  var paintedAfterMs: number[];
}

const channel = new MessageChannel();
const waiting: number[] = [];
globalThis.paintedAfterMs = [];

channel.port1.addEventListener('message', () => {
  const nowMs = performance.timeOrigin + performance.now();
  globalThis.paintedAfterMs.push(...waiting.splice(0).map((timestampMs) => nowMs - timestampMs));
});
channel.port1.start();

/** Call when a sample arrives that the next animation frame will draw. */
export function received(timestampMs: number): void {
  requestAnimationFrame(() => {
    waiting.push(timestampMs);
    channel.port2.postMessage(null);
  });
}
