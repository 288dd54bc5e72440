import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import { WebSocket } from 'ws';
import type { RequestErrorCode } from '../agent/sessions/request-error.ts';
import { CLOSE_CODES } from '../shared/protocol/close-codes.ts';
import { decodeServerFrame } from '../shared/client/server-frames.ts';
import { decodeClientMessage, type MessageErrorCode } from '../shared/protocol/codec.ts';
import {
  CLIENT_LIMITS,
  CLIENT_SCHEMAS,
  compactMetricsSchema,
  historySchema,
  PING,
  pollRequestSchema,
  PONG,
  serverMessageSchema,
  SUBPROTOCOL,
  SUBPROTOCOL_MSGPACK,
} from '../shared/protocol/messages.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

const REPO = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8');
const WAIT = { timeout: 20_000, interval: 50 };

/** Complete by `satisfies`: a code added to one of the types does not compile until it is added here. */
const ERROR_CODES = Object.keys({
  invalid_json: true,
  invalid_message: true,
  unknown_action: true,
  nested_batch: true,
  not_authenticated: true,
  too_many_attempts: true,
  token_expired: true,
  token_revoked: true,
  tokens_unreadable: true,
  version_not_supported: true,
  unknown_host: true,
  unknown_metric: true,
  unknown_table: true,
  unknown_subscription: true,
  too_many_subscriptions: true,
  history_off: true,
  history_opening: true,
  history_failed: true,
  id_in_use: true,
  too_many_answers: true,
  too_many_values: true,
  messages_too_fast: true,
} satisfies Record<MessageErrorCode | RequestErrorCode, true>);

/** The text below `heading`, up to the next heading of its level or above. @throws Error without such a heading */
function section(heading: string, text = DOCUMENT): string {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`docs/protocol.md has no heading "${heading}"`);
  const level = heading.indexOf(' ');
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

function codeBlocks(language: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code = '']) => code,
  );
}

function example(heading: string): string {
  const blocks = codeBlocks('js', section(heading));
  expect(blocks, `js blocks under "${heading}"`).toHaveLength(1);
  return blocks.join('');
}

/** First cells of the rows of all tables in `text`, titles included, without backticks. */
function firstCells(text: string): string[] {
  return [...text.matchAll(/^\| ([^|]*) \|/gm)].map(([, cell = '']) => cell.replaceAll('`', ''));
}

interface SchemaNode {
  readonly type: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly item?: SchemaNode;
  readonly wrapped?: SchemaNode;
}

/** Lists that occur twice in `welcome` and are described once. */
const DESCRIBED_ABOVE: ReadonlySet<string> = new Set(['hosts[].catalogue', 'hosts[].tables']);

/** Dotted paths of a message's fields, as the tables write them: `hosts[].facts.cores`. */
function fieldsOf(schema: SchemaNode, path = ''): string[] {
  if (schema.wrapped !== undefined) return fieldsOf(schema.wrapped, path);
  if (DESCRIBED_ABOVE.has(path)) return [path];
  if (schema.item?.entries !== undefined) return fieldsOf(schema.item, `${path}[]`);
  if (schema.entries === undefined || path === 'since') return [path];
  return Object.entries(schema.entries).flatMap(([name, entry]) =>
    fieldsOf(entry, path === '' ? name : `${path}.${name}`),
  );
}

const CLIENT_MESSAGES: [string, SchemaNode][] = [
  ...CLIENT_SCHEMAS.action.entries(),
  ...CLIENT_SCHEMAS.type.entries(),
].map(([name, schema]) => [String(name), schema]);
const SERVER_MESSAGES: [string, SchemaNode][] = serverMessageSchema.options.map((schema) => [
  schema.entries.type.literal,
  schema,
]);
describe('docs/protocol.md', () => {
  it.each(CLIENT_MESSAGES)('describes the client message "%s" with every field', (name, schema) => {
    const cells = firstCells(section(`### \`${name}\``, section('## What a client sends')));

    expect(cells.slice(1).toSorted()).toEqual(fieldsOf(schema).toSorted());
  });

  it.each(SERVER_MESSAGES)('describes the server message "%s" with every field', (name, schema) => {
    const cells = firstCells(section(`### \`${name}\``, section('## What the agent sends')));

    expect(cells.slice(1).toSorted()).toEqual(fieldsOf(schema).toSorted());
  });

  it.each([PING, PONG, SUBPROTOCOL, SUBPROTOCOL_MSGPACK])('names "%s"', (word) => {
    expect(DOCUMENT).toContain(`\`${word}\``);
  });

  it('describes the body of a poll with every field', () => {
    const cells = firstCells(section('### Long polling'));

    expect(cells.slice(1).toSorted()).toEqual(fieldsOf(pollRequestSchema).toSorted());
  });

  it('[RC-3] lists exactly the existing close codes', () => {
    const codes = firstCells(section('## Close codes')).filter((cell) => /^4\d{3}$/.test(cell));

    expect(codes).toEqual(Object.values(CLOSE_CODES).map(String));
  });

  it('lists exactly the existing error codes', () => {
    expect(firstCells(section('## Error codes')).slice(1).toSorted()).toEqual(ERROR_CODES.toSorted());
  });

  it.each(Object.entries(CLIENT_LIMITS))('states the limit %s, which is %d', (_name, limit) => {
    const values = section('## Limits').match(/[\d,]+/g) ?? [];

    expect(values).toContain(limit.toLocaleString('en-US'));
  });

  it('shows only valid frames', () => {
    const lines = codeBlocks('text', DOCUMENT).flatMap((block) => block.trimEnd().split('\n'));
    const ofClient = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2));
    const ofServer = lines.filter((line) => line.startsWith('< ')).map((line) => line.slice(2));

    expect(ofClient.length + ofServer.length).toBe(lines.length);
    expect(ofClient.length).toBeGreaterThan(0);
    for (const frame of ofClient) expect(() => decodeClientMessage(frame)).not.toThrow();
    for (const frame of [...ofServer, ...codeBlocks('json', DOCUMENT)]) {
      if (frame === PONG) continue;
      if (frame.startsWith('{"m":')) v.parse(compactMetricsSchema, JSON.parse(frame));
      else if (/"type":"(?:history|cancelled)"/.test(frame)) v.parse(serverMessageSchema, JSON.parse(frame));
      // Unknown types are omitted.
      else expect(decodeServerFrame(frame)).not.toEqual([]);
    }
  });

  it('links only to its own headings', () => {
    const anchors = [...DOCUMENT.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...DOCUMENT.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor]) => anchor);

    expect(anchors).toEqual(expect.arrayContaining(links));
  });
});

/** A client from the document in its own process, and the lines it has printed. */
interface RunningExample {
  readonly child: ChildProcess;
  readonly lines: string[];
}

let agent: AgentProcess | undefined;
const examples: RunningExample[] = [];

afterEach(async () => {
  for (const { child } of examples.splice(0)) child.kill('SIGKILL');
  await agent?.kill('SIGKILL');
  agent = undefined;
});

/** The agent of this test. */
function started(): AgentProcess {
  if (agent === undefined) throw new Error('no agent was started');
  return agent;
}

const endpoint = ({ port }: AgentProcess): string => `ws://127.0.0.1:${port}/metrics`;

/** Runs `code` like a script pasted into a file of this folder. */
function run(code: string, target: AgentProcess): RunningExample {
  const child = spawn(process.execPath, ['--input-type=module'], {
    cwd: REPO,
    env: { ...process.env, METRICS_URL: endpoint(target) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stdin.end(code);
  const running = { child, lines };
  examples.push(running);
  return running;
}

/** Waits until the agent has taken `count` more samples. */
async function samplesTaken(count: number, of: AgentProcess): Promise<void> {
  const socket = new WebSocket(endpoint(of));
  await new Promise<void>((resolve, reject) => {
    let left = count;
    socket.on('open', () => socket.send('{"action":"subscribe","metrics":["cpu"]}'));
    socket.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
    socket.on('error', reject);
  });
  socket.close();
}

/** The lines of the v1 example: `7 memory 2.18`. */
function printed(lines: readonly string[]): { seq: number; name: string; value: number }[] {
  return lines.map((line) => {
    const [seq, name = '', value] = line.split(' ');
    return { seq: Number(seq), name, value: Number(value) };
  });
}

function expectPercentages(values: readonly number[]): void {
  for (const value of values) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(100);
  }
}

const PLAIN_LINE = /^\{ cpu: ([\d.]+), memory: ([\d.]+) \}$/;

describe('the plain client of docs/protocol.md', () => {
  const code = example('### Example: a plain client');

  it('has about five lines', () => {
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(6);
  });

  it('prints cpu and memory in percent, at once and with each sample', async () => {
    agent = await startAgent({ args: ['--interval', '500'] });

    const { lines } = run(code, agent);

    await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(3), WAIT);
    for (const line of lines) {
      expect(line).toMatch(PLAIN_LINE);
      expectPercentages(PLAIN_LINE.exec(line)?.slice(1).map(Number) ?? []);
    }
  });
});

describe('the v1 client of docs/protocol.md', () => {
  const code = example('### Example: a v1 client');

  it('has at most twenty lines', () => {
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });

  it('[RT-3] prints cpu and memory of each past and each live sample, none twice, none missing', async () => {
    // Its past would begin with samples of other tests.
    agent = await startAgent({ args: ['--interval', '500', '--history', 'off'] });
    await samplesTaken(4, agent);

    const { lines } = run(code, agent);

    // The backfill alone would end at about the fifth sample.
    await vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(2 * 9), WAIT);
    const values = printed(lines.slice(0, 2 * 9));
    expect(values.map(({ seq, name }) => `${seq} ${name}`)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((seq) => [`${seq} cpu`, `${seq} memory`]),
    );
    expectPercentages(values.map(({ value }) => value));
  });

  it('[RC-1] prints samples again after the agent was killed and restarted on the same port', async () => {
    const args = ['--interval', '500', '--history', 'off'];
    agent = await startAgent({ args });
    const { port } = agent;
    const { child, lines } = run(code, agent);
    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), WAIT);

    await agent.kill('SIGKILL');
    agent = await startAgent({ args, port });

    // The `seq` of the new agent begins at 1.
    const secondRun = (): string[] => lines.slice(lines.findLastIndex((line) => line.startsWith('1 cpu ')));
    await vi.waitFor(() => {
      expect(lines.filter((line) => line.startsWith('1 cpu '))).toHaveLength(2);
      expect(secondRun().length).toBeGreaterThanOrEqual(4);
    }, WAIT);
    const values = printed(secondRun().slice(0, 4));
    expect(values.map(({ seq, name }) => `${seq} ${name}`)).toEqual([
      '1 cpu',
      '1 memory',
      '2 cpu',
      '2 memory',
    ]);
    expectPercentages(values.map(({ value }) => value));
    expect(child.exitCode).toBeNull();
  });

  it('[RC-3] ends after close 4000 instead of reconnecting', async () => {
    agent = await startAgent({ env: { METRICS_PANEL_TOKEN: 'secret' } });
    const auth = `{"type":"auth","token":"wrong"}`;
    const wrong = code.replace(/'\{"action":"subscribe".*?'/, `'${auth}'`);
    expect(wrong).toContain(auth);

    const { child } = run(wrong, agent);

    await vi.waitFor(() => expect(child.exitCode).toBe(0), WAIT);
  });
});

describe('the past in docs/protocol.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  const args = ['--interval', '500', '--history-folder', folder];
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is printed by the client of the last hour, with minimum, mean and maximum of each point', async () => {
    agent = await startAgent({ args });
    await samplesTaken(4, agent);

    // The history is opened after the first sample.
    await vi.waitFor(async () => {
      const { child, lines } = run(example('### Example: the last hour'), started());
      await vi.waitFor(() => expect(child.exitCode).toBe(0), WAIT);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const [timeMs, ...values] = line.split(' ').map(Number);
        expect(Math.abs((timeMs ?? 0) - Date.now())).toBeLessThan(3_600_000);
        expect(values).toHaveLength(3);
        expectPercentages(values);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      }
    }, WAIT);
  });

  it('is answered over HTTP for the address that it names', async () => {
    const [address = ''] = /\/history\?[^`]*/.exec(section('### The past over HTTP')) ?? [];
    agent = await startAgent({ args });
    await samplesTaken(4, agent);

    await vi.waitFor(async () => {
      const response = await fetch(`http://127.0.0.1:${started().port}${address}`);
      expect(response.status).toBe(200);
      const { series, ts, mean } = v.parse(
        v.omit(historySchema, ['type', 'id', 'done']),
        await response.json(),
      );
      expect(series?.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['cpu', 'memory', 'memory.used']),
      );
      expect(ts.length).toBeGreaterThan(0);
      expect(mean.map((column) => column.length)).toEqual(series?.map(() => ts.length));
    }, WAIT);
  });
});
