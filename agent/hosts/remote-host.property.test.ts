import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { gapSchema } from '../../shared/protocol/messages.ts';
import { FarHost } from '../testing/far-host.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { RemoteHost } from './remote-host.ts';

interface Position {
  readonly epoch: string;
  readonly seq: number;
  readonly ts: number;
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** A viewer that checks RT-10: between two samples without a gap nothing is missing, and none comes twice or too early. */
class Viewer {
  readonly #test: TestHub;
  readonly #log: readonly SequencedSample[];
  #client: TestClient | null = null;
  #position: Position | undefined;
  #epoch = '';
  #gap: Gap | undefined;

  constructor(test: TestHub, log: readonly SequencedSample[]) {
    this.#test = test;
    this.#log = log;
  }

  get position(): Position | undefined {
    return this.#position;
  }

  /** Follows from where it was, or from the past. */
  follow(backfill: number): void {
    if (this.#client !== null) return;
    this.#client = this.#test.connectV1();
    this.#client.send({
      action: 'subscribe',
      host: 'far-1',
      metrics: ['cpu'],
      every: true,
      ...(this.#position === undefined ? { backfill } : { since: this.#position }),
    });
  }

  leave(): void {
    this.read();
    this.#client?.leave();
    this.#client = null;
    this.#gap = undefined;
  }

  forget(): void {
    this.leave();
    this.#position = undefined;
  }

  setReading(isReading: boolean): void {
    if (isReading) this.#client?.readAgain();
    else this.#client?.stopReading();
  }

  read(): void {
    for (const message of this.#client?.takeMessages() ?? []) {
      const members = (message['messages'] as Record<string, unknown>[] | undefined) ?? [message];
      for (const member of members) this.#received(member);
    }
  }

  #received(message: Record<string, unknown>): void {
    if (message['type'] === 'subscribed') this.#epoch = String(message['epoch']);
    if (message['type'] === 'gap') {
      const { from, to, reason } = v.parse(gapSchema, message);
      this.#gap = { from, to, reason };
    }
    if (message['type'] === 'metrics') this.#sampled(message as never);
  }

  #sampled({ seq, ts, values }: { seq: number; ts: number; values: number[] }): void {
    const index = this.#log.findIndex((sample) => sample.epoch === this.#epoch && sample.seq === seq);
    const taken = this.#log[index];
    assert.deepEqual(values, taken?.values.slice(0, 1));
    const before = this.#position;
    const gap = this.#gap;
    this.#gap = undefined;
    this.#position = { epoch: this.#epoch, seq, ts };
    if (before === undefined) return;
    const indexBefore = this.#log.findIndex(
      (sample) => sample.epoch === before.epoch && sample.seq === before.seq,
    );
    assert(index > indexBefore, `${this.#epoch} ${seq} after ${before.epoch} ${before.seq}`);
    if (before.epoch !== this.#epoch) return assert.equal(gap?.reason, 'agent_restart');
    const reason = taken?.gapReason;
    if (index > indexBefore + 1) assert.deepEqual([gap?.from, gap?.to], [before.seq + 1, seq - 1]);
    else assert.deepEqual(gap, reason === undefined ? undefined : { from: seq, to: seq - 1, reason });
  }
}

const VIEWERS = 3;
const viewer = fc.nat(VIEWERS - 1);
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 5 }), isStalled: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ follow: viewer, backfill: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ leave: viewer }) },
  { weight: 1, arbitrary: fc.record({ forget: viewer }) },
  { weight: 2, arbitrary: fc.record({ reads: viewer, isReading: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 2, arbitrary: fc.constant('cut' as const) },
  { weight: 2, arbitrary: fc.constant('mend' as const) },
  { weight: 1, arbitrary: fc.constant('give up' as const) },
  { weight: 2, arbitrary: fc.record({ latencyMs: fc.nat(3000) }) },
  { weight: 6, arbitrary: fc.record({ waitMs: fc.oneof(fc.nat(40), fc.nat(3000), fc.nat(20_000)) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** @param kept samples that the far agent keeps */
async function run(steps: readonly Step[], kept: number): Promise<void> {
  const test = new TestHub();
  const far = new FarHost(test.clock, kept);
  const remote = new RemoteHost({ summary: far.summary, feed: far, clock: test.clock });
  test.hosts.add(remote);
  const viewers = Array.from({ length: VIEWERS }, () => new Viewer(test, far.log));
  const perform = async (one: Step): Promise<void> => {
    if (one === 'cut') return far.cut();
    if (one === 'mend') return far.mend();
    if (one === 'give up') return far.giveUp();
    if (one === 'restart') {
      far.restart();
      return remote.learn(far.summary);
    }
    if ('take' in one) return far.take(one.take, one.isStalled);
    if ('waitMs' in one) return test.clock.advance(one.waitMs);
    if ('latencyMs' in one) {
      far.latencyMs = one.latencyMs;
      return;
    }
    if ('follow' in one) return viewers[one.follow]?.follow(one.backfill);
    if ('reads' in one) return viewers[one.reads]?.setReading(one.isReading);
    if ('leave' in one) return viewers[one.leave]?.leave();
    viewers[one.forget]?.forget();
  };
  for (const one of steps) {
    await perform(one);
    for (const each of viewers) each.read();
  }
  // In the end everybody reads and is at the newest sample.
  far.mend();
  for (const each of viewers) {
    each.setReading(true);
    each.follow(1);
  }
  far.take(2);
  await test.clock.advance(10_000);
  far.take();
  await test.clock.advance(10);
  for (const each of viewers) {
    each.read();
    expect(each.position).toMatchObject({ epoch: far.epoch, seq: far.log.at(-1)?.seq });
    each.leave();
  }
  await test.clock.advance(20_000);
  expect(far.feeds.size).toBe(0);
  expect(remote.store.head.seq).toBe(0);
}

const RUNS = Number(process.env['ORACLE_RUNS'] ?? 300);

it('copies lose nothing without a gap that says so, repeat nothing, and keep the order: random viewers, outages, restarts and stalls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.integer({ min: 5, max: 900 }), run),
    { numRuns: RUNS },
  );
});
