import { FakeClock } from '../../../agent/testing/fake-clock.ts';
import { MetricsClient } from '../../../shared/client/metrics-client.ts';
import { TransportLadder } from '../../../shared/client/transport-ladder.ts';
import { judge, type Received, type Verdict } from '../oracle.ts';
import { INTERVAL_MS, type GridSample, type MemoryAgent, type MemoryServer } from './memory-agent.ts';
import type { Dialect } from './dialect.ts';
import { MemoryNetwork } from './memory-network.ts';
import { localRoute, type Breakable, type MakeRoute, type Route } from './route.ts';

/** One subscription and everything that it was told. */
interface Recorder {
  readonly received: Received[];
  /** Units of the grid between its samples. */
  every: number;
  undo: () => void;
}

/** Units between samples while nobody asks for more. */
const OWN_PACE = 10;
/** So many subscriptions at a time. */
const MAX_RECORDERS = 3;
/** The backoff at its longest, the watchdog and a handshake: after this, whoever can be connected is. */
const RECOVERY_MS = 90_000;
/** What is on its way arrives in less, while nothing new sets out; and so does what waits for its batch. */
const DELIVERY_MS = 10_000;

/** One client, the runs of one agent and of what is between them, on one clock. */
export class World {
  readonly clock = new FakeClock();
  readonly network: MemoryNetwork;
  readonly client: MetricsClient;
  readonly #log: GridSample[] = [];
  readonly #route: Route;
  #agent: MemoryAgent | null = null;
  #server: MemoryServer | null = null;
  readonly #recorders: Recorder[] = [];
  readonly #retired: Recorder[] = [];

  /** @param random in [0, 1), for jitter */
  constructor(random: () => number, makeRoute: MakeRoute = localRoute, dialect: Dialect = 'json') {
    const { clock } = this;
    const network = new MemoryNetwork(clock, dialect);
    this.network = network;
    this.client = new MetricsClient({ transport: new TransportLadder([network], clock), clock, random });
    this.#route = makeRoute({ clock, network, log: this.#log, random, dialect });
    this.startAgent();
    this.startServer();
    this.subscribe(0, 0, 0);
    this.client.start();
  }

  get sampleCount(): number {
    return this.#log.length;
  }

  /** The network of the viewers, or (1) what is beyond it, if something is. */
  link(far: number): Breakable {
    return far === 1 ? (this.#route.far ?? this.network) : this.network;
  }

  startAgent(): void {
    this.#agent ??= this.#route.startAgent();
  }

  startServer(): void {
    this.#server ??= this.#route.startServer();
  }

  stopServer(how: 'stop' | 'kill'): void {
    this.#server?.[how]();
    this.#server = null;
  }

  stopAgent(how: 'stop' | 'kill'): void {
    this.#agent?.[how]();
    this.#agent = null;
  }

  /** @param intervalMs 0 for that of the agent @param batchMs 0 for none */
  subscribe(intervalMs: number, backfill: number, batchMs: number): void {
    if (this.#recorders.length === MAX_RECORDERS) this.unsubscribe();
    const recorder: Recorder = { received: [], every: OWN_PACE, undo: () => {} };
    const { received } = recorder;
    this.#recorders.push(recorder);
    recorder.undo = this.client.subscribe(
      {
        metrics: ['cpu'],
        backfill,
        ...(intervalMs === 0 ? {} : { intervalMs }),
        ...(batchMs === 0 ? {} : { batchMs }),
      },
      {
        subscribed: (announcement) => {
          received.push({ kind: 'subscribed', epoch: announcement.epoch });
          recorder.every = (announcement.intervalMs * OWN_PACE) / INTERVAL_MS;
        },
        sample: ({ seq, timestampMs }) => received.push({ kind: 'sample', seq, ts: timestampMs }),
        gap: (gap) => received.push({ kind: 'gap', ...gap }),
        refused: ({ error, code }) => {
          // A gateway that has just started does not know of it yet.
          if (code !== 'unknown_host') throw new Error(error);
        },
      },
    );
  }

  unsubscribe(): void {
    const recorder = this.#recorders.shift();
    if (recorder === undefined) return;
    recorder.undo();
    this.#retired.push(recorder);
  }

  /** Repairs everything. */
  mend(): void {
    this.network.restore();
    this.#route.far?.restore();
    this.startAgent();
    this.startServer();
    this.client.release();
    this.client.start();
  }

  /** Repairs everything, gives it the time to recover, and lets it rest. */
  async recover(): Promise<void> {
    this.mend();
    await this.clock.advance(RECOVERY_MS);
    this.#agent?.rest();
    await this.clock.advance(DELIVERY_MS);
  }

  /** What is wrong with a world that has recovered: nothing, if all is well. */
  async flaws(): Promise<string[]> {
    const flaws = [...this.network.breaks];
    if (this.client.status.state !== 'connected') flaws.push(`the client is ${this.client.status.state}`);
    if (this.network.linkCount !== 1) flaws.push(`${this.network.linkCount} connections`);
    const { sessionCount } = this.#server ?? this.#agent ?? {};
    if (sessionCount !== 1) flaws.push(`${sessionCount} sessions`);
    const stride = this.#recorders.reduce((units, { every }) => commonDivisor(units, every), OWN_PACE);
    if (this.#agent?.stride !== stride)
      flaws.push(`sampled every ${this.#agent?.stride} units, not ${stride}`);
    this.stopServer('kill');
    this.stopAgent('kill');
    this.client.stop();
    for (const recorder of this.#recorders) {
      if (!recorder.received.some(({ kind }) => kind === 'sample')) flaws.push('a subscription got nothing');
      flaws.push(...describe(this.#judge(recorder, this.#log)));
    }
    for (const recorder of this.#retired)
      flaws.push(...describe(this.#judge(recorder, this.#until(recorder))));
    await this.clock.advance(RECOVERY_MS);
    if (this.clock.pending > 0) flaws.push(`${this.clock.pending} timers are left`);
    return flaws;
  }

  #judge({ received, every }: Recorder, log: readonly GridSample[]): Verdict {
    const starts = this.#route.isGridKnown
      ? new Set(log.filter((_sample, row) => this.#startsCell(row, every)))
      : dueOnAnyGrid(received, every, log);
    return judge(received, log, (sample) => starts.has(sample as GridSample));
  }

  /** The log up to the last sample that a subscription of the past has got. */
  #until({ received }: Recorder): readonly GridSample[] {
    let epoch = '';
    let end = 0;
    for (const item of received) {
      if (item.kind === 'subscribed') ({ epoch } = item);
      if (item.kind !== 'sample') continue;
      end = this.#log.findIndex((sample) => sample.epoch === epoch && sample.seq === item.seq) + 1;
    }
    return this.#log.slice(0, end);
  }

  #startsCell(row: number, every: number): boolean {
    const [before, sample] = [this.#log[row - 1], this.#log[row]];
    if (sample === undefined) return false;
    if (before?.epoch !== sample.epoch) return true;
    return Math.floor(before.gridIndex / every) !== Math.floor(sample.gridIndex / every);
  }
}

/** Samples that start a cell wherever cells begin: so far from those that were received on either side. */
function dueOnAnyGrid(
  received: readonly Received[],
  every: number,
  log: readonly GridSample[],
): ReadonlySet<GridSample> {
  const names = new Set<string>();
  let epoch = '';
  for (const item of received) {
    if (item.kind === 'subscribed') ({ epoch } = item);
    if (item.kind === 'sample') names.add(`${epoch}/${item.seq}`);
  }
  // A relay cannot tell a sample that is late from one of the next point.
  const slack = every < OWN_PACE ? 1 : 0;
  const due = new Set<GridSample>();
  let before: GridSample | undefined;
  let between: GridSample[] = [];
  for (const sample of log) {
    if (!names.has(`${sample.epoch}/${sample.seq}`)) {
      between.push(sample);
      continue;
    }
    for (const one of between) {
      const isAfter = before?.epoch !== one.epoch || unitsBetween(before, one) >= every + slack;
      const isBefore = sample.epoch !== one.epoch || unitsBetween(one, sample) >= every;
      if (isAfter && isBefore && areSteady([before, one, sample])) due.add(one);
    }
    between = [];
    before = sample;
  }
  for (const one of between) {
    if (before?.epoch !== one.epoch || unitsBetween(before, one) >= 2 * every) due.add(one);
  }
  return due;
}

/** Whether none of them was late, and the wall clock not set in between: else a relay has to guess where they are. */
function areSteady(samples: readonly (GridSample | undefined)[]): boolean {
  const offsets = samples.flatMap((one) => (one === undefined ? [] : [unitsOf(one.ts) - one.gridIndex]));
  return Math.max(...offsets) - Math.min(...offsets) < 0.5;
}

function unitsOf(ms: number): number {
  return (ms * OWN_PACE) / INTERVAL_MS;
}

/** On the grid and by their times, whichever is less: a sample may be late, and the wall clock may be set. */
function unitsBetween(a: GridSample, b: GridSample): number {
  return Math.min(b.gridIndex - a.gridIndex, unitsOf(b.ts - a.ts));
}

/** Euclid's. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function describe(verdict: Verdict): string[] {
  return Object.entries(verdict).flatMap(([what, names]: [string, readonly string[]]) =>
    names.length > 0 ? [`${what}: ${names.length}, ${names.slice(0, 5).join(' ')}`] : [],
  );
}
