import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { systemClock } from '../agent/clock.ts';
import { readConfig } from '../agent/cli/read-config.ts';
import type { FeedListener, FeedStart, HostFeed } from '../agent/hosts/host-feed.ts';
import { HostRegistry } from '../agent/hosts/host-registry.ts';
import { LocalHost } from '../agent/hosts/local-host.ts';
import { MirroredAlerts } from '../agent/hosts/mirrored-alerts.ts';
import { RemoteHost } from '../agent/hosts/remote-host.ts';
import { serve } from '../agent/service.ts';
import { MemoryHistory } from '../agent/testing/memory-history.ts';
import type { SequencedSample } from '../agent/store/sample-store.ts';
import type { MetricDescriptor, TableDescriptor } from '../shared/protocol/catalogue.ts';
import type { HostStatus } from '../shared/protocol/messages.ts';

const INTERVAL_MS = 250;
/** Each has them before the first client. */
const PAST_SAMPLES = 80;

const percent = { unit: 'percent', kind: 'gauge', min: 0, max: 100, help: '', source: 'test' } as const;
const rate = { unit: 'bytes/s', kind: 'rate', group: 'Network', help: '', source: 'test' } as const;
const COMMON: readonly MetricDescriptor[] = [
  { ...percent, name: 'cpu', label: 'CPU', group: 'CPU' },
  { ...percent, name: 'memory', label: 'Memory', group: 'Memory' },
  { ...rate, name: 'network.all.receive', label: 'Network received', headline: true },
  { ...rate, name: 'network.all.transmit', label: 'Network sent', headline: true },
  { ...percent, name: 'filesystem.root.used', label: '/ used', group: 'Filesystems', instance: '/' },
  { ...percent, name: 'pressure.memory.some', label: 'Memory pressure', group: 'Pressure' },
];
const PROCESSES: TableDescriptor = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  columns: [
    { name: 'pid', label: 'PID', unit: 'id' },
    { name: 'name', label: 'Name', unit: 'text' },
    { name: 'cpu', label: 'CPU', unit: 'percent' },
  ],
  help: '',
  source: 'test',
};

/** One of the hosts of `serveHosts`. */
export interface ServedHost {
  readonly id: string;
  readonly alerts: MirroredAlerts;
  /** It stops, or samples again as another run of its agent. */
  tell(status: HostStatus): void;
}

export interface ServedHosts {
  readonly url: string;
  /** Adds one more; returns it. */
  add(label: string, options?: Partial<HostOptions>): ServedHost;
  remove(id: string): void;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly args?: readonly string[];
  readonly port?: number;
  /** The admin secret. */
  readonly token?: string | null;
}

export interface HostOptions {
  readonly id: string;
  /** How far its clock is ahead, ms. */
  readonly aheadMs: number;
  /** Metrics of its own. */
  readonly catalogue: readonly MetricDescriptor[];
  readonly labels: Readonly<Record<string, string>>;
  /** Times of the samples that the server keeps of it, Unix ms. */
  readonly keptMs: readonly number[];
}

/**
 * Serves hosts that sample invented values every 250 ms in this process. The first is the server's own, the others are copies, as those of a relay or a
 * gateway. Ids are `id-LABEL` unless an option says otherwise.
 * @param args flags of the agent
 */
export async function serveHosts(
  labels: readonly string[],
  { args = [], port = 0, token = null }: ServeOptions = {},
): Promise<ServedHosts & { readonly host: (label: string) => ServedHost }> {
  const folder = await mkdtemp(join(tmpdir(), 'metrics-panel-hosts-'));
  const flags = ['--port', String(port), '--state', folder, '--interval', String(INTERVAL_MS)];
  const config = {
    ...readConfig(['node', 'metrics-panel', ...flags, '--log-level', 'silent', ...args]),
    token,
  };
  const registry = new HostRegistry();
  const served = new Map<string, { host: ServedHost; end: () => void }>();
  const add: ServedHosts['add'] = (label, options = {}) => {
    const one = invent(label, served.size, options);
    const undo = registry.add(served.size === 0 ? one.far : one.remote);
    served.set(one.host.id, {
      host: one.host,
      end: () => {
        undo();
        one.end();
      },
    });
    return one.host;
  };
  for (const label of labels) add(label);
  const service = await serve(
    config,
    {
      hosts: registry,
      alerts: null,
      alertsPath: null,
      minIntervalMs: INTERVAL_MS,
      ownName: null,
      kernelRoots: null,
      health: () => ({ samplerLagMs: 0, history: undefined, alerts: undefined }),
      isHeld: () => false,
    },
    systemClock,
    pino({ level: 'silent' }),
  );
  const remove = (id: string): void => {
    served.get(id)?.end();
    served.delete(id);
  };
  return {
    url: service.url,
    host: (label) => {
      const found = served.get(`id-${label}`);
      if (found === undefined) throw new Error(`No host ${label}`);
      return found.host;
    },
    add,
    remove,
    stop: async () => {
      for (const id of served.keys()) remove(id);
      await service.stop(Promise.resolve());
      await rm(folder, { recursive: true });
    },
  };
}

function invent(
  label: string,
  index: number,
  { id = `id-${label}`, aheadMs = 0, catalogue = [], labels = {}, keptMs }: Partial<HostOptions>,
): { far: LocalHost; remote: RemoteHost; host: ServedHost; end(): void } {
  const alerts = new MirroredAlerts(id);
  const metrics = [...COMMON, ...catalogue];
  const make = (): LocalHost =>
    new LocalHost({
      host: {
        id,
        label,
        labels,
        facts: { operatingSystem: `Linux of ${label}`, cores: 4, bootedAtMs: Date.now() - 86_400_000 },
      },
      catalogue: metrics,
      tables: [PROCESSES],
      intervalMs: INTERVAL_MS,
    });
  let far = make();
  const listeners = new Set<(sample: SequencedSample) => void>();
  const taken: SequencedSample[] = [];
  let grid = 0;
  const sample = (timestampMs: number): void => {
    grid += 1;
    far.append({
      timestampMs: timestampMs + aheadMs,
      gridIndex: grid * Math.round(INTERVAL_MS / far.unitMs),
      values: metrics.map((metric, column) => inventedValue(metric, index, column, grid)),
      tables: [{ name: 'processes', rows: [[100 + index, `work-of-${label}`, 12]] }],
    });
  };
  const listen = (): void => {
    far.onSample((one) => {
      taken.push(taken.at(-1)?.epoch === one.epoch ? one : { ...one, catalogue: metrics });
      for (const listener of listeners) listener(taken.at(-1) ?? one);
    });
  };
  listen();
  const nowMs = Date.now();
  for (let past = PAST_SAMPLES; past > 0; past -= 1) sample(nowMs - past * INTERVAL_MS);
  let timer = setInterval(() => sample(Date.now()), INTERVAL_MS);

  const feed: HostFeed = {
    open(start: FeedStart, _pace, listener: FeedListener) {
      const tell = (one: SequencedSample): void => listener.sample(one);
      queueMicrotask(() => {
        listener.described({ facts: far.host.facts, catalogue: far.catalogue, tables: far.tables });
        listener.filled(startOf(taken, start, metrics));
        listeners.add(tell);
      });
      return {
        setPace: () => {},
        close: () => {
          listeners.delete(tell);
          queueMicrotask(() => listeners.delete(tell));
        },
      };
    },
  };
  let status: HostStatus = { state: 'up', sinceMs: nowMs };
  const summary = () => ({ ...far.summary, status });
  const remote = new RemoteHost({ summary: summary(), feed, clock: systemClock, alerts });
  // As a gateway that keeps hosts has it.
  if (keptMs !== undefined) Object.assign(remote, { history: new MemoryHistory({ timesMs: keptMs }) });
  return {
    far,
    remote,
    host: {
      id,
      alerts,
      tell: (next) => {
        const wasUp = status.state !== 'down';
        status = next;
        clearInterval(timer);
        if (next.state !== 'down') {
          if (!wasUp) {
            far = make();
            listen();
          }
          timer = setInterval(() => sample(Date.now()), INTERVAL_MS);
        }
        remote.learn(summary());
      },
    },
    end: () => {
      clearInterval(timer);
      remote.stop();
    },
  };
}

/** The first has its catalogue. */
function startOf(
  taken: readonly SequencedSample[],
  start: FeedStart,
  catalogue: readonly MetricDescriptor[],
): SequencedSample[] {
  const last = taken.at(-1);
  const ofRun = taken.filter(({ epoch }) => epoch === last?.epoch);
  const wanted =
    start === 'everything'
      ? ofRun
      : 'backfill' in start
        ? ofRun.slice(-start.backfill)
        : ofRun.filter(({ seq }) => seq > start.since.seq);
  const [first, ...others] = wanted;
  return first === undefined ? [] : [{ ...first, catalogue }, ...others];
}

function inventedValue({ unit }: MetricDescriptor, host: number, column: number, grid: number): number {
  const wave = Math.sin(grid / (9 + host) + column) * Math.sin(grid / 31 + host * 2);
  const share = 20 + host * 9 + column * 4 + wave * 14;
  return unit === 'percent' ? Math.min(99, Math.max(0, share)) : Math.max(0, share) * 1e5;
}
