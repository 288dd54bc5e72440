import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalHost } from '../hosts/local-host.ts';
import { HostRegistry } from '../hosts/host-registry.ts';
import { closeDatabase, openBeside, openDatabase } from '../store/history/database.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import { HistoryProblem } from '../store/history/history-problem.ts';
import { openRecording, Recording } from '../store/history/recording.ts';
import { retain } from '../store/history/retention.ts';
import { connect, readNumber } from '../store/history/sqlite.ts';
import { metricSet } from '../store/metric-set.ts';
import { HistoryError, type SampleHistory } from '../store/sample-history.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { metric } from '../testing/fake-collector.ts';
import { HistorySink } from './history-sink.ts';
import { attachSink } from './sample-sink.ts';

let folder: string;
let path: string;
let agents: TestAgent[];
/** Whether the folder is a filesystem of its own. */
let isMounted = false;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.db');
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) await agent.stop();
  if (isMounted) execFileSync('umount', [folder]);
  isMounted = false;
  rmSync(folder, { recursive: true });
});

/** A host with a history, sampled each second by a clock that the test advances. */
class TestAgent {
  readonly clock = new FakeClock();
  readonly captured = capturedLog();
  readonly host = new LocalHost({
    host: { id: 'a', label: 'a', facts: {} },
    catalogue: [metric('cpu'), metric('memory')],
    intervalMs: 1000,
  });
  /** What is measured beside the number of the sample, which `memory` is. */
  others: readonly string[] = ['cpu'];
  readonly sink: HistorySink;
  loads = 0;
  #opening: Promise<unknown> = Promise.resolve();
  #grid = 0;
  readonly #detach: () => Promise<void>;

  constructor(typeOf?: () => Promise<number>) {
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
    agents.push(this);
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
        values: [...this.others.map(() => 1), seq],
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

/** Of all tests; the clock begins there. */
const ALL = { fromMs: 1_700_000_000_000, toMs: 1_700_007_200_000 } as const;

/** Numbers of the samples that a history has. */
function numbersIn(history: SampleHistory | null | undefined): number[] {
  if (history === null || history === undefined) throw new Error('no history');
  const plan = history.plan({ ...ALL, metrics: ['memory'], points: 7200 });
  return [...history.read(plan)].flatMap(({ mean: [values = new Float64Array(0)] }) => [...values]);
}

/** Numbers of the samples that would be left if the agent was killed now. */
function numbersOnDisk(): number[] {
  const copy = mkdtempSync(join(tmpdir(), 'history-'));
  for (const file of ['history.db', 'history.db-wal']) copyFileSync(join(folder, file), join(copy, file));
  const connection = openDatabase(join(copy, 'history.db'));
  const numbers = numbersIn(new HistoryStore(connection, { intervalMs: 1000, unitMs: 100 }));
  connection.close();
  rmSync(copy, { recursive: true });
  return numbers;
}

const upTo = (count: number, from = 1): number[] =>
  Array.from({ length: count - from + 1 }, (_none, index) => from + index);

describe('a history', () => {
  it('is loaded and opened after the first sample is out, and has that sample too', async () => {
    const agent = new TestAgent();
    await agent.stall(5);
    expect([agent.loads, agent.clock.pending, agent.host.history]).toEqual([0, 0, null]);
    expect(readdirSync(folder)).toEqual([]);
    await agent.run(1);
    expect(agent.loads).toBe(1);
    expect(numbersIn(agent.host.history)).toEqual([1]);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(agent.lines).toEqual([]);
  });

  it('sets no timer but after a sample, when it has something to do', async () => {
    const agent = new TestAgent();
    await agent.run(30);
    expect(agent.clock.pending).toBe(0);
    await agent.stall(3600);
    expect(agent.clock.pending).toBe(0);
  });

  it('loses no more than ten seconds to a kill', async () => {
    const agent = new TestAgent();
    for (let second = 1; second <= 60; second += 1) {
      await agent.run(1);
      expect(second - numbersOnDisk().length).toBeLessThanOrEqual(10);
    }
    expect(numbersIn(agent.host.history)).toEqual(upTo(60));
  });

  it('loses nothing when it is stopped', async () => {
    const agent = new TestAgent();
    await agent.run(13);
    await agent.stop();
    expect(numbersOnDisk()).toEqual(upTo(13));
    expect(agent.host.history).toBeUndefined();
  });

  it('says how large it is, and how long ago it was written', async () => {
    const agent = new TestAgent();
    expect(agent.sink.sizeBytes).toBeNull();
    await agent.run(21);
    expect(agent.sink.sizeBytes).toBe(
      ['history.db', 'history.db-wal', 'history.db-shm']
        .map((file) => statSync(join(folder, file)).size)
        .reduce((sum, size) => sum + size),
    );
    expect(agent.sink.behindMs).toBeLessThanOrEqual(10_000);
    await agent.stall(60);
    expect(agent.sink.behindMs).toBeGreaterThan(60_000);
  });

  it('tells viewers when it can be asked, and when no longer', async () => {
    const agent = new TestAgent();
    const { revision } = agent.host;
    await agent.run(2);
    expect(agent.host.revision).toBe(revision + 1);
    await agent.stop();
    expect(agent.host.revision).toBe(revision + 2);
  });

  it('goes on after a restart, with a gap from the last sample that was kept to the first of the next run', async () => {
    const first = new TestAgent();
    await first.run(5);
    await first.stop();
    const second = new TestAgent();
    await second.stall(60);
    await second.run(3);
    const beganMs = second.clock.wallOffsetMs;
    expect(numbersIn(second.host.history)).toEqual([...upTo(5), ...upTo(3)]);
    expect(second.host.history?.gaps(ALL)).toEqual([
      { fromMs: beganMs + 4000, toMs: beganMs + 60_000, reason: 'agent_restart' },
    ]);
  });
});

describe('when a history cannot be kept', () => {
  it('live samples go on, it is told once, and it begins when it can', async () => {
    const blocked = join(folder, 'history.db');
    mkdirSync(blocked);
    const agent = new TestAgent();
    await agent.run(200);
    expect(agent.host.store.head.seq).toBe(200);
    expect(agent.lines).toEqual([expect.stringMatching(/^warn No history is kept: .*history\.db cannot be/)]);
    expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'io' });
    expect(agent.host.history).toBeUndefined();
    rmdirSync(blocked);
    await agent.run(65);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(agent.lines.slice(1)).toEqual(['info The history is kept again']);
    expect(numbersIn(agent.host.history).at(-1)).toBe(265);
  });

  it('because the folder is on a network, that is told', async () => {
    const agent = new TestAgent(() => Promise.resolve(0x6969));
    await agent.run(130);
    expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'network' });
    expect(agent.lines).toEqual([
      expect.stringMatching(
        /^warn No history is kept: .* is on a network \(NFS\), where files cannot be locked/,
      ),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('because the file is of a newer version, it is left as it is for the whole run', async () => {
    const first = new TestAgent();
    await first.run(12);
    await first.stop();
    const other = connect(path);
    other.exec('PRAGMA user_version=2');
    closeDatabase(other, path);
    const agent = new TestAgent();
    await agent.run(200);
    expect([agent.loads, agent.lines]).toEqual([
      1,
      [expect.stringMatching(/is of a newer version of this program/)],
    ]);
    const again = connect(path);
    again.exec('PRAGMA user_version=1');
    closeDatabase(again, path);
    expect(numbersOnDisk()).toEqual(upTo(12));
  });
});

describe('two agents on one folder', () => {
  it('keep one history: the second says so, and takes over when the first has ended', async () => {
    const first = new TestAgent();
    await first.run(20);
    const second = new TestAgent();
    await second.run(60);
    expect(second.sink.health).toMatchObject({ state: 'failed', code: 'locked' });
    expect(second.lines).toEqual([
      expect.stringMatching(/^warn No history is kept: another agent keeps its history in .*takes over when/),
    ]);
    expect(first.lines).toEqual([]);
    await first.run(10);
    await first.stop();
    await second.run(12);
    expect(second.sink.health).toEqual({ state: 'ok' });
    expect(second.lines.slice(1)).toEqual(['info The history is kept again']);
    const numbers = numbersIn(second.host.history);
    expect(numbers.slice(0, 30)).toEqual(upTo(30));
    expect(numbers.at(-1)).toBe(72);
    expect(second.host.history?.gaps(ALL).map(({ reason }) => reason)).toEqual(['agent_restart']);
  });
});

describe('a damaged file', () => {
  const badFiles = (): string[] =>
    readdirSync(folder).filter((name) => name.includes('.bad-') && !name.endsWith('-wal'));
  const told = expect.stringMatching(
    /^error A new history is begun: .*history\.db is damaged \(.+\), and was renamed to history\.db\.bad-20\d{6}T\d{6}Z$/,
  ) as unknown;

  /** Leaves a history of two and a half hours, all of it in the file. */
  async function record(): Promise<void> {
    const agent = new TestAgent();
    await agent.run(9000);
    await agent.stop();
    agents = [];
    const connection = openBeside(path);
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    connection.close();
  }

  /** Overwrites some bytes of the times of the oldest chunk, or the whole page that they are in. */
  function damageOldest(isWholePage: boolean): void {
    const connection = connect(path, { readOnly: true });
    const data = connection
      .prepare('SELECT data FROM seconds ORDER BY chunk, length(data) DESC LIMIT 1')
      .get()?.['data'];
    connection.close();
    if (!(data instanceof Uint8Array)) throw new TypeError('no data');
    const middle = Math.floor(data.length / 2);
    const at = readFileSync(path).indexOf(data.subarray(middle, middle + 16));
    if (at < 0) throw new RangeError('not found');
    const file = openSync(path, 'r+');
    const [length, from] = isWholePage ? [1024, Math.floor(at / 1024) * 1024] : [8, at];
    writeSync(file, new Uint8Array(length).fill(7), 0, length, from);
    closeSync(file);
  }

  it.each([
    ['that is no database', () => writeFileSync(path, 'garbage'.repeat(1000))],
    ['that was truncated', () => truncateSync(path, 5000)],
  ])('%s is renamed at the start, and a new one begun', async (_name, damage) => {
    await record();
    damage();
    const agent = new TestAgent();
    await agent.run(25);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(numbersOnDisk().length).toBeGreaterThanOrEqual(15);
    expect(agent.lines).toEqual([told]);
    expect(badFiles()).toHaveLength(1);
  });

  it('that is empty is no damaged file', async () => {
    writeFileSync(path, '');
    const agent = new TestAgent();
    await agent.run(25);
    expect([agent.lines, badFiles(), numbersOnDisk()[0]]).toEqual([[], [], 1]);
  });

  it('is renamed when it is read, and no wrong value is told', async () => {
    await record();
    damageOldest(false);
    const agent = new TestAgent();
    await agent.run(2);
    expect(agent.lines).toEqual([]);
    const { history } = agent.host;
    expect(() => numbersIn(history)).toThrow(HistoryError);
    await agent.run(12);
    expect(agent.lines).toEqual([told]);
    expect(badFiles()).toHaveLength(1);
    expect(agent.host.history).not.toBe(history);
    await agent.run(20);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    const numbers = numbersIn(agent.host.history);
    expect(numbers).toEqual(upTo(34, numbers[0]));
    expect(numbers.length).toBeGreaterThanOrEqual(20);
  });

  it('of which a page was overwritten is renamed when that is noticed', async () => {
    await record();
    damageOldest(true);
    const agent = new TestAgent();
    await agent.run(2);
    try {
      numbersIn(agent.host.history);
    } catch (error) {
      expect(error).toBeInstanceOf(HistoryError);
    }
    await agent.run(20);
    expect(agent.lines).toEqual([told]);
    expect(badFiles()).toHaveLength(1);
    expect(numbersIn(agent.host.history).at(-1)).toBe(22);
  });

  it('after the other is told once, as a failure that lasts', async () => {
    const agent = new TestAgent();
    const replaced = vi.spyOn(Recording.prototype, 'replace');
    const flush = vi.spyOn(Recording.prototype, 'flush').mockImplementation(() => {
      throw new HistoryProblem('damaged', 'history.db is damaged (by this test)');
    });
    await agent.run(600);
    expect(replaced.mock.calls.length).toBeGreaterThan(3);
    expect(replaced.mock.calls.length).toBeLessThan(12);
    expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'damaged' });
    expect(badFiles()).toHaveLength(2);
    expect(agent.lines).toEqual([
      expect.stringMatching(/^error A new history is begun: /),
      'warn No history is kept: history.db is damaged (by this test)',
    ]);
    flush.mockRestore();
    await agent.run(80);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(agent.lines.slice(2)).toEqual(['info The history is kept again']);
  });

  it('that somebody removes or renames is begun anew', async () => {
    const agent = new TestAgent();
    await agent.run(15);
    renameSync(path, join(folder, 'mine.db'));
    await agent.run(15);
    expect(agent.lines).toEqual([
      expect.stringMatching(/^error A new history is begun: .* was removed or renamed$/),
    ]);
    expect(numbersIn(agent.host.history).at(-1)).toBe(30);
    expect(agent.sink.health).toEqual({ state: 'ok' });
  });
});

describe('a host', () => {
  it('of 2,000 series keeps them all', async () => {
    const agent = new TestAgent();
    agent.others = Array.from({ length: 1999 }, (_none, index) => `disk.sd${index}.read`);
    await agent.run(130);
    expect(agent.host.history?.catalogue).toHaveLength(2000);
    expect(numbersIn(agent.host.history)).toEqual(upTo(130));
    expect(numbersOnDisk().length).toBeGreaterThanOrEqual(120);
  });

  it('whose series come and go each minute names a thousand of those that are gone, and forgets with their samples', async () => {
    const agent = new TestAgent();
    for (let minute = 0; minute < 1440; minute += 1) {
      agent.others = [`container.c${minute}.cpu`];
      await agent.run(2);
      await agent.stall(58);
    }
    expect(agent.host.history?.catalogue.length).toBeLessThanOrEqual(1100);
    await agent.stop();
    const connection = openDatabase(path);
    const held = (): number => readNumber(connection, 'SELECT count(*) FROM series');
    expect(held()).toBe(1441);
    // Quarter hours of the day have them all, for five years.
    connection.exec('DELETE FROM quarters; DELETE FROM minutes');
    expect([...retain(connection, { days: 1, maxBytes: 200_000, logBytes: 0 })].length).toBeGreaterThan(10);
    expect(held()).toBeLessThan(1400);
    closeDatabase(connection, path);
  });

  it.each([
    ['an hour back', -3_600_000],
    ['two hours forward', 7_200_000],
    ['a year back', -365 * 86_400_000],
    ['a year forward', 365 * 86_400_000],
  ])('whose clock is set %s loses nothing, and nothing is deleted for that', async (_name, stepMs) => {
    const agent = new TestAgent();
    await agent.run(1000);
    agent.clock.wallOffsetMs += stepMs;
    await agent.run(1000);
    agent.clock.wallOffsetMs -= stepMs;
    await agent.run(100);
    await agent.stop();
    expect(agent.sink.health).toEqual({ state: 'ok' });
    const connection = openDatabase(path);
    expect([...retain(connection, { days: 1, maxBytes: 5e6, logBytes: 0 })].length).toBeLessThanOrEqual(2);
    const history = new HistoryStore(connection, { intervalMs: 1000, unitMs: 100 });
    const samples = [
      ...history.readRun({
        epoch: agent.host.epoch,
        afterSeq: 0,
        upToSeq: 1e9,
        limit: 1e9,
        series: metricSet([metric('memory')], () => 0, 0),
        stride: 1,
      }),
    ].flatMap((item) => ('values' in item ? item.values : []));
    expect(samples).toEqual(upTo(2100));
    closeDatabase(connection, path);
  });
});

/** A filesystem of its own, which only root can make. */
const canMount =
  process.platform === 'linux' && spawnSync('mount', ['--version']).status === 0 && canMountTmpfs();

function canMountTmpfs(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'history-'));
  const hasWorked = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', place]).status === 0;
  if (hasWorked) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return hasWorked;
}

describe.skipIf(!canMount)(`a small disk${canMount ? '' : ' (skipped: only root can mount one)'}`, () => {
  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', folder]);
    isMounted = true;
  });
  const full = expect.stringMatching(
    /^warn No history is kept: the disk of .* is almost full: it goes on when 8 MB are/,
  ) as unknown;

  it('that gets full is left alone in time, and used again when there is room', async () => {
    const agent = new TestAgent();
    await agent.run(30);
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, new Uint8Array(18_000_000));
    await agent.run(60);
    expect(agent.lines).toEqual([full]);
    expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'full' });
    expect(agent.sink.behindMs).toBeGreaterThan(60_000);
    const { sizeBytes } = agent.sink;
    // Not enough to begin again.
    truncateSync(ballast, 14_000_000);
    await agent.run(30);
    expect([agent.sink.sizeBytes, agent.lines.length]).toEqual([sizeBytes, 1]);
    rmSync(ballast);
    await agent.run(12);
    expect(agent.lines.slice(1)).toEqual(['info The history is kept again']);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    // All of it had room in memory.
    expect(numbersIn(agent.host.history)).toEqual(upTo(132));
    expect(agent.host.history?.gaps(ALL)).toEqual([]);
  });

  it('that stays full for long makes a gap that says why, and live samples go on', async () => {
    const agent = new TestAgent();
    agent.others = Array.from({ length: 399 }, (_none, index) => `disk.sd${index}.read`);
    await agent.run(30);
    writeFileSync(join(folder, 'ballast'), new Uint8Array(18_000_000));
    await agent.run(1500);
    expect(agent.host.store.head.seq).toBe(1530);
    rmSync(join(folder, 'ballast'));
    await agent.run(30);
    const numbers = numbersIn(agent.host.history);
    const gaps = agent.host.history?.gaps(ALL) ?? [];
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['not_written']));
    const lost = upTo(1560).filter((number) => !numbers.includes(number));
    expect(lost.length).toBeGreaterThan(100);
    const isInGap = (number: number): boolean => {
      const timeMs = agent.clock.wallOffsetMs + (number - 1) * 1000;
      return gaps.some(({ fromMs, toMs }) => timeMs > fromMs && timeMs < toMs);
    };
    expect(upTo(1560).filter(isInGap)).toEqual(lost);
  });

  it('that is almost full first loses the damaged files of before', async () => {
    writeFileSync(`${path}.bad-20261130T000000Z`, new Uint8Array(12_000_000));
    writeFileSync(join(folder, 'ballast'), new Uint8Array(6_000_000));
    const agent = new TestAgent();
    await agent.run(30);
    expect(agent.lines).toEqual([]);
    expect(readdirSync(folder)).not.toContain('history.db.bad-20261130T000000Z');
  });

  it('that can only be read is told, and used when it can be written', async () => {
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const agent = new TestAgent();
    await agent.run(100);
    expect(agent.lines).toEqual([
      expect.stringMatching(
        /^warn No history is kept: .* cannot be written \(EROFS\): choose another folder/,
      ),
    ]);
    execFileSync('mount', ['-o', 'remount,rw', folder]);
    await agent.run(62);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    await agent.stop();
  });
});
