import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../store/history/database.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import { readNumber, type Connection } from '../store/history/sqlite.ts';
import { metric } from '../testing/fake-collector.ts';
import { FROM_SOURCE, SOURCE_ENV } from '../testing/from-source.ts';
import { ended, type Ended } from '../testing/token-program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Process starts under load; nothing here waits that long. */
const TIMEOUT_MS = 120_000;
const START_MS = Date.UTC(2026, 10, 20, 10);
const CATALOGUE = ['cpu', 'cpu.user', 'memory'].map((name) => metric(name));

let root: string;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  folder = join(root, 'history');
  mkdirSync(folder);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', ...args], {
    cwd: ROOT,
    env: { ...SOURCE_ENV, METRICS_PANEL_STATE: root },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

const history = (...args: string[]): Promise<Ended> => ended(start(['history', ...args]));

interface Recording {
  readonly epoch: string;
  readonly startMs: number;
  readonly samples: number;
  readonly intervalMs?: number;
  /** Numbers of samples before which the host slept for a minute. */
  readonly slept?: readonly number[];
  /** Numbers of samples before which its clock was set forward by an hour. */
  readonly set?: readonly number[];
  /** Numbers of samples that could not be written. */
  readonly lost?: readonly number[];
}

/** Writes samples as an agent does: number n has the values n, 10n, and `null` for every third. */
function record({
  epoch,
  startMs,
  samples,
  intervalMs = 1000,
  slept = [],
  set = [],
  lost = [],
}: Recording): void {
  const path = join(folder, 'history.db');
  const connection = openDatabase(path);
  const unitMs = 100;
  const store = new HistoryStore(connection, { intervalMs, unitMs });
  let sleptMs = 0;
  let setMs = 0;
  for (let seq = 1; seq <= samples; seq += 1) {
    if (slept.includes(seq)) sleptMs += 60_000;
    if (set.includes(seq)) setMs += 3_600_000;
    if (lost.includes(seq)) continue;
    const afterMs = seq * intervalMs + sleptMs;
    const isDue = store.append(
      {
        epoch,
        seq,
        timestampMs: startMs + afterMs + setMs,
        gridIndex: afterMs / unitMs,
        values: [seq % 100, (seq * 10) % 1000, seq % 3 === 0 ? null : seq],
        ...(slept.includes(seq) ? { gapReason: 'suspend' as const } : {}),
      },
      { catalogue: CATALOGUE, tables: [] },
      lost.includes(seq - 1) ? 'not_written' : undefined,
    );
    if (isDue) store.flush();
  }
  store.close();
  closeDatabase(connection, path);
}

const unusedPages = (connection: Connection): number => readNumber(connection, 'PRAGMA freelist_count');

const lines = (output: string): Record<string, unknown>[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The first lines that differ; long texts are no use in a report. */
function difference(whole: string, other: string): string[] {
  const [one, two] = [whole.split('\n'), other.split('\n')];
  const index = one.findIndex((line, at) => line !== two[at]);
  return index < 0 && one.length === two.length ? [] : [String(index), one[index] ?? '', two[index] ?? ''];
}

describe('npm start -- history', { timeout: TIMEOUT_MS }, () => {
  it('info tells sizes by tier and group, times, series and gaps, and no limits, which only the agent knows', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 4000, slept: [100] });
    record({ epoch: 'second', startMs: START_MS + 5_000_000, samples: 1000 });
    const { code, out, error } = await history('info');
    expect([code, error]).toEqual([0, '']);
    expect(out).toContain('From 2026-11-20 10:00:01 UTC to 2026-11-20 11:40:00 UTC, in 2 runs');
    expect(out).toContain('Series: 3, of which 3 are sampled now');
    expect(out).toContain('Gaps: 1 agent_restart, 1 suspend');
    expect(out).toMatch(/^seconds +2026-11-20 10:00:01 UTC +1\.\d h +\d+ +\d/m);
    expect(out).not.toMatch(/limit|at most/i);
    expect(out).toMatch(/^cpu +[\d.]+ kB +[\d.]+ kB/m);
    expect(out).toMatch(/^Bytes per value at one second: \d\.\d\d$/m);
  });

  it('export writes samples that import reads into a new history, which then exports the same', async () => {
    record({
      epoch: 'first',
      startMs: START_MS,
      samples: 2500,
      slept: [100, 2000],
      set: [2100],
      lost: [2200, 2201],
    });
    record({ epoch: 'second', startMs: START_MS + 8_000_000, samples: 700, intervalMs: 250 });
    record({ epoch: 'third', startMs: START_MS + 9_000_000, samples: 50, intervalMs: 5000 });
    const file = join(root, 'all.ndjson');
    expect(await history('export', '--output', file)).toEqual({ code: 0, out: '', error: '' });
    const whole = readFileSync(file, 'utf8');
    const all = lines(whole);
    expect(all.filter(({ type }) => type === 'sample')).toHaveLength(2498 + 175 + 50);
    expect(all.filter(({ type }) => type === 'gap')).toMatchObject([
      { reason: 'suspend', to: 99 },
      { reason: 'suspend', to: 1999 },
      { reason: 'clock_step', to: 2099 },
      { reason: 'not_written', from: 2200, to: 2201 },
    ]);
    const copy = join(root, 'copy');
    const imported = await history('import', file, '--history-folder', copy);
    expect(imported).toEqual({
      code: 0,
      out: `Imported 2,723 samples into ${join(copy, 'history.db')}\n`,
      error: '',
    });
    expect(difference((await history('export', '--history-folder', copy)).out, whole)).toEqual([]);
    const minutes = ['export', '--tier', 'minutes', '--metrics', 'cpu,memory'];
    // Means are rounded where they are in a chunk already.
    const extremes = async (...where: string[]): Promise<unknown[]> =>
      lines((await history(...minutes, ...where)).out).map(({ ts, min, max }) => ({ ts, min, max }));
    expect(await extremes('--history-folder', copy)).toEqual(await extremes());
    expect(await history('check', '--history-folder', copy)).toMatchObject({ code: 0 });
  });

  it('export writes an empty line into each gap, where values are separated by commas', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 300, slept: [100] });
    record({ epoch: 'second', startMs: START_MS + 7_200_000, samples: 60 });
    const command = ['export', '--metrics', 'cpu', '--format', 'csv'];
    const samples = (await history(...command)).out.split('\r\n');
    expect(samples.filter((line) => line.endsWith('Z,'))).toEqual([
      '2026-11-20T10:01:40.000Z,',
      '2026-11-20T10:06:01.000Z,',
    ]);
    const minutes = (await history(...command, '--step', '1m')).out.split('\r\n');
    expect(minutes.filter((line) => line.endsWith('Z,,,'))).toEqual(['2026-11-20T10:07:00.000Z,,,']);
    expect(minutes).toEqual(minutes.slice(0, 1).concat(minutes.slice(1, -1).toSorted(), ''));
  });

  it('export writes a range, metrics and steps as comma-separated values', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 300 });
    const range = ['--from', '2026-11-20T10:01:00Z', '--to', String(START_MS + 62_000)];
    const samples = await history('export', '--metrics', 'cpu,mem*', '--format', 'csv', ...range);
    expect(samples.out).toBe(
      'time,cpu (percent),memory (percent)\r\n2026-11-20T10:01:00.000Z,60,\r\n2026-11-20T10:01:01.000Z,61,61\r\n',
    );
    expect(lines((await history('export', '--metrics', 'cpu', ...range)).out).slice(1)).toEqual([
      { type: 'run', epoch: 'first', intervalMs: 1000, firstSeq: 60 },
      { type: 'sample', seq: 60, ts: START_MS + 60_000, values: { cpu: 60 } },
      { type: 'sample', seq: 61, ts: START_MS + 61_000, values: { cpu: 61 } },
    ]);
    const steps = await history('export', '--metrics', 'cpu', '--format', 'csv', '--step', '1m');
    expect(steps.out.split('\r\n').slice(0, 3)).toEqual([
      'time,cpu (percent),cpu min (percent),cpu max (percent)',
      '2026-11-20T10:00:00.000Z,30,1,59',
      '2026-11-20T10:01:00.000Z,56.167,0,99',
    ]);
    const points = await history('export', '--metrics', 'cpu', '--step', '1m');
    expect(lines(points.out)[1]).toEqual({
      type: 'point',
      ts: START_MS,
      mean: { cpu: 30 },
      min: { cpu: 1 },
      max: { cpu: 59 },
    });
  });

  it('export reads of a long run only what can be in the range, wherever that is', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 10_000, set: [5000] });
    const within = async (fromS: number, toS: number): Promise<unknown[]> => {
      const range = ['--from', String(START_MS + fromS * 1000), '--to', String(START_MS + toS * 1000)];
      return lines((await history('export', '--metrics', 'cpu', ...range)).out).flatMap(
        ({ seq }) => seq ?? [],
      );
    };
    const numbers = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, index) => from + index);
    expect(await within(3000, 3010)).toEqual(numbers(3000, 3010));
    // The clock was set forward by an hour in between.
    expect(await within(4990, 8610)).toEqual([...numbers(4990, 5000), ...numbers(5000, 5010)]);
    expect(await within(13_590, 20_000)).toEqual(numbers(9990, 10_001));
  });

  it('export ends in silence when whoever reads has had enough', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 20_000 });
    const child = start(['history', 'export']);
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new TypeError('no pipes');
    await once(stdout, 'data');
    stdout.destroy();
    expect(await Promise.all([once(child, 'exit'), text(stderr)])).toEqual([[0, null], '']);
  });

  it('export into a file leaves none that is not whole', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 100 });
    const missing = await history('export', '--output', join(root, 'missing', 'file'));
    expect([missing.code, missing.error]).toEqual([
      2,
      `metrics-panel: ${join(root, 'missing', 'file')} cannot be written (ENOENT): give another file with --output.\n`,
    ]);
    expect(readdirSync(root)).toEqual(['history']);
  });

  it.skipIf(process.platform !== 'linux')(
    'export into a pipe writes into it, and leaves it there',
    async () => {
      record({ epoch: 'first', startMs: START_MS, samples: 100 });
      const pipe = join(root, 'pipe.csv');
      execFileSync('mkfifo', [pipe]);
      const [written, { code }] = await Promise.all([
        text(createReadStream(pipe)),
        history('export', '--output', pipe),
      ]);
      expect([code, written.split('\r\n').length]).toEqual([0, 102]);
      expect(statSync(pipe).isFIFO()).toBe(true);
      expect(readdirSync(root).toSorted()).toEqual(['history', 'pipe.csv']);
    },
  );

  it.skipIf(process.platform !== 'linux')('says in a sentence that its output has no room', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 100 });
    for (const command of ['export', 'info']) {
      const child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', 'history', command], {
        cwd: ROOT,
        env: { ...SOURCE_ENV, METRICS_PANEL_STATE: root },
        stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
      });
      children.push(child);
      if (child.stderr === null) throw new TypeError('no pipe');
      expect(await Promise.all([once(child, 'exit'), text(child.stderr)])).toEqual([
        [2, null],
        'metrics-panel: Standard output cannot be written (ENOSPC).\n',
      ]);
    }
  });

  it('import takes what is right, refuses each bad line by its number with the fix, and exits with 1', async () => {
    const file = join(root, 'bad.ndjson');
    const sample = (seq: number, values: object = { cpu: 1 }) => ({
      type: 'sample',
      seq,
      ts: START_MS + seq * 1000,
      values,
    });
    const content = [
      { type: 'metrics', metrics: [metric('cpu')] },
      sample(1),
      { type: 'run', epoch: 'a', intervalMs: 1000, firstSeq: 1 },
      sample(1),
      { ...sample(2), ts: 'now' },
      sample(2, { cpu: null }),
      sample(2, { disk: 1 }),
      { type: 'point', ts: START_MS, mean: {}, min: {}, max: {} },
      sample(2),
      sample(2),
      { type: 'other' },
    ];
    writeFileSync(file, [...content.map((line) => JSON.stringify(line)), 'no JSON', ''].join('\n'));
    const { code, out, error } = await history('import', file);
    expect(code).toBe(1);
    expect(out).toBe(`Imported 2 samples into ${join(folder, 'history.db')}, and refused 8 lines\n`);
    expect(
      error
        .trim()
        .split('\n')
        .map((line) => line.replace('metrics-panel: ', '')),
    ).toEqual([
      expect.stringMatching(/^line 2: a sample needs a run before it: add a line such as/),
      'line 5: ts must be a time in Unix ms',
      'line 6: values.cpu must be a number',
      'line 7: values.disk is of no known metric: describe it in a line of the type metrics before',
      expect.stringMatching(/^line 8: points are computed from samples: export with "--tier seconds"/),
      'line 10: seq must be greater than 2, that of the sample before: leave the line out',
      'line 11: type must be metrics, run, gap, sample or point',
      expect.stringMatching(/^line 12: it is not JSON/),
    ]);
    const again = await history('import', file);
    expect(again.error).toContain('line 4: ts is not after 2026-11-20 10:00:02 UTC, when the newest sample');
    expect(lines((await history('export')).out).filter(({ type }) => type === 'sample')).toHaveLength(2);
  });

  it('import that is interrupted leaves a history that is right as far as it goes', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 20_000 });
    const { out: whole } = await history('export');
    rmSync(folder, { recursive: true });
    const child = start(['history', 'import', '-']);
    // It is killed with some of its input unread.
    child.stdin?.on('error', () => {});
    const [first = '', ...rest] = whole.match(/[^]{1,200000}/g) ?? [];
    child.stdin?.write(first + rest.slice(0, -1).join(''));
    const path = join(folder, 'history.db');
    const isBegun = async (): Promise<boolean> =>
      existsSync(path) &&
      (await history('export', '--metrics', 'cpu', '--format', 'csv')).out.length > 10_000;
    await expect.poll(isBegun, { timeout: TIMEOUT_MS, interval: 100 }).toBe(true);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(await history('check')).toMatchObject({ code: 0 });
    const kept = (await history('export')).out;
    expect(difference(kept.trimEnd(), whole.slice(0, kept.length - 1))).toEqual([]);
    expect(
      await ended(
        start(['history', 'import', '-']).on('spawn', function feed(this: ChildProcess) {
          this.stdin?.end(whole);
        }),
      ),
    ).toMatchObject({ code: 1 });
    expect(difference((await history('export')).out, whole)).toEqual([]);
  });

  it('check finds a changed part, names it and exits with 1', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 2000 });
    expect(await history('check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/: all \d+ parts are good\n$/),
    });
    const path = join(folder, 'history.db');
    const connection = openDatabase(path);
    connection.exec(
      `UPDATE seconds SET data = zeroblob(length(data)) WHERE id = (SELECT max(id) FROM seconds)`,
    );
    connection.exec("DELETE FROM series WHERE name = 'cpu.user'");
    connection.exec("UPDATE held SET bytes = 7 WHERE tier = 'minutes'");
    connection.close();
    const { code, out } = await history('check');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^Chunk \d+ of seconds, from 2026-11-20 10:15:00 UTC, part \d+: A part of a chunk was changed$/m,
    );
    expect(out).toMatch(/^Chunk \d+ of minutes, .*: series \d+ has no name$/m);
    expect(out).toMatch(/^Size of minutes: 7 bytes are noted, and \d+ are there$/m);
    expect(out).toMatch(/is damaged: stop the agent and move the file away/);
  });

  it('check finds an overwritten page', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 5000 });
    const path = join(folder, 'history.db');
    const connection = openDatabase(path);
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    connection.close();
    const bytes = readFileSync(path);
    bytes.fill(0x55, bytes.length - 8 * 1024, bytes.length - 2 * 1024);
    writeFileSync(path, bytes);
    expect(await history('check')).toMatchObject({ code: 1, out: expect.stringContaining('is damaged') });
  });

  it('compact gives unused space back', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 20_000 });
    const path = join(folder, 'history.db');
    const connection = openDatabase(path);
    connection.exec(
      'DELETE FROM seconds WHERE id < (SELECT max(id) FROM seconds) - 20; PRAGMA wal_checkpoint(TRUNCATE)',
    );
    const unused = unusedPages(connection);
    connection.close();
    const before = readFileSync(path).length;
    const { code, out } = await history('compact');
    expect([code, out]).toEqual([0, expect.stringMatching(/: [\d.]+ kB before, [\d.]+ kB now\n$/)]);
    const compacted = openDatabase(path);
    expect([unused > 0, unusedPages(compacted)]).toEqual([true, 0]);
    compacted.close();
    expect(readFileSync(path).length).toBeLessThan(before);
    expect(await history('check')).toMatchObject({ code: 0 });
  });

  it('reads beside a running agent; what writes refuses in one sentence until it ends', async () => {
    rmSync(folder, { recursive: true });
    const agent = start(['--port', '0', '--interval', '100']);
    if (agent.stdout === null) throw new TypeError('no pipe');
    await once(createInterface(agent.stdout), 'line');
    await expect
      .poll(async () => (await history('export', '--metrics', 'cpu')).out.includes('"sample"'), {
        timeout: TIMEOUT_MS,
        interval: 500,
      })
      .toBe(true);
    expect(await history('info')).toMatchObject({
      code: 0,
      out: expect.stringContaining('in 1 run of the agent'),
    });
    expect(await history('check')).toMatchObject({ code: 0 });
    const held = (what: string): string =>
      `metrics-panel: An agent is keeping its history in ${folder}: stop it to ${what}, or give another folder with --history-folder.\n`;
    expect(await history('compact')).toEqual({ code: 2, out: '', error: held('compact it') });
    writeFileSync(join(root, 'empty'), '');
    expect(await history('import', join(root, 'empty'))).toEqual({ code: 2, out: '', error: held('import') });
    agent.kill('SIGTERM');
    await once(agent, 'exit');
    expect(await history('compact')).toMatchObject({ code: 0 });
  });

  it.each([
    [['info'], /^There is no history in .*history: name the agent's with --history-folder/],
    [['compact'], /^There is no history in /],
    [['import', '/nowhere.ndjson'], /^\/nowhere\.ndjson cannot be read \(ENOENT\): give a file that/],
    [[], /^Give a command, info, export, import, check or compact: /],
    [['import'], /^Missing required argument 'file'/],
    [['info', 'more'], /^"more" is no option and belongs to none/],
    [
      ['export', '--tier', 'hours'],
      /'--tier <name>' argument 'hours' is invalid\. Allowed choices are seconds, minutes, quarters\.$/,
    ],
    [['export', '--step', '5'], /Give a time such as 10s, 5m, 1h or 1d\.$/],
    [
      ['export', '--from', 'yesterday'],
      /Give a time such as 2026-11-30, 2026-11-30T10:00:00Z, Unix ms, -24h or now\.$/,
    ],
    [['export', '--from', 'now', '--to', '-1h'], /^--from must be before --to\.$/],
  ])('%j is one sentence and exit code 2', async (args, sentence) => {
    const { code, out, error } = await history(...args);
    expect([code, out]).toEqual([2, '']);
    expect(error.replace('metrics-panel: ', '').trim()).toMatch(sentence);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'history.db'))).toBe(false);
  });

  it('says what is wrong with a file that is no history, of a newer version, or without the metric', async () => {
    record({ epoch: 'first', startMs: START_MS, samples: 10 });
    expect((await history('export', '--metrics', 'disk*')).error).toMatch(
      /^metrics-panel: No metric of this history matches disk\*: /,
    );
    const path = join(folder, 'history.db');
    const connection = openDatabase(path);
    connection.exec('PRAGMA user_version=99');
    connection.close();
    expect((await history('info')).error).toBe(
      `metrics-panel: ${path} was written by a newer version of this program: use that version.\n`,
    );
    writeFileSync(path, 'garbage that is long enough to be no database'.repeat(100));
    for (const file of readdirSync(folder)) if (file !== 'history.db') rmSync(join(folder, file));
    expect(await history('check')).toMatchObject({ code: 2, error: expect.stringMatching(/is damaged \(/) });
  });
});
