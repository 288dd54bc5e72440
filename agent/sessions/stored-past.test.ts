import { describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import { connect, IN_MEMORY } from '../store/history/sqlite.ts';
import { SCHEMA } from '../store/history/schema.ts';
import { TestHub } from '../testing/test-hub.ts';

interface Published {
  readonly epoch: string;
  readonly seq: number;
}

/** Runs of an agent one after the other, with one history on SQLite. */
class Agents {
  readonly #connection = connect(IN_MEMORY);
  /** All samples of all runs that were written, and those of the present run. */
  readonly published: Published[] = [];
  test = new TestHub();
  #store: HistoryStore | null = null;

  constructor() {
    this.#connection.exec(SCHEMA);
  }

  /** @param isKilled what was not yet written of the run before is lost */
  restart({ isKilled }: { readonly isKilled: boolean }): void {
    if (!isKilled) this.#store?.close();
    this.test = new TestHub();
    const { host } = this.test;
    const store = new HistoryStore(this.#connection, { intervalMs: host.intervalMs, unitMs: host.unitMs });
    let unwritten = 0;
    this.#store = store;
    // The ended run as it was written.
    const written = new Map(store.runs.map(({ epoch, lastSeq }) => [epoch, lastSeq]));
    const kept = this.published.filter(({ epoch, seq }) => seq <= (written.get(epoch) ?? 0));
    this.published.splice(0, this.published.length, ...kept);
    const { catalogue, tables } = host;
    host.onSample((sample) => {
      unwritten += 1;
      this.published.push({ epoch: sample.epoch, seq: sample.seq });
      if (!store.append(sample, { catalogue, tables }) && unwritten < 10) return;
      store.flush();
      unwritten = 0;
    });
    host.history = store;
  }
}

/** What a client gets that resumes after a sample of every `stride`-th second. */
function resumed(
  { test }: Agents,
  since: Published,
  strideS: number,
): { got: unknown[]; recovered: boolean } {
  const client = test.connectV1();
  client.send({
    action: 'subscribe',
    metrics: ['cpu', 'memory'],
    intervalMs: strideS * 1000,
    since: { ...since, ts: since.seq * 1000 },
  });
  const got: unknown[] = [];
  let { epoch } = since;
  let prev = since.seq;
  let lastTs = since.seq * 1000;
  let recovered: boolean | undefined;
  for (const message of client.take().flatMap((text) => decodeServerFrame(text))) {
    if (message.type === 'subscribed') {
      if (message.epoch !== epoch) prev = 0;
      ({ epoch } = message);
      recovered ??= message.recovered;
    } else if (message.type === 'gap') {
      expect(message).toMatchObject({ reason: 'agent_restart', fromTs: lastTs, from: 1, to: 0 });
      prev = message.to;
    } else if (message.type === 'metrics') {
      expect([message.prev, message.values]).toEqual([prev, [message.seq, message.seq * 10]]);
      got.push({ epoch, seq: message.seq });
      prev = message.seq;
      lastTs = message.ts;
    }
  }
  return { got, recovered: recovered === true };
}

/** A small generator (mulberry32), so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('[RT-10] [RT-11] the past of a subscription, over a history on SQLite and any number of runs', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'has all that was kept once and in order, seed %i',
    (seed) => {
      const next = random(seed);
      const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
      const agents = new Agents();
      agents.restart({ isKilled: false });
      agents.test.publish(between(1, 1500));
      for (let runs = between(1, 3); runs > 0; runs -= 1) {
        agents.restart({ isKilled: next() < 0.5 });
        agents.test.publish(between(1, 1500));
      }
      const { published } = agents;
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const strideS = [1, 2, 5, 60][between(0, 3)] ?? 1;
        const at = between(0, published.length - 1);
        const since = published[at];
        if (since === undefined) throw new RangeError('nothing was published');
        const isDue = ({ epoch, seq }: Published): boolean =>
          seq % strideS === 0 || (seq === 1 && epoch !== since.epoch);
        const { got, recovered } = resumed(agents, since, strideS);
        expect([attempt, recovered, got]).toEqual([attempt, true, published.slice(at + 1).filter(isDue)]);
      }
    },
  );
});
