import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostRegistry } from '../hosts/host-registry.ts';
import { LocalHost } from '../hosts/local-host.ts';
import { HistorySink } from '../sinks/history-sink.ts';
import { attachSink } from '../sinks/sample-sink.ts';
import { openDatabase } from '../store/history/database.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import { openRecording } from '../store/history/recording.ts';
import type { SampleHistory } from '../store/sample-history.ts';
import { capturedLog } from './captured-log.ts';
import { FakeClock } from './fake-clock.ts';
import { metric } from './fake-collector.ts';

/** A host with a history, sampled each second by a clock that the test advances. */
export class RecordedAgent {
  readonly clock = new FakeClock();
  readonly captured = capturedLog();
  readonly host = new LocalHost({
    host: { id: 'a', label: 'a', facts: {} },
    catalogue: [metric('cpu'), metric('memory')],
    intervalMs: 1000,
  });
  /** What is measured beside the number of the sample, which `memory` is. */
  others: readonly string[] = ['cpu'];
  /** What they are. */
  value: number | null = 1;
  readonly sink: HistorySink;
  loads = 0;
  #opening: Promise<unknown> = Promise.resolve();
  #grid = 0;
  readonly #detach: () => Promise<void>;

  /** @param typeOf the type of the folder's filesystem, as statfs(2) has it */
  constructor(folder: string, typeOf?: () => Promise<number>) {
    this.sink = new HistorySink({
      settings: { folder, days: 14, maxBytes: 100_000_000 },
      host: this.host,
      clock: this.clock,
      log: this.captured.log,
      load: () => {
        this.loads += 1;
        return Promise.resolve({
          openRecording: (options) => {
            const opening = openRecording(typeOf === undefined ? options : { ...options, typeOf });
            this.#opening = opening.catch(() => {});
            return opening;
          },
        });
      },
    });
    this.#detach = attachSink(new HostRegistry([this.host]), this.sink, (error) => {
      throw error;
    });
  }

  get lines(): readonly string[] {
    return this.captured.lines;
  }

  /** Takes a sample each second; ends a second after the last, when all the work that followed it is done. */
  async run(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.#grid += 10;
      const seq = this.host.store.head.seq + 1;
      const names = [...this.others, 'memory'];
      const isChanged = names.join(' ') !== this.host.catalogue.map(({ name }) => name).join(' ');
      this.host.append({
        timestampMs: this.clock.wallNow(),
        gridIndex: this.#grid,
        values: [...this.others.map(() => this.value), seq],
        ...(isChanged ? { catalogue: names.map(metric) } : {}),
      });
      await this.clock.advance(1000);
      await this.#opening;
      await this.clock.advance(0);
    }
  }

  /** Like `run`, without samples. */
  async stall(seconds: number): Promise<void> {
    this.#grid += seconds * 10;
    await this.clock.advance(seconds * 1000);
  }

  stop(): Promise<void> {
    return this.#detach();
  }
}

/** Two hours from where the clock begins. */
export const ALL = { fromMs: 1_700_000_000_000, toMs: 1_700_007_200_000 } as const;

/** Numbers of the samples that a history has. */
export function numbersIn(history: SampleHistory | null | undefined): number[] {
  if (history === null || history === undefined) throw new Error('no history');
  const plan = history.plan({ ...ALL, metrics: ['memory'], points: 7200 });
  return [...history.read(plan)].flatMap(({ mean: [values = new Float64Array(0)] }) => [...values]);
}

/** Numbers of the samples that would be left if the agent was killed now. */
export function numbersOnDisk(folder: string): number[] {
  const copy = mkdtempSync(join(tmpdir(), 'history-'));
  for (const file of ['history.db', 'history.db-wal']) copyFileSync(join(folder, file), join(copy, file));
  const connection = openDatabase(join(copy, 'history.db'));
  const numbers = numbersIn(new HistoryStore(connection, { intervalMs: 1000, unitMs: 100 }));
  connection.close();
  rmSync(copy, { recursive: true });
  return numbers;
}

/** From 1, or another number. */
export const upTo = (count: number, from = 1): number[] =>
  Array.from({ length: count - from + 1 }, (_none, index) => from + index);
