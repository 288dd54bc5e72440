import type { AlertRule } from '../../alert-rule.ts';

/** A sample that the agent took and did not forget in a kill. */
export interface ModelSample {
  readonly atMs: number;
  readonly value: number | null;
  /** Whether nothing was observed since the sample before: a gap, an agent that was off. */
  readonly isAfterGap: boolean;
  /** Which run of the agent took it. */
  readonly life: number;
}

/** A sample of which the history knows, though the engine may have forgotten it. */
export type Recorded = Pick<ModelSample, 'atMs' | 'value' | 'life'>;

/** As `fired 1700000005000`. */
type Message = string;

/**
 * What must be told of one series, by looking at all of it at once: an alert fires at the end of the first stretch of samples that all hold and
 * that is `for` long, and is resolved at the end of the first stretch after it that is clear for `keepFor`. Samples without a reading are not part
 * of any stretch, nor do they end one, and the time around them does not count.
 */
export function expectedMessages(
  rule: AlertRule,
  samples: readonly ModelSample[],
  recorded: readonly Recorded[] | null,
): Message[] {
  const { condition, forMs, keepForMs } = rule;
  if (condition.kind !== 'threshold') throw new Error('the model knows thresholds only');
  const { threshold, clear, direction } = condition;
  const sign = direction === 'above' ? 1 : -1;
  const known = readings(rule, samples, recorded);
  const holds = known.map(({ reading }) => reading * sign >= threshold * sign);
  const isClear = known.map(({ reading }) => reading * sign < clear * sign);
  const messages: Message[] = [];
  let from = 0;
  for (;;) {
    const fired = endOfStretch(known, holds, from, forMs);
    if (fired === null) return messages;
    messages.push(`fired ${known[fired]?.atMs}`);
    const ended = endOfStretch(known, isClear, fired + 1, keepForMs);
    if (ended === null) return messages;
    messages.push(`ended ${known[ended]?.atMs}`);
    from = ended + 1;
  }
}

interface Reading {
  readonly atMs: number;
  readonly reading: number;
  /** Since the sample before, if that has a reading and nothing is missing between them. */
  readonly observedMs: number;
}

/** The first sample that ends `lengthMs` of samples which all are `wanted`. */
function endOfStretch(
  known: readonly Reading[],
  wanted: readonly boolean[],
  from: number,
  lengthMs: number,
): number | null {
  for (let end = from; end < known.length; end += 1) {
    let begin = end;
    while (begin > from && wanted[begin] === true && wanted[begin - 1] === true) begin -= 1;
    const observedMs = known.slice(begin + 1, end + 1).reduce((sum, one) => sum + one.observedMs, 0);
    if (wanted[end] === true && observedMs >= lengthMs) return end;
  }
  return null;
}

function readings(
  rule: AlertRule,
  samples: readonly ModelSample[],
  recorded: readonly Recorded[] | null,
): Reading[] {
  const found: Reading[] = [];
  let wasKnown = false;
  for (const [index, sample] of samples.entries()) {
    const reading = readingAt(rule, samples, recorded, index);
    const sinceMs = sample.atMs - (samples[index - 1]?.atMs ?? sample.atMs);
    if (reading !== null)
      found.push({
        atMs: sample.atMs,
        reading,
        observedMs: wasKnown && !sample.isAfterGap ? sinceMs : 0,
      });
    wasKnown = reading !== null;
  }
  return found;
}

function readingAt(
  { condition }: AlertRule,
  samples: readonly ModelSample[],
  recorded: readonly Recorded[] | null,
  index: number,
): number | null {
  const sample = samples[index];
  if (condition.kind !== 'threshold' || sample === undefined || sample.value === null) return null;
  const { reading } = condition;
  if (reading.kind === 'value') return sample.value;
  // A sixtieth of the window, in whole seconds, and as many of them as the window has.
  const pointMs = 1000 * Math.ceil(reading.windowMs / 60_000);
  const count = Math.round(reading.windowMs / pointMs);
  const last = Math.floor(sample.atMs / pointMs);
  const values: number[] = [];
  const points = new Set<number>();
  for (const { atMs, value, life } of recorded ?? samples) {
    const point = Math.floor(atMs / pointMs);
    if (value === null || atMs > sample.atMs || point <= last - count) continue;
    if (recorded === null && life !== sample.life) continue;
    values.push(value);
    points.add(point);
  }
  if (points.size * 2 < count) return null;
  switch (reading.kind) {
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'max':
      return Math.max(...values);
    case 'min':
      return Math.min(...values);
    case 'change':
      return sample.value - (values[0] ?? 0);
  }
}
