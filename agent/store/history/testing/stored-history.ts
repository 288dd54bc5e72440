import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { SampleHistory } from '../../sample-history.ts';
import type { SequencedSample } from '../../sample-store.ts';
import { checkpoint, openBeside, openDatabase } from '../database.ts';
import { HistoryStore } from '../history-store.ts';
import { retain } from '../retention.ts';
import type { Connection } from '../sqlite.ts';
import { failingWrites, type FailingWrites } from './failing-writes.ts';
import type { HistoryUnderTest } from './history-under-test.ts';
import type { SimulatedHost } from './simulated-host.ts';

const FLUSH_EVERY_MS = 10_000;
/** Far fewer than an agent holds, so that a full disk soon costs samples. */
const MAX_HELD_VALUES = 2000;
const NO_LIMIT = 1e9;
const FILES = ['history.db', 'history.db-wal'] as const;

/** A `HistoryStore` in a file, written as an agent's sink does, but by the time of its samples. */
export class StoredHistory implements HistoryUnderTest {
  #folder = newFolder();
  #connection: Connection | null = null;
  #store: HistoryStore | null = null;
  #host: SimulatedHost | null = null;
  #catalogue: readonly MetricDescriptor[] | null = null;
  #heldValues = 0;
  #hasLost = false;
  /** On the sampler's own clock. */
  #dueMs = Number.NEGATIVE_INFINITY;
  #writes: FailingWrites | null = null;
  /** Writes that succeed before the disk is full; `null`: it is not. */
  #fullAfter: number | null = null;

  begin(host: SimulatedHost): SampleHistory {
    this.#host = host;
    this.#connection = openDatabase(join(this.#folder, FILES[0]));
    this.#writes = failingWrites(this.#connection);
    this.#applyFull();
    this.#store = new HistoryStore(this.#writes.connection, {
      intervalMs: host.intervalMs,
      unitMs: host.unitMs,
    });
    this.#catalogue = null;
    this.#heldValues = 0;
    this.#hasLost = false;
    this.#dueMs = Number.NEGATIVE_INFINITY;
    return this.#store;
  }

  append(sample: SequencedSample): boolean {
    const [store, host] = [this.#store, this.#host];
    if (store === null || host === null) throw new TypeError('no agent runs');
    const nowMs = sample.gridIndex * host.unitMs;
    const hasRoom = this.#heldValues < MAX_HELD_VALUES;
    if (hasRoom) {
      store.append(this.#described(sample, host), host, this.#hasLost ? 'not_written' : undefined);
      if (this.#heldValues === 0 && this.#dueMs < nowMs)
        this.#dueMs = nowMs + FLUSH_EVERY_MS - host.intervalMs;
      this.#heldValues += sample.values.length;
    } else this.#catalogue = null;
    this.#hasLost = !hasRoom;
    if (nowMs >= this.#dueMs) {
      this.#dueMs = nowMs + FLUSH_EVERY_MS;
      this.#write(() => store.flush());
    }
    return hasRoom;
  }

  close(): void {
    this.#write(() => this.#store?.close());
    this.#connection?.close();
  }

  kill(): void {
    const folder = newFolder();
    for (const file of FILES) {
      if (existsSync(join(this.#folder, file))) copyFileSync(join(this.#folder, file), join(folder, file));
    }
    this.remove();
    this.#folder = folder;
  }

  fill(writes: number): void {
    this.#fullAfter = writes;
    this.#applyFull();
  }

  free(): void {
    this.#fullAfter = null;
    this.#applyFull();
  }

  retain(days: number): void {
    const path = join(this.#folder, FILES[0]);
    const beside = openBeside(path);
    // A step each time.
    Array.from(retain(beside, { days, maxBytes: NO_LIMIT, logBytes: NO_LIMIT / 8 }));
    checkpoint(beside, path, () => {});
    beside.close();
  }

  remove(): void {
    this.#connection?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(write: () => void): void {
    try {
      write();
      this.#heldValues = 0;
    } catch (error) {
      if (this.#fullAfter === null) throw error;
    }
  }

  #described(sample: SequencedSample, { catalogue }: SimulatedHost): SequencedSample {
    if (catalogue === this.#catalogue) return sample;
    this.#catalogue = catalogue;
    return { ...sample, catalogue };
  }

  #applyFull(): void {
    const writes = this.#fullAfter;
    // A full disk to SQLite itself: no page more than there are.
    this.#connection?.exec(`PRAGMA max_page_count=${writes === -1 ? 1 : 2 ** 31}`);
    this.#writes?.failAfter(writes === -1 ? null : writes);
  }
}

function newFolder(): string {
  const memory = '/dev/shm';
  return mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'metrics-panel-weeks-'));
}
