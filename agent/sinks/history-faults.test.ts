import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBeside } from '../store/history/database.ts';
import { HistoryProblem } from '../store/history/history-problem.ts';
import { Recording } from '../store/history/recording.ts';
import { connect } from '../store/history/sqlite.ts';
import { HistoryError } from '../store/sample-history.ts';
import { ALL, numbersIn, numbersOnDisk, RecordedAgent, upTo } from '../testing/recorded-agent.ts';

let folder: string;
let path: string;
let agents: RecordedAgent[];
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

function start(): RecordedAgent {
  const agent = new RecordedAgent(folder);
  agents.push(agent);
  return agent;
}

it('a program that reads without end cannot make the log grow without end', async () => {
  const agent = start();
  await agent.run(30);
  const other = openBeside(path);
  other.exec('INSERT INTO tail(id, data) VALUES(1000, zeroblob(66000000)); BEGIN');
  other.prepare('SELECT count(*) FROM part').get();
  await agent.run(12);
  expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'io' });
  expect(agent.lines).toEqual([
    expect.stringMatching(/^warn No history is kept: the log of .* \(another program keeps reading it\)$/),
  ]);
  other.exec('COMMIT');
  other.close();
  await vi.waitFor(
    async () => {
      await agent.run(60);
      expect(agent.sink.health).toEqual({ state: 'ok' });
    },
    { timeout: 20_000 },
  );
  expect(agent.lines.at(-1)).toBe('info The history is being kept again');
}, 30_000);

describe('a damaged file', () => {
  const badFiles = (): string[] =>
    readdirSync(folder).filter((name) => name.includes('.bad-') && !name.endsWith('-wal'));
  const told = expect.stringMatching(
    /^error A new history was started: .*history\.db is damaged \(.+\), and the file was renamed to history\.db\.bad-20\d{6}T\d{6}Z$/,
  ) as unknown;

  /** Leaves a history of two and a half hours, all of it in the file. */
  async function record(): Promise<void> {
    const agent = start();
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
    const agent = start();
    await agent.run(25);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(numbersOnDisk(folder).length).toBeGreaterThanOrEqual(15);
    expect(agent.lines).toEqual([told]);
    expect(badFiles()).toHaveLength(1);
  });

  it('that is empty is no damaged file', async () => {
    writeFileSync(path, '');
    const agent = start();
    await agent.run(25);
    expect([agent.lines, badFiles(), numbersOnDisk(folder)[0]]).toEqual([[], [], 1]);
  });

  it('is renamed when it is read, and no wrong value is told', async () => {
    await record();
    damageOldest(false);
    const agent = start();
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
    const agent = start();
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
    const agent = start();
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
      expect.stringMatching(/^error A new history was started: /),
      'warn No history is kept: history.db is damaged (by this test)',
    ]);
    flush.mockRestore();
    await agent.run(80);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(agent.lines.slice(2)).toEqual(['info The history is being kept again']);
  });

  it('that is empty beside a log is told, and renamed with it', async () => {
    const agent = start();
    await agent.run(15);
    await agent.stop();
    truncateSync(path, 0);
    const next = start();
    await next.run(15);
    expect(next.lines).toEqual([told]);
    expect(readdirSync(folder).filter((name) => name.includes('.bad-'))).toHaveLength(2);
  });

  it.each([
    ['of which a name is not that of its index', 'cpu{"', 'cpw{"'],
    ['of which a series has two names', '"name":"cpu"', '"name":"cpw"'],
  ])('%s is renamed at the start', async (_what, before, after) => {
    await record();
    const bytes = readFileSync(path);
    const at = bytes.indexOf(before);
    expect(at).toBeGreaterThan(0);
    bytes.write(after, at, 'latin1');
    writeFileSync(path, bytes);
    const agent = start();
    await agent.run(15);
    expect(agent.lines).toEqual([told]);
  });

  it('of which the log is removed is opened again, and has what comes then', async () => {
    const agent = start();
    await agent.run(15);
    rmSync(`${path}-wal`);
    await agent.run(15);
    expect(agent.lines).toEqual([
      expect.stringMatching(/^error The history is opened again: .* was removed or renamed$/),
    ]);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    await agent.stop();
    const numbers = numbersOnDisk(folder);
    expect(numbers).toEqual(upTo(30, numbers[0]));
    expect(numbers.length).toBeGreaterThanOrEqual(10);
  });

  it('that somebody removes or renames is begun anew', async () => {
    const agent = start();
    await agent.run(15);
    renameSync(path, join(folder, 'mine.db'));
    await agent.run(15);
    expect(agent.lines).toEqual([
      expect.stringMatching(/^error The history is opened again: .* was removed or renamed$/),
    ]);
    expect(numbersIn(agent.host.history).at(-1)).toBe(30);
    expect(agent.sink.health).toEqual({ state: 'ok' });
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
    /^warn No history is kept: the disk of .* is almost full: it continues when 12 MB are free/,
  ) as unknown;

  it('that gets full is left alone in time, and used again when there is room', async () => {
    const agent = start();
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
    expect(agent.lines.slice(1)).toEqual(['info The history is being kept again']);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    // All of it had room in memory.
    expect(numbersIn(agent.host.history)).toEqual(upTo(132));
    expect(agent.host.history?.gaps(ALL)).toEqual([]);
  });

  it('that stays full for long makes a gap that says why, and live samples go on', async () => {
    const agent = start();
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
    const agent = start();
    await agent.run(30);
    expect(agent.lines).toEqual([]);
    expect(readdirSync(folder)).not.toContain('history.db.bad-20261130T000000Z');
  });

  it('that can only be read is told, and used when it can be written', async () => {
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    const agent = start();
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
