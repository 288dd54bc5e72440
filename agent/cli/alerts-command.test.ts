import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../alerts/file/settings-of.ts';
import { closeDatabase, openDatabase } from '../store/history/database.ts';
import { HistoryStore } from '../store/history/history-store.ts';
import { metric } from '../testing/fake-collector.ts';
import { FROM_SOURCE, SOURCE_ENV } from '../testing/from-source.ts';
import { startReceiver } from '../testing/receiver.ts';
import { ended, type Ended } from '../testing/token-program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Process starts under load; nothing here waits that long. */
const TIMEOUT_MS = 120_000;
const START_MS = Date.UTC(2026, 10, 20, 10);

let root: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  path = join(root, 'alerts.yaml');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

function alerts(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', 'alerts', ...args], {
    cwd: ROOT,
    env: { ...SOURCE_ENV, METRICS_PANEL_STATE: root },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return ended(child);
}

describe('alerts check', { timeout: TIMEOUT_MS }, () => {
  it('says that the shipped rules hold where there is no file', async () => {
    expect(await alerts('check')).toMatchObject({
      code: 0,
      out: `There is no ${path}: the 10 shipped rules hold, and nobody is told.\n`,
    });
  });

  it('counts what a good file has, and hints at secrets that are no secrets', async () => {
    writeFileSync(path, 'channels: { phone: { type: ntfy, url: "http://127.0.0.1/t", token_file: secret } }');
    writeFileSync(join(root, 'secret'), 'x');
    chmodSync(join(root, 'secret'), 0o644);
    const { code, out } = await alerts('check');
    expect([code, out]).toEqual([
      0,
      `phone: other users can read ${join(root, 'secret')}: chmod 600 keeps it to its owner\n` +
        `${path}: good, 10 rules and 1 channel\n`,
    ]);
  });

  it('lists each mistake with its line', async () => {
    writeFileSync(path, 'rules:\n  a: { metric: cpu, abve: 1 }\n  b: { metric: cpu, above: much }\n');
    const { code, out } = await alerts('check', path);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(`^${path}:2: rules\\.a\\.abve: there is no such key: did you mean above`),
      expect.stringMatching(`^${path}:3: rules\\.b\\.above: "much" is no number`),
      '',
    ]);
  });
});

describe('alerts test', { timeout: TIMEOUT_MS }, () => {
  it('sends one message', async () => {
    const receiver = await startReceiver();
    writeFileSync(path, `channels: { hook: { type: webhook, url: "${receiver.url}" } }`);
    expect(await alerts('test', 'hook')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^hook has taken/) as string,
    });
    await receiver.close();
    expect(receiver.requests.map(({ body }) => JSON.parse(body.toString()) as unknown)).toMatchObject([
      { state: 'test' },
    ]);
  });

  it('says what is in the way', async () => {
    const receiver = await startReceiver();
    await receiver.close();
    writeFileSync(path, `channels: { hook: { type: webhook, url: "${receiver.url}" } }`);
    expect(await alerts('test', 'hook')).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^metrics-panel: hook: 127\.0\.0\.1:\d+ could not be reached/) as string,
    });
    expect(await alerts('test', 'hok')).toMatchObject({
      code: 2,
      error: expect.stringMatching(/has no channel "hok": there are hook\.\n$/) as string,
    });
  });
});

describe('alerts replay', { timeout: TIMEOUT_MS }, () => {
  /** An hour of seconds: busy from the 10th to the 20th minute, and no samples from the 30th to the 40th. */
  function record(): void {
    mkdirSync(join(root, 'history'));
    const file = join(root, 'history', 'history.db');
    const connection = openDatabase(file);
    const store = new HistoryStore(connection, { intervalMs: 1000, unitMs: 100 });
    const described = { catalogue: [metric('cpu')], tables: [] };
    let seq = 0;
    for (let second = 0; second < 3600; second += 1) {
      if (second >= 1800 && second < 2400) continue;
      seq += 1;
      const values = [second >= 600 && second < 1200 ? 97 : 10];
      const sample = {
        epoch: 'a',
        seq,
        gridIndex: second * 10,
        timestampMs: START_MS + second * 1000,
        values,
      };
      store.append(sample, described, second === 2400 ? 'suspend' : undefined);
    }
    store.close();
    closeDatabase(connection, file);
  }

  it('shows what would have been told', async () => {
    record();
    writeFileSync(
      path,
      'defaults: off\nrules:\n  busy: { metric: cpu, above: 90, for: 1m, keep_for: 2m }\n  reboot: {}\n',
    );
    const { code, out } = await alerts('replay', '--from', '2026-11-20', '--to', '2026-11-20T11:00:00Z');
    expect([code, out]).toEqual([
      0,
      '2026-11-20 10:11:00 UTC  11 min  busy  cpu  worst 97 %\n' +
        '\n' +
        '2026-11-20 10:00:00 UTC to 2026-11-20 11:00:00 UTC, by seconds (1 s)\n' +
        'busy: 1 alert, 48.0 messages a day\n' +
        'reboot: not in a history\n',
    ]);
  });

  it.each([
    [['--rule', 'none'], /No rule is called "none": there are filesystem-full/],
    [['--from', 'now', '--to', '-1h'], /--from must be before --to/],
    [['--from', 'soon'], /Give a time such as/],
    [['/nowhere/alerts.yaml'], /There is no file \/nowhere\/alerts\.yaml/],
  ])('refuses %j', async (args, told) => {
    const { code, error } = await alerts('replay', ...args);
    expect([code, error]).toEqual([2, expect.stringMatching(told)]);
  });
});

it('every block of YAML in docs/alerts.md is good', () => {
  const blocks = [...readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs)];
  expect(blocks.length).toBeGreaterThan(5);
  expect(blocks.flatMap(([, text = '']) => readSettings(text, '/').problems ?? [])).toEqual([]);
});
