import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hookChannel, OutboxRun, settingsOf } from '../../testing/outbox-run.ts';
import { MINUTE_MS, NOON_MS, sampleAlert } from '../../testing/sample-alert.ts';
import type { Alert } from '../alert.ts';
import { DeliveryError } from './delivery-error.ts';
import type { Telling } from './telling.ts';

const CHANNELS = ['one', 'two'];
const RUNS = Number(process.env['MODEL_RUNS'] ?? 60);

type Mode = 'works' | 'refuses' | 'unreached' | 'hangs' | 'loses answers' | 'slow';
type Step =
  | { readonly kind: 'fire' | 'end' | 'noData' | 'dataBack' | 'event'; readonly index: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'mode'; readonly channel: string; readonly mode: Mode }
  | { readonly kind: 'stop' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'clock'; readonly byMs: number };

const slot = fc.integer({ min: 0, max: 5 });
const change = fc.record({
  kind: fc.constantFrom(
    'fire' as const,
    'end' as const,
    'noData' as const,
    'dataBack' as const,
    'event' as const,
  ),
  index: slot,
});
const steps = fc.array(
  fc.oneof(
    { arbitrary: change, weight: 8 },
    {
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        ms: fc.constantFrom(3000, 15_000, 90_000, 10 * MINUTE_MS),
      }),
      weight: 8,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant('mode' as const),
        channel: fc.constantFrom(...CHANNELS),
        mode: fc.constantFrom<Mode>('works', 'refuses', 'unreached', 'hangs', 'loses answers', 'slow'),
      }),
      weight: 4,
    },
    { arbitrary: fc.constantFrom({ kind: 'stop' as const }, { kind: 'kill' as const }), weight: 2 },
    {
      arbitrary: fc.record({
        kind: fc.constant('clock' as const),
        byMs: fc.constantFrom(-1e10, -MINUTE_MS, MINUTE_MS, 1e10),
      }),
      weight: 1,
    },
  ),
  { maxLength: 80, size: 'max' },
);

/** What one channel heard of one alert. */
interface Heard {
  fired: number;
  ended: number;
  /** What it believes. */
  hasNoData: boolean;
}

class World {
  readonly modes = new Map<string, Mode>();
  /** What arrived, whether or not the sender knows. */
  readonly heard = new Map<string, Map<string, Heard>>(
    CHANNELS.map((name) => [name, new Map<string, Heard>()]),
  );
  /** Alerts that were under way and arrived when the agent was ended, or the answer was lost: only these may be heard twice. */
  readonly unsure = new Set<string>();
  readonly problems: string[] = [];
  readonly alerts = new Map<string, Alert>();
  readonly run: OutboxRun;
  #current: (Alert | null)[] = Array.from({ length: 6 }, () => null);
  #count = 0;

  constructor() {
    const settings = settingsOf(CHANNELS.map((name) => hookChannel(name)));
    this.run = new OutboxRun(settings, async ({ name }, { tellings }, signal) => {
      const mode = this.modes.get(name) ?? 'works';
      if (mode === 'refuses' || mode === 'unreached')
        throw new DeliveryError(mode, { isUnreached: mode === 'unreached' });
      if (mode !== 'hangs') this.#hear(name, tellings);
      if (mode === 'works') return;
      if (mode === 'slow') {
        const unsure = tellings
          .map(({ alert }) => `${name} ${alert.id}`)
          .filter((id) => !this.unsure.has(id));
        for (const id of unsure) this.unsure.add(id);
        await new Promise<void>((resolve, reject) => {
          this.run.clock.schedule(resolve, 7000);
          signal.addEventListener('abort', () => reject(new Error('ended')));
        });
        // It was answered before the agent ended.
        for (const id of unsure) this.unsure.delete(id);
        return;
      }
      for (const { alert } of mode === 'hangs' ? [] : tellings) this.unsure.add(`${name} ${alert.id}`);
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('ended')));
        // As long as requests wait.
        this.run.clock.schedule(() => reject(new DeliveryError('did not answer')), 10_000);
      });
    });
  }

  async apply(step: Step): Promise<void> {
    const { run } = this;
    if (step.kind === 'pass') await run.pass(step.ms, step.ms > 100_000 ? 5000 : 1000);
    else if (step.kind === 'mode') this.modes.set(step.channel, step.mode);
    else if (step.kind === 'stop' || step.kind === 'kill') await run.restart(step.kind);
    else if (step.kind === 'clock') run.clock.wallOffsetMs += step.byMs;
    else this.#change(step.kind, step.index);
  }

  #change(kind: 'fire' | 'end' | 'noData' | 'dataBack' | 'event', index: number): void {
    const { run } = this;
    const current = this.#current[index] ?? null;
    const nowMs = run.clock.wallNow();
    if (kind === 'event') {
      const alert = this.#next({ isEvent: true, endedMs: nowMs, outcome: 'event' });
      run.change('fired', alert);
    } else if (kind === 'fire') {
      if (current !== null) return;
      const alert = this.#next({});
      this.#current[index] = alert;
      run.change('fired', alert);
    } else if (current !== null) {
      const isEnd = kind === 'end';
      const alert: Alert = {
        ...current,
        ...(isEnd ? { state: 'ended', endedMs: nowMs, outcome: 'resolved' } : {}),
        noDataSinceMs: kind === 'noData' ? nowMs : null,
      };
      this.alerts.set(alert.id, alert);
      this.#current[index] = isEnd ? null : alert;
      run.change(isEnd ? 'ended' : kind, alert);
    }
  }

  #next(changes: Partial<Alert>): Alert {
    this.#count += 1;
    const firedMs = this.run.clock.wallNow();
    const alert = sampleAlert({
      id: `a${this.#count}`,
      firedMs,
      policy: { ...sampleAlert().policy, repeatMs: 0 },
      ...changes,
    });
    this.alerts.set(alert.id, alert);
    return alert;
  }

  #hear(channel: string, tellings: readonly Telling[]): void {
    const heard = this.heard.get(channel) ?? new Map<string, Heard>();
    for (const { kind, alert } of tellings) {
      const one = heard.get(alert.id) ?? { fired: 0, ended: 0, hasNoData: false };
      heard.set(alert.id, one);
      one.hasNoData = kind === 'noData' || (kind === 'fired' && alert.noDataSinceMs !== null);
      if (kind === 'fired' || kind === 'was' || kind === 'event') one.fired += 1;
      if (kind === 'ended' || kind === 'was' || kind === 'event') one.ended += 1;
      if (kind === 'ended' && one.fired === 0) this.problems.push(`${channel}: end of untold ${alert.id}`);
      if (one.ended > 0 && kind === 'fired' && !this.unsure.has(`${channel} ${alert.id}`))
        this.problems.push(`${channel}: ${alert.id} fired after its end`);
    }
  }

  /** Everything works again for long enough. */
  async settle(): Promise<void> {
    this.modes.clear();
    await this.run.pass(3 * 60 * MINUTE_MS, 5000);
  }

  /** What is not as it should be. */
  check(): readonly string[] {
    for (const channel of CHANNELS)
      for (const [id, alert] of this.alerts) {
        const nothing = { fired: 0, ended: 0, hasNoData: false };
        const { fired, ended, hasNoData } = this.heard.get(channel)?.get(id) ?? nothing;
        const shouldEnd = alert.endedMs === null ? 0 : 1;
        const isRight = fired === 1 && ended === shouldEnd;
        const isUnsure = this.unsure.has(`${channel} ${id}`) && fired >= 1 && ended >= shouldEnd;
        // Of a message that arrived unknown to the sender nothing is taken back.
        const isKnown = !this.unsure.has(`${channel} ${id}`);
        if (isKnown && alert.endedMs === null && hasNoData !== (alert.noDataSinceMs !== null))
          this.problems.push(`${channel}: ${id} has no data: ${hasNoData}`);
        if (!isRight && !isUnsure)
          this.problems.push(`${channel}: ${id} fired ${fired}, ended ${ended} times (should: ${shouldEnd})`);
      }
    return this.problems;
  }
}

it('every channel hears of every alert’s begin and end once, over outages, restarts, kills and set clocks', async () => {
  let unsure = 0;
  let told = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const world = new World();
      for (const step of all) await world.apply(step);
      await world.settle();
      expect(world.check()).toEqual([]);
      unsure += world.unsure.size;
      told += world.alerts.size * CHANNELS.length;
      // What has ended leaves nothing behind but the time of the last messages, which is forgotten after an hour.
      const open = [...world.alerts.values()].filter(({ endedMs }) => endedMs === null).length;
      expect([...world.run.rows.keys()].filter((id) => id.includes(',')).length).toBe(open * CHANNELS.length);
    }),
    { numRuns: RUNS, seed: Number(process.env['MODEL_SEED'] ?? NOON_MS % 100_000) },
  );
  // The exception stays one.
  expect(told).toBeGreaterThan(RUNS);
  expect(unsure).toBeLessThan(told / 2);
});
