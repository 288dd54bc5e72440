import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeDatabase, openDatabase } from '../store/history/database.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import { retain } from '../store/history/retention.ts';
import { connect, readNumber } from '../store/history/sqlite.ts';
import { metricSet } from '../store/metric-set.ts';
import { metric } from '../testing/fake-collector.ts';
import { ALL, numbersIn, numbersOnDisk, RecordedAgent, upTo } from '../testing/recorded-agent.ts';

let folder: string;
let path: string;
let agents: RecordedAgent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.db');
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) await agent.stop();
  rmSync(folder, { recursive: true });
});

function start(typeOf?: () => Promise<number>): RecordedAgent {
  const agent = new RecordedAgent(folder, typeOf);
  agents.push(agent);
  return agent;
}

describe('a history', () => {
  it('is loaded and opened after the first sample is out, and has that sample too', async () => {
    const agent = start();
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
    const agent = start();
    await agent.run(30);
    expect(agent.clock.pending).toBe(0);
    await agent.stall(3600);
    expect(agent.clock.pending).toBe(0);
  });

  it('loses no more than ten seconds to a kill', async () => {
    const agent = start();
    for (let second = 1; second <= 60; second += 1) {
      await agent.run(1);
      expect(second - numbersOnDisk(folder).length).toBeLessThanOrEqual(10);
    }
    expect(numbersIn(agent.host.history)).toEqual(upTo(60));
  });

  it('loses nothing when it is stopped', async () => {
    const agent = start();
    await agent.run(13);
    await agent.stop();
    expect(numbersOnDisk(folder)).toEqual(upTo(13));
    expect(agent.host.history).toBeUndefined();
  });

  it('can be opened before the first sample, and then says where it ends', async () => {
    const before = start();
    await before.run(13);
    await before.stop();
    const { sink, host } = start();
    expect(sink.newest).toBeNull();
    await sink.open();
    expect(sink.newest).toEqual({ epoch: before.host.epoch, seq: 13 });
    expect(numbersIn(host.history)).toEqual(upTo(13));
  });

  it('says how large it is, and how long ago it was written', async () => {
    const agent = start();
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
    const agent = start();
    const { revision } = agent.host;
    await agent.run(2);
    expect(agent.host.revision).toBe(revision + 1);
    await agent.stop();
    expect(agent.host.revision).toBe(revision + 2);
  });

  it('goes on after a restart, with a gap from the last sample that was kept to the first of the next run', async () => {
    const first = start();
    await first.run(5);
    await first.stop();
    const second = start();
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
    const agent = start();
    await agent.run(200);
    expect(agent.host.store.head.seq).toBe(200);
    expect(agent.lines).toEqual([expect.stringMatching(/^warn No history is kept: .*history\.db cannot be/)]);
    expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'io' });
    expect(agent.host.history).toBeUndefined();
    rmdirSync(blocked);
    await agent.run(65);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(agent.lines.slice(1)).toEqual(['info The history is being kept again']);
    expect(numbersIn(agent.host.history).at(-1)).toBe(265);
  });

  it('because the folder does not answer, no samples pile up, and it is kept when it answers', async () => {
    let answer: ((type: number) => void) | undefined;
    const agent = start(() => new Promise((resolve) => (answer = resolve)));
    for (let second = 1; second <= 90; second += 1) {
      agent.host.append({ timestampMs: agent.clock.wallNow(), gridIndex: second * 10, values: [1, second] });
      await agent.clock.advance(1000);
      // What opens a history is loaded first, in real time.
      if (second === 2) await expect.poll(() => answer, { timeout: 60_000 }).toBeDefined();
    }
    expect(agent.sink.health).toEqual({
      state: 'failed',
      code: 'slow',
      reason: 'its folder does not answer',
    });
    expect(agent.host.history).toBeUndefined();
    answer?.(0);
    await agent.run(2);
    expect(agent.sink.health).toEqual({ state: 'ok' });
    expect(agent.lines.slice(1)).toEqual(['info The history is being kept again']);
    expect(agent.host.history?.gaps(ALL)).toEqual([]);
  });

  it('because the folder is on a network, that is told', async () => {
    const agent = start(() => Promise.resolve(0x6969));
    await agent.run(130);
    expect(agent.sink.health).toMatchObject({ state: 'failed', code: 'network' });
    expect(agent.lines).toEqual([
      expect.stringMatching(
        /^warn No history is kept: .* is on a network file system \(NFS\), which cannot lock and share/,
      ),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('because the file is of a newer version, it is left as it is for the whole run', async () => {
    const first = start();
    await first.run(12);
    await first.stop();
    const other = connect(path);
    other.exec('PRAGMA user_version=3');
    closeDatabase(other, path);
    const agent = start();
    await agent.run(200);
    expect([agent.loads, agent.lines]).toEqual([
      1,
      [expect.stringMatching(/was written by a newer version of this program/)],
    ]);
    const again = connect(path);
    again.exec('PRAGMA user_version=2');
    closeDatabase(again, path);
    expect(numbersOnDisk(folder)).toEqual(upTo(12));
  });
});

describe('two agents on one folder', () => {
  it('keep one history: the second says so, and takes over when the first has ended', async () => {
    const first = start();
    await first.run(20);
    const second = start();
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
    expect(second.lines.slice(1)).toEqual(['info The history is being kept again']);
    const numbers = numbersIn(second.host.history);
    expect(numbers.slice(0, 30)).toEqual(upTo(30));
    expect(numbers.at(-1)).toBe(72);
    expect(second.host.history?.gaps(ALL).map(({ reason }) => reason)).toEqual(['not_written']);
  });
});

describe('a host', () => {
  it('of 2,000 series keeps them all', async () => {
    const agent = start();
    agent.others = Array.from({ length: 1999 }, (_none, index) => `disk.sd${index}.read`);
    await agent.run(130);
    expect(agent.host.history?.catalogue).toHaveLength(2000);
    expect(numbersIn(agent.host.history)).toEqual(upTo(130));
    expect(numbersOnDisk(folder).length).toBeGreaterThanOrEqual(120);
  });

  it('whose series come and go each minute names a thousand of those that are gone, and forgets with their samples', async () => {
    const agent = start();
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
    const agent = start();
    await agent.run(1000);
    agent.clock.wallOffsetMs += stepMs;
    await agent.run(1000);
    agent.clock.wallOffsetMs -= stepMs;
    await agent.run(100);
    // Not `ok` if the worker had the file for longer than these quick seconds; what waits is written all the same.
    await agent.stop();
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
