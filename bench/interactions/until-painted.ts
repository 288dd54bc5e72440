import type { Browser, Page } from 'playwright';

/** What one interaction did to the page. */
export interface Interaction {
  /** From the input to the frame that answers it, ms on the clock. */
  readonly paintMs: number;
  /** What the main thread computed until then, ms. */
  readonly paintCpuMs: number;
  /** What it computed until the page had settled, ms. */
  readonly cpuMs: number;
  /** The longest task after the answer, ms of the thread. */
  readonly longestCpuMs: number;
  /** As the browser reports it for interaction to next paint (`PerformanceEventTiming`, steps of 8 ms); 0 for less than 16 ms, and for moves, which it leaves out. */
  readonly reportedMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** On the clock, and of the thread, µs. */
  readonly dur?: number;
  readonly tdur?: number;
}

/** How long a page may take to settle. */
const SETTLE_MS = 1500;

/** As text: what `tsx` adds to functions is not there in a page. */
export const NOTE_INTERACTIONS = `
  globalThis.reportedMs = 0;
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId > 0) globalThis.reportedMs = Math.max(globalThis.reportedMs, duration);
  }).observe({ type: 'event', durationThreshold: 16 });
  globalThis.awaitInput = (type) => addEventListener(type, ({ timeStamp }) => {
    performance.mark('input', { startTime: timeStamp });
    const { port1, port2 } = new MessageChannel();
    // The task after the frame.
    port1.onmessage = () => performance.mark('painted');
    requestAnimationFrame(() => port2.postMessage(null));
  }, { capture: true, once: true });
`;

declare global {
  var awaitInput: (type: string) => void;
  var reportedMs: number;
}

/** @param act makes an input of this type, and maybe others before it. */
export async function interact(
  browser: Browser,
  page: Page,
  type: string,
  act: () => Promise<void>,
  prepare: () => Promise<void> = async () => {},
): Promise<Interaction> {
  await prepare();
  await page.evaluate(() => {
    performance.clearMarks();
    globalThis.reportedMs = 0;
  });
  await browser.startTracing(page, {
    categories: ['toplevel', 'blink', 'devtools.timeline', 'blink.user_timing'],
  });
  await page.evaluate((awaited) => globalThis.awaitInput(awaited), type);
  await act();
  await page.waitForTimeout(SETTLE_MS);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[];
  };
  const { inputMs, paintedMs, reportedMs } = await page.evaluate(() => ({
    inputMs: performance.getEntriesByName('input')[0]?.startTime ?? Number.NaN,
    paintedMs: performance.getEntriesByName('painted')[0]?.startTime ?? Number.NaN,
    reportedMs: globalThis.reportedMs,
  }));
  return { paintMs: paintedMs - inputMs, reportedMs, ...threadTimes(trace.traceEvents) };
}

function threadTimes(events: readonly TraceEvent[]): Omit<Interaction, 'paintMs' | 'reportedMs'> {
  const mark = (wanted: string): TraceEvent | undefined => events.find(({ name }) => name === wanted);
  const [input, painted] = [mark('input'), mark('painted')];
  if (input === undefined || painted === undefined) throw new Error('The input was not seen');
  const tasks = outermost(
    events.filter(({ pid, tid }) => pid === painted.pid && tid === painted.tid),
    // The task that brought the input began before it.
  ).filter(({ ts, dur = 0 }) => ts + dur >= input.ts);
  const of = (some: readonly TraceEvent[]): number[] => some.map(({ tdur = 0 }) => tdur / 1000);
  const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
  const after = tasks.filter(({ ts }) => ts >= painted.ts);
  const until = tasks.filter(({ ts }) => ts < painted.ts);
  return { paintCpuMs: sum(of(until)), cpuMs: sum(of(tasks)), longestCpuMs: Math.max(0, ...of(after)) };
}

/** Events of a thread that are not part of others: long tasks are there only as their parts. */
function outermost(events: readonly TraceEvent[]): readonly TraceEvent[] {
  let endTs = 0;
  return events
    .filter(({ tdur }) => tdur !== undefined)
    .toSorted((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      if (ts < endTs) return false;
      endTs = ts + dur;
      return true;
    });
}
