import { expect, it } from 'vitest';
import type { SampleHistory } from '../../store/sample-history.ts';
import { MemoryHistory } from '../../testing/memory-history.ts';
import type { AlertRule, Reading } from '../alert-rule.ts';
import { EngineBed, ruleOf } from './testing/engine-bed.ts';
import { expectedMessages, type ModelSample, type Recorded } from './testing/model.ts';

/** How many lives are lived through, and the number of the first: one that failed is lived again with `METRICS_PANEL_LIVES=1 METRICS_PANEL_SEED=n`. */
const LIVES = Number(process.env['METRICS_PANEL_LIVES'] ?? 200);
const SEED = Number(process.env['METRICS_PANEL_SEED'] ?? 20);
/** Samples of a life, about. */
const LENGTH = 1500;
/** A sink saves at least this often. */
const SAVE_EVERY_MS = 10_000;

it(`${LIVES} random series over restarts, kills, outages, gaps and unknown values: each message of the model once, and no other`, () => {
  let messages = 0;
  for (let seed = SEED; seed < SEED + LIVES; seed += 1) {
    const { told, expected, rule } = liveThrough(seed);
    expect(told, `seed ${seed}: ${JSON.stringify(rule)}`).toEqual(expected);
    messages += told.length;
  }
  // A world in which nothing happens proves nothing.
  if (LIVES >= 100) expect(messages).toBeGreaterThan(LIVES * 3);
});

interface Outcome {
  readonly rule: AlertRule;
  readonly told: readonly string[];
  readonly expected: readonly string[];
}

function liveThrough(seed: number): Outcome {
  const random = randomOf(seed);
  const rule = randomRule(random);
  const series = randomSeries(random);
  /** What the engine still knows, and what the history has. */
  let samples: ModelSample[] = [];
  const recorded: Recorded[] = [];
  const bed = new EngineBed([rule]);
  const keepsHistory = random() < 0.5;
  if (keepsHistory) bed.history = historyOf(recorded);
  let life = 0;
  let isAfterGap = true;
  let savedMs = 0;
  let savedCount = 0;
  const save = (): void => {
    bed.save();
    savedMs = bed.nowMs;
    savedCount = samples.length;
  };
  while (samples.length < LENGTH && bed.nowMs < 4 * LENGTH * 1000) {
    let afterMs = 1000;
    const what = random();
    if (what < 0.006) {
      // A restart in order, or a kill, which loses what was not saved. Both are off for a while.
      if (random() < 0.5) save();
      else samples = samples.slice(0, savedCount);
      bed.restart(1000 * Math.floor(random() ** 4 * 2000));
      life += 1;
      isAfterGap = true;
      savedMs = bed.nowMs;
    } else if (what < 0.012) {
      afterMs = 1000 * Math.ceil(4 + random() * 60);
      isAfterGap = true;
    } else if (what < 0.03 && random() < 0.5) {
      // A late sample, but no gap.
      afterMs = 2000;
    }
    const value = series((bed.nowMs + afterMs) / 1000);
    const gap = afterMs > 3000 && random() < 0.7 ? { gapReason: 'stall' as const } : {};
    bed.unsaved({ disk: value }, { afterMs, ...gap });
    samples.push({ atMs: bed.wallMs, value, isAfterGap, life });
    recorded.push({ atMs: bed.wallMs, value, life });
    isAfterGap = false;
    if (bed.nowMs - savedMs >= SAVE_EVERY_MS || random() < 0.05) save();
  }
  save();
  const told = bed.told.map(
    ({ kind, alert }) => `${kind} ${kind === 'fired' ? alert.firedMs : alert.endedMs}`,
  );
  expectWhole(bed, seed);
  return { rule, told, expected: expectedMessages(rule, samples, keepsHistory ? recorded : null) };
}

/** Each alert is fired and ended at most once, in this order, and only ever `resolved`. */
function expectWhole(bed: EngineBed, seed: number): void {
  const states = new Map<string, string>();
  for (const { kind, alert } of bed.told) states.set(alert.id, `${states.get(alert.id) ?? ''} ${kind}`);
  for (const state of states.values()) expect([' fired', ' fired ended'], `seed ${seed}`).toContain(state);
  for (const { outcome, firedMs } of bed.ended)
    expect(outcome, `seed ${seed}`).toBe(firedMs === null ? null : 'resolved');
  expect([...bed.open.keys()], `seed ${seed}`).toEqual(bed.active.map(({ id }) => id));
}

function randomRule(random: () => number): AlertRule {
  const seconds = (most: number): number => 1000 * Math.floor(random() ** 3 * most);
  const direction = random() < 0.7 ? 'above' : 'below';
  const threshold = 40 + Math.floor(random() * 20);
  const distance = Math.floor(random() * 15) * (direction === 'above' ? -1 : 1);
  const kinds = ['mean', 'max', 'min', 'change'] as const;
  const kind = kinds[Math.floor(random() * kinds.length)] ?? 'mean';
  const reading: Reading =
    random() < 0.5 ? { kind: 'value' } : { kind, windowMs: 1000 * Math.ceil(1 + random() * 300) };
  const level = reading.kind === 'change' ? threshold - 45 : threshold;
  return ruleOf({
    condition: { kind: 'threshold', reading, direction, threshold: level, clear: level + distance },
    forMs: seconds(120),
    keepForMs: seconds(120),
  });
}

/** Whole numbers, so that sums are exact: slow waves, noise, and stretches in which nothing is known. */
function randomSeries(random: () => number): (second: number) => number | null {
  const noise = random() * 12;
  const waves = [1, 2, 3].map(() => ({
    height: random() * 30,
    length: 3 + random() ** 2 * 300,
    begin: random() * 1000,
  }));
  let unknownUntil = -1;
  return (second) => {
    if (second > unknownUntil && random() < 0.01) unknownUntil = second + random() ** 3 * 200;
    if (second <= unknownUntil) return null;
    const base = waves.reduce(
      (sum, { height, length, begin }) => sum + height * Math.sin((second + begin) / length),
      50,
    );
    return Math.round(base + (random() - 0.5) * noise);
  };
}

/** A history that has every sample, those too of which a kill left no progress. */
function historyOf(recorded: readonly Recorded[]): SampleHistory {
  const history = new MemoryHistory({ metrics: ['disk'] });
  history.read = function* read({ fromMs, toMs }) {
    const found = recorded.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const values = Float64Array.from(found, ({ value }) => value ?? Number.NaN);
    yield {
      timesMs: Float64Array.from(found, ({ atMs }) => atMs),
      min: [values],
      mean: [values],
      max: [values],
    };
  };
  return history;
}

/** Equal for equal seeds (mulberry32). */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
