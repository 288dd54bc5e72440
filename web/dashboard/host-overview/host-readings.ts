import type { Subscribed } from '../../../shared/protocol/messages.ts';
import { browserClock } from '../../browser/browser-clock.ts';
import type { Connection } from '../../state/connection.ts';

/** Points of a small line, and their distance: five minutes. */
export const POINTS = 60;
const INTERVAL_MS = 5000;
/** A host that is only scrolled past is not asked for. */
const DWELL_MS = 300;
/** A host that is scrolled back to soon has its line still. */
const LINGER_MS = 5000;
/** Well below what an agent allows a client. */
const MOST = 40;
/** A one-way connection has all that is asked for in its address, of which agents and proxies take 8 KiB; and begins anew with each change. */
const MOST_ONE_WAY = 12;
const DWELL_ONE_WAY_MS = 2000;

const METRICS = ['cpu', 'memory', 'network.all.receive', 'network.all.transmit', 'pressure.*.some'];
const LINES = ['cpu', 'memory', 'receive', 'send', 'pressure'] as const;
export type Line = (typeof LINES)[number];

/** The last five minutes of a host, oldest first; what is not known is `NaN`. */
export class RecentValues {
  readonly lines: Readonly<Record<Line, Float32Array>>;
  /** Unix ms on the host's clock; `null` before the first sample. */
  newestMs: number | null = null;
  /** Which line each value of a sample belongs to. */
  #places: readonly (Line | null)[] = [];

  constructor() {
    const empty = (): Float32Array => new Float32Array(POINTS).fill(Number.NaN);
    this.lines = { cpu: empty(), memory: empty(), receive: empty(), send: empty(), pressure: empty() };
  }

  /** The newest value of a line; `null` if it is not known. */
  newest(line: Line): number | null {
    const value = this.lines[line].at(-1);
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  announce(series: Subscribed['series']): void {
    this.#places = series.map(({ name }) => lineOf(name));
  }

  /** A sample of the same five seconds replaces the one before. */
  add(timestampMs: number, values: readonly (number | null)[]): void {
    const slot = Math.floor(timestampMs / INTERVAL_MS);
    const before = this.newestMs === null ? slot - POINTS : Math.floor(this.newestMs / INTERVAL_MS);
    // A clock that was set back begins anew.
    const shift = slot < before ? POINTS : Math.min(POINTS, slot - before);
    this.newestMs = timestampMs;
    for (const line of LINES) {
      const held = this.lines[line];
      held.copyWithin(0, shift);
      held.fill(Number.NaN, POINTS - Math.max(1, shift));
    }
    for (const [index, line] of this.#places.entries()) {
      const value = values[index] ?? null;
      if (line === null || value === null) continue;
      const held = this.lines[line];
      const known = held.at(-1) ?? Number.NaN;
      // Of the pressures, the highest.
      held[POINTS - 1] = Number.isNaN(known) ? value : Math.max(known, value);
    }
  }
}

function lineOf(name: string): Line | null {
  if (name === 'cpu' || name === 'memory') return name;
  if (name === 'network.all.receive') return 'receive';
  if (name === 'network.all.transmit') return 'send';
  return name.startsWith('pressure.') ? 'pressure' : null;
}

interface Watched {
  readonly values: RecentValues;
  readonly leave: () => void;
  cancelLinger: (() => void) | null;
}

/** The last minutes of the hosts that the reader sees, and of no others. */
export class HostReadings {
  readonly #client: Connection['client'];
  readonly #status: Connection['status'];
  readonly #changed: (id: string) => void;
  readonly #watched = new Map<string, Watched>();
  #seen: readonly string[] = [];
  /** Those in sight that are not followed yet. */
  #wanted = '';
  #cancelDwell: () => void = () => {};
  #unfollow: () => void = () => {};

  /** @param changed called with each sample of a host */
  constructor({ client, status }: Pick<Connection, 'client' | 'status'>, changed: (id: string) => void) {
    this.#client = client;
    this.#status = status;
    this.#changed = changed;
  }

  start(): void {
    this.#unfollow = this.#client.onChange(() => {
      this.#leaveAll();
      this.#wanted = '';
      this.see(this.#seen);
    });
  }

  stop(): void {
    this.#unfollow();
    this.#cancelDwell();
    this.#wanted = '';
    this.#seen = [];
    this.#leaveAll();
  }

  of(id: string): RecentValues | undefined {
    return this.#watched.get(id)?.values;
  }

  /** Called with the hosts that are on the screen now, the most important first. */
  see(ids: readonly string[]): void {
    this.#seen = ids.slice(0, this.#most);
    const seen = new Set(this.#seen);
    for (const [id, watched] of this.#watched) {
      if (seen.has(id)) {
        watched.cancelLinger?.();
        watched.cancelLinger = null;
      } else watched.cancelLinger ??= browserClock.schedule(() => this.#leave(id), LINGER_MS);
    }
    const wanted = this.#seen.filter((id) => !this.#watched.has(id)).join();
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#cancelDwell();
    if (wanted !== '')
      this.#cancelDwell = browserClock.schedule(
        this.#watchSeen,
        this.#isOneWay ? DWELL_ONE_WAY_MS : DWELL_MS,
      );
  }

  readonly #watchSeen = (): void => {
    this.#wanted = '';
    const client = this.#client.value;
    if (client === null) return;
    for (const id of this.#seen) {
      if (this.#watched.has(id)) continue;
      this.#makeRoom();
      const values = new RecentValues();
      const leave = client.subscribe(
        { host: id, metrics: METRICS, intervalMs: INTERVAL_MS, backfill: POINTS },
        {
          subscribed: ({ series }) => values.announce(series),
          sample: ({ timestampMs, values: read }) => {
            values.add(timestampMs, read);
            this.#changed(id);
          },
          gap: () => {},
          // Its summary says why; a host that is gone is taken from the list.
          refused: () => {},
        },
      );
      this.#watched.set(id, { values, leave, cancelLinger: null });
    }
    client.start();
  };

  get #isOneWay(): boolean {
    const status = this.#status.value;
    return 'transport' in status && status.transport !== 'WebSocket';
  }

  get #most(): number {
    return this.#isOneWay ? MOST_ONE_WAY : MOST;
  }

  /** Those that linger longest make room. */
  #makeRoom(): void {
    if (this.#watched.size < this.#most) return;
    const seen = new Set(this.#seen);
    const oldest = [...this.#watched.keys()].find((id) => !seen.has(id));
    if (oldest !== undefined) this.#leave(oldest);
  }

  #leave(id: string): void {
    const watched = this.#watched.get(id);
    if (watched === undefined) return;
    watched.cancelLinger?.();
    watched.leave();
    this.#watched.delete(id);
  }

  #leaveAll(): void {
    for (const id of this.#watched.keys()) this.#leave(id);
  }
}
