import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../agent/clock.ts';
import { DEFAULTS } from '../agent/config.ts';
import type { FeedListener, FeedPace, FeedStart, HostFeed } from '../agent/hosts/host-feed.ts';
import { HostRegistry } from '../agent/hosts/host-registry.ts';
import { RemoteHost } from '../agent/hosts/remote-host.ts';
import { serve } from '../agent/service.ts';
import type { SequencedSample } from '../agent/store/sample-store.ts';
import type { MetricDescriptor } from '../shared/protocol/catalogue.ts';
import type { HostSummary } from '../shared/protocol/messages.ts';

/** How often a host says how it is without being watched, as beats over a broker do. */
const BEAT_MS = 10_000;
const INTERVAL_MS = 1000;
const STARTED_MS = Date.now() - 3 * 3_600_000;
const UNIT_MS = 100;

const ROLES = [
  ['web', 0.42, 22],
  ['api', 0.22, 30],
  ['edge', 0.12, 16],
  ['db', 0.096, 18],
  ['cache', 0.084, 8],
  ['queue', 0.06, 12],
] as const;
const ZONES = ['fra1', 'ams2', 'nyc1'];
const MOUNTS = ['/', '/var', '/srv'];

/** What is true of a host from its beginning. */
interface Nature {
  readonly index: number;
  readonly label: string;
  readonly role: string;
  readonly cpu: number;
  readonly memory: number;
  readonly disk: NonNullable<HostSummary['disk']>;
  readonly bytes: number;
  readonly pressure: NonNullable<HostSummary['pressure']>;
}

type Change = Partial<
  Pick<HostSummary, 'status' | 'alerts' | 'cpu' | 'memory' | 'disk' | 'pressure' | 'ts' | 'network'>
>;

export interface SimulatedHosts {
  /** Of the page. */
  readonly url: string;
  /** Ids, in the order in which they were added. */
  readonly ids: readonly string[];
  /** Ids of the hosts that somebody follows now. */
  followed(): readonly string[];
  /** Changes how a host is; values follow what its summary says. */
  set(id: string, change: Change): void;
  stop(): Promise<void>;
}

/**
 * Serves `count` hosts that do not exist, as a gateway would: each says every 10 s how it is, and has samples while somebody follows it. A few are in trouble,
 * down or unknown, the same ones each time; with `isCalm`, none.
 */
export async function simulateHosts(
  count: number,
  { port = 0, isCalm = false }: { readonly port?: number; readonly isCalm?: boolean } = {},
): Promise<SimulatedHosts> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'metrics-panel-simulated-'));
  const hosts = new HostRegistry();
  const simulated = natures(count).map((nature) => new SimulatedHost(nature));
  for (const { stream } of simulated) hosts.add(stream);
  if (!isCalm)
    for (const [label, change] of troubles(count, Date.now()))
      simulated.find((one) => one.label === label)?.set(change);
  const service = await serve(
    { ...DEFAULTS, port, stateFolder, logLevel: 'silent' },
    {
      hosts,
      alerts: null,
      alertsPath: null,
      minIntervalMs: UNIT_MS,
      ownName: null,
      kernelRoots: null,
      health: () => ({ samplerLagMs: 0, history: undefined, alerts: undefined }),
      isHeld: () => false,
    },
    systemClock,
    pino({ level: 'silent' }),
  );
  // Evenly over the ten seconds, as with hosts that were started at different times.
  let next = 0;
  let debt = 0;
  const step = 100;
  const timer = setInterval(() => {
    debt += (simulated.length * step) / BEAT_MS;
    for (; debt >= 1; debt -= 1) {
      simulated[next % simulated.length]?.beat();
      next += 1;
    }
  }, step);
  return {
    url: service.url,
    ids: simulated.map(({ id }) => id),
    followed: () => simulated.filter(({ stream }) => stream.isFollowed).map(({ id }) => id),
    set: (id, change) => simulated.find((one) => one.id === id)?.set(change),
    stop: async () => {
      clearInterval(timer);
      for (const { stream } of simulated) stream.stop();
      await service.stop(Promise.resolve());
      await rm(stateFolder, { recursive: true, force: true });
    },
  };
}

class SimulatedHost implements HostFeed {
  readonly id: string;
  readonly label: string;
  readonly stream: RemoteHost;
  readonly #nature: Nature;
  readonly #epoch: string;
  #change: Change = {};

  constructor(nature: Nature) {
    this.#nature = nature;
    this.label = nature.label;
    this.id = hex(nature.index, 32);
    this.#epoch = hex(nature.index + 7919, 32);
    this.stream = new RemoteHost({ summary: this.#summary, feed: this, clock: systemClock });
  }

  set(change: Change): void {
    this.#change = { ...this.#change, ...change };
    this.stream.learn(this.#summary);
  }

  beat(): void {
    if (this.stream.status.state === 'up') this.stream.learn(this.#summary);
  }

  open(
    start: FeedStart,
    pace: FeedPace,
    listener: FeedListener,
  ): { setPace(pace: FeedPace): void; close(): void } {
    let intervalMs = pace.intervalMs;
    let timer: NodeJS.Timeout | undefined;
    let last = Math.floor((this.#endMs - STARTED_MS) / INTERVAL_MS);
    const count = start === 'everything' || 'since' in start ? 300 : Math.min(900, start.backfill);
    const next = (): void => {
      last += 1;
      listener.sample(this.#sampleAt(last));
    };
    const run = (): void => {
      clearInterval(timer);
      if (this.stream.status.state !== 'down') timer = setInterval(next, Math.max(INTERVAL_MS, intervalMs));
    };
    queueMicrotask(() => {
      listener.described({
        facts: { operatingSystem: 'Simulated Linux', cores: 8 },
        catalogue: CATALOGUE,
        tables: [],
      });
      const first = Math.max(1, last - count + 1);
      const samples = Array.from({ length: last - first + 1 }, (_, index) => this.#sampleAt(first + index));
      listener.filled(
        samples.map((sample, index) => (index === 0 ? { ...sample, catalogue: CATALOGUE } : sample)),
      );
      run();
    });
    return {
      setPace: (next_) => {
        intervalMs = next_.intervalMs;
        if (timer !== undefined) run();
      },
      close: () => clearInterval(timer),
    };
  }

  get #endMs(): number {
    const { status } = this.#change;
    return status?.state === 'down' ? (status.sinceMs ?? Date.now()) : Date.now();
  }

  get #summary(): HostSummary {
    const { index, label, role, cpu, memory, disk, bytes, pressure } = this.#nature;
    const wobble = wave(index, Math.floor(Date.now() / INTERVAL_MS));
    return {
      id: this.id,
      label,
      labels: { env: index % 7 === 3 ? 'staging' : 'prod', role, zone: ZONES[index % ZONES.length] ?? '' },
      status: { state: 'up', sinceMs: STARTED_MS },
      epoch: this.#epoch,
      intervalMs: INTERVAL_MS,
      minIntervalMs: UNIT_MS,
      via: 'gw-1',
      bootedAtMs: STARTED_MS - (1 + ((index * 37) % 200)) * 86_400_000,
      ts: this.#endMs,
      cpu: bounded(cpu * wobble),
      memory: bounded(memory + wobble),
      disk,
      network: { receive: bytes * wobble, send: bytes * 0.6 * wobble },
      pressure: { ...pressure, percent: bounded(pressure.percent * wobble) },
      alerts: { warning: 0, trouble: 0, worst: null },
      ...this.#change,
    };
  }

  /** @param seq also says when it was taken */
  #sampleAt(seq: number): SequencedSample {
    const { index, bytes } = this.#nature;
    const { cpu, memory, pressure } = this.#summary;
    const wobble = wave(index, seq);
    const percents = ['cpu', 'memory', 'io'].map((name) =>
      bounded((pressure?.name === name ? pressure.percent : 0.3) * wave(index + name.length, seq)),
    );
    return {
      epoch: this.#epoch,
      seq,
      timestampMs: STARTED_MS + seq * INTERVAL_MS,
      gridIndex: Math.floor((STARTED_MS + seq * INTERVAL_MS) / UNIT_MS),
      values: [
        bounded((cpu ?? 0) * wobble),
        bounded((memory ?? 0) + wobble - 1),
        bytes * wobble,
        bytes * 0.6 * wave(index + 1, seq),
        ...percents,
        ...EXTRAS.map(() => wobble),
      ],
    };
  }
}

const percent = (name: string, label: string, group: string): MetricDescriptor => ({
  name,
  label,
  unit: 'percent',
  kind: 'gauge',
  min: 0,
  max: 100,
  group,
  help: 'Invented.',
  source: 'simulated',
});
/** As many as a host of some size has. */
const EXTRAS = Array.from({ length: 120 }, (_, index) =>
  percent(`cpu.core.${index}`, `Core ${index}`, 'CPU'),
);
const CATALOGUE: readonly MetricDescriptor[] = [
  percent('cpu', 'CPU', 'CPU'),
  percent('memory', 'Memory', 'Memory'),
  ...(['receive', 'transmit'] as const).map((direction) => ({
    ...percent(`network.all.${direction}`, direction, 'Network'),
    unit: 'bytes/s',
    kind: 'rate',
  })),
  ...['cpu', 'memory', 'io'].map((name) => percent(`pressure.${name}.some`, `${name} pressure`, 'Pressure')),
  ...EXTRAS,
];

function natures(count: number): Nature[] {
  const small = [
    ['web-1', 'web', 22],
    ['db-2', 'db', 18],
    ['nas', 'cache', 8],
  ] as const;
  const named =
    count <= small.length
      ? small.slice(0, count)
      : ROLES.flatMap(([role, share, cpu]) =>
          Array.from(
            { length: Math.ceil(share * count) },
            (_, index) => [`${role}-${index + 1}`, role, cpu] as const,
          ),
        ).slice(0, count);
  return named.map(([label, role, cpu], index) => {
    const spread = 0.6 + 0.9 * noise(index);
    return {
      index,
      label,
      role,
      cpu: cpu * spread,
      memory: 30 + 42 * noise(index + 1),
      disk: { name: MOUNTS[index % MOUNTS.length] ?? '/', percent: 20 + 55 * noise(index + 2) },
      bytes: (0.3 + 9 * noise(index + 3) * spread) * 1_048_576,
      pressure: { name: ['cpu', 'io', 'memory'][index % 3] ?? 'cpu', percent: 0.2 + 2.6 * noise(index + 4) },
    };
  });
}

function troubles(count: number, nowMs: number): readonly (readonly [label: string, change: Change])[] {
  const down = (agoMs: number, reason: string): Change => ({
    status: { state: 'down', sinceMs: nowMs - agoMs, reason },
    ts: nowMs - agoMs,
  });
  const alert = (severity: 'trouble' | 'warning', title: string, metric: string, agoMs: number): Change => ({
    alerts: {
      warning: severity === 'warning' ? 1 : 0,
      trouble: severity === 'trouble' ? 1 : 0,
      worst: { title, metric, severity, sinceMs: nowMs - agoMs },
    },
  });
  const unknown: Change = {
    status: {
      state: 'unknown',
      sinceMs: nowMs - 60_000,
      reason: 'not heard of since this gateway started',
    },
    ts: null,
    cpu: null,
    memory: null,
    disk: null,
    network: null,
    pressure: null,
    alerts: null,
  };
  const memory: Change = {
    ...alert('trouble', 'Process killed for want of memory', 'memory.oomKills', 240_000),
    cpu: 38,
    memory: 88,
    disk: { name: '/var', percent: 91.4 },
    pressure: { name: 'memory', percent: 24.8 },
  };
  if (count <= 3)
    return [
      ['db-2', memory],
      ['nas', down(360_000, 'the connection was refused')],
    ];
  return [
    ['db-2', memory],
    [count > 100 ? 'cache-40' : 'cache-2', down(360_000, 'the connection was refused')],
    [
      count > 100 ? 'web-207' : 'web-7',
      {
        ...alert('warning', 'Disk full soon', 'filesystem./.used', 900_000),
        disk: { name: '/', percent: 87.2 },
      },
    ],
    [
      'api-3',
      {
        ...alert('warning', 'Processor busy for long', 'cpu', 720_000),
        cpu: 97,
        pressure: { name: 'cpu', percent: 31 },
      },
    ],
    [count > 100 ? 'queue-9' : 'queue-1', unknown],
    ...(count <= 100
      ? []
      : ([
          ['edge-18', down(6_780_000, 'it said goodbye')],
          ['edge-19', down(6_770_000, 'it said goodbye')],
          ['web-311', down(12_000, 'no beat was heard')],
          ['api-144', { ...memory, disk: { name: '/', percent: 39 }, memory: 96 }],
          [
            'db-61',
            {
              ...alert('warning', 'Disk busy', 'disk.nvme0n1.busy', 480_000),
              pressure: { name: 'io', percent: 26 },
            },
          ],
          ...[63, 64, 65, 66, 67, 68, 69, 70, 71].map((number) => [`edge-${number}`, unknown] as const),
        ] as const)),
  ];
}

/** 0 to 1, the same for the same number. */
function noise(index: number): number {
  const value = Math.sin(index * 127.1 + 311.7) * 43_758.5453;
  return value - Math.floor(value);
}

/** About 1, in slow waves with some jitter. */
function wave(index: number, second: number): number {
  return (
    1 + 0.22 * Math.sin(second / (23 + (index % 17)) + index) + 0.16 * (noise(index * 31 + second) - 0.5)
  );
}

function bounded(value: number): number {
  return Math.round(Math.min(100, Math.max(0, value)) * 10) / 10;
}

function hex(seed: number, digits: number): string {
  return (
    BigInt(Math.floor(noise(seed) * 2 ** 52)) * 0x9e3779b97f4a7c15n +
    BigInt(seed) * 0x1000000000000001n
  )
    .toString(16)
    .padStart(digits, '0')
    .slice(-digits);
}
