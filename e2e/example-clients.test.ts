import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, ServerResponse, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { inRepo } from '../tools/lib/paths.mjs';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { FaultProxy } from './faults/fault-proxy.ts';
import { installedProgram } from './installed-program.ts';

/** Beyond that, fewer people read it. */
const MOST_LINES = 120;
const TOKEN = 'correct-"horse"-battery\\staple';
/** The distribution's own, which has the libraries of its packages. */
const PYTHON = '/usr/bin/python3';
/** Where Debian has the source of packages for Go. */
const GORILLA = '/usr/share/gocode/src/github.com/gorilla/websocket';

interface ExampleClient {
  readonly name: string;
  readonly source: string;
  readonly command: readonly string[];
  /** What it needs and is not here. */
  readonly missing?: string | undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'example-clients-'));
afterAll(() => rmSync(folder, { recursive: true }));

const example = (name: string): string => inRepo('examples', 'clients', name);
const missing = (...programs: readonly string[]): string | undefined =>
  programs.find((program) => installedProgram(program) === undefined);
const hasWebsockets = spawnSync(PYTHON, ['-c', 'import websockets']).status === 0;

const CLIENTS: readonly ExampleClient[] = [
  {
    name: 'Python',
    source: 'follow.py',
    command: [PYTHON, example('follow.py')],
    missing: hasWebsockets ? undefined : 'python3-websockets',
  },
  {
    name: 'Java',
    source: 'Follow.java',
    command: ['java', '-cp', join(folder, 'java'), 'Follow'],
    missing: missing('java', 'javac'),
  },
  {
    name: 'Go',
    source: join('go', 'main.go'),
    command: [join(folder, 'go', 'follow')],
    missing: missing('go') ?? (isReadable(join(GORILLA, 'go.mod')) ? undefined : 'gorilla/websocket'),
  },
  {
    name: 'the shell',
    source: 'follow.sh',
    command: ['sh', example('follow.sh')],
    missing: missing('sh', 'curl'),
  },
];

function isReadable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}

const compile = promisify(execFile);

/** Compiles a client once: `java Follow.java` and `go run` would each time, which takes seconds on a busy machine. */
async function build(name: string): Promise<void> {
  if (name === 'Java') await compile('javac', ['-d', join(folder, 'java'), example('Follow.java')]);
  if (name !== 'Go') return;
  const there = join(folder, 'go');
  cpSync(example('go'), there, { recursive: true });
  const module = readFileSync(join(there, 'go.mod'), 'utf8');
  writeFileSync(join(there, 'go.mod'), `${module}\nreplace github.com/gorilla/websocket => ${GORILLA}\n`);
  await compile('go', ['build', '-o', 'follow', '.'], {
    cwd: there,
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOCACHE: join(folder, 'go-cache') },
  });
}

/** A client that runs, and what it has printed. */
class Follower {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  output = '';
  errors = '';

  constructor({ command }: ExampleClient, args: readonly string[], token = '') {
    const [program = '', ...rest] = command;
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env['METRICS_PANEL_TOKEN'];
    if (token !== '') env['METRICS_PANEL_TOKEN'] = token;
    // In a group of its own, which Ctrl-C interrupts as a whole.
    this.#child = spawn(program, [...rest, ...args], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // All that it printed has come then.
    this.#exit = once(this.#child, 'close');
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.output += chunk.toString();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
  }

  /** `seq` of the samples of each run, in the order printed. @throws Error if a line is none that clients print, or a hole is not told */
  get runs(): Map<string, number[]> {
    const runs = new Map<string, number[]>();
    let run: number[] | undefined;
    let isGap = false;
    // The last line may not be whole yet.
    for (const line of this.output.split('\n').slice(0, -1)) {
      const [, epoch] = /^run ([0-9a-f]{32})$/.exec(line) ?? [];
      const [, seq] = /^\S+:\d\d\.\d{3}Z #(\d+) cpu=(?:[\d.]+|null) memory=[\d.]+$/.exec(line) ?? [];
      if (epoch !== undefined) {
        run = runs.get(epoch) ?? [];
        runs.set(epoch, run);
        isGap = false;
      } else if (seq !== undefined && run !== undefined) {
        const last = run.at(-1);
        if (last !== undefined && Number(seq) !== last + 1) throw new Error(`${line} after #${last}`);
        if (last === undefined && runs.size > 1 && !isGap) throw new Error(`${line} without a gap before`);
        run.push(Number(seq));
      } else if (/^\S+Z to \S+Z missing: (?:agent_restart|stall)$/.test(line)) {
        isGap = true;
      } else {
        throw new Error(`not expected: ${line}`);
      }
    }
    return runs;
  }

  /** How many samples it has of each run. */
  get counts(): number[] {
    return [...this.runs.values()].map(({ length }) => length);
  }

  /** As `head` does when it has read enough. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  get exitCode(): Promise<unknown> {
    return this.#exit.then(([code]) => code);
  }

  /** As Ctrl-C does. @returns the exit code, or the signal that ended it */
  async interrupt(): Promise<unknown> {
    this.#signal('SIGINT');
    const [code, signal] = await this.#exit;
    return code ?? signal;
  }

  end(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }
}

it.for(CLIENTS)(`the example for $name has at most ${MOST_LINES} lines`, ({ source }, { expect }) => {
  expect(readFileSync(example(source), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(MOST_LINES);
});

/** An agent that restarts at its port with its history, and clients that follow it. */
class Lab {
  readonly #state = mkdtempSync(join(tmpdir(), 'example-clients-state-'));
  readonly #followers: Follower[] = [];
  #agent: AgentProcess | undefined;

  async start(port?: number, token?: string): Promise<AgentProcess> {
    this.#agent = await startAgent({
      ...(port === undefined ? {} : { port }),
      env: {
        METRICS_PANEL_STATE: this.#state,
        METRICS_PANEL_HISTORY_FOLDER: this.#state,
        ...(token === undefined ? {} : { METRICS_PANEL_TOKEN: token }),
      },
    });
    return this.#agent;
  }

  follow(client: ExampleClient, args: readonly string[], token?: string): Follower {
    const follower = new Follower(client, args, token);
    this.#followers.push(follower);
    return follower;
  }

  async close(): Promise<void> {
    for (const follower of this.#followers) follower.end();
    await this.#agent?.kill('SIGKILL');
    rmSync(this.#state, { recursive: true, force: true, maxRetries: 3 });
  }
}

describe.concurrent.each(CLIENTS)('the example for $name', (client) => {
  const isMissing = client.missing !== undefined;
  const because = isMissing ? ` (skipped: there is no ${client.missing} here)` : '';
  const PANEL = ['cpu', 'memory'];

  beforeAll(async () => {
    if (!isMissing) await build(client.name);
  });

  it.skipIf(isMissing)(
    `misses no sample while its agent is killed, and stopped, and comes back${because}`,
    async ({ expect, onTestFinished }) => {
      const lab = new Lab();
      onTestFinished(() => lab.close());
      let agent = await lab.start();
      const follower = lab.follow(client, [agent.url, ...PANEL]);
      await expect.poll(() => follower.counts[0]).toBeGreaterThan(2);
      await agent.kill('SIGKILL');
      agent = await lab.start(agent.port);
      await expect.poll(() => follower.counts[1]).toBeGreaterThan(2);
      await agent.kill();
      await lab.start(agent.port);
      await expect.poll(() => follower.counts[2]).toBeGreaterThan(1);

      const { output, errors, runs } = follower;
      expect(output.match(/missing: agent_restart$/gm)).toHaveLength(2);
      // All of a run that it could see begin.
      expect([...runs.values()].slice(1).map(([first]) => first)).toEqual([1, 1]);
      expect(errors).toMatch(/reconnecting in [\d.]+ s: /);
      expect(errors).toContain('The agent is shutting down');
      expect([0, 130, 'SIGINT']).toContain(await follower.interrupt());
      expect(follower.errors).not.toMatch(/Traceback|Exception|panic/);
    },
  );

  it.skipIf(isMissing)(
    `gets what was sampled while it could not reach the agent, also before a restart${because}`,
    async ({ expect, onTestFinished }) => {
      const lab = new Lab();
      onTestFinished(() => lab.close());
      const agent = await lab.start();
      const door = await FaultProxy.start(agent.url);
      onTestFinished(() => door.stop());
      const follower = lab.follow(client, [door.url, ...PANEL]);
      await expect.poll(() => follower.counts[0]).toBeGreaterThan(1);
      door.cut();
      const witness = lab.follow(client, [agent.url, ...PANEL]);
      await expect.poll(() => witness.counts[0]).toBeGreaterThan(2);
      await agent.kill();
      await lab.start(agent.port);
      await expect.poll(() => witness.counts[1]).toBeGreaterThan(1);
      door.restore();

      const [before = '', after = ''] = witness.runs.keys();
      const seen = (run: string): unknown => expect.arrayContaining(witness.runs.get(run) ?? []);
      await expect.poll(() => follower.runs.get(after)).toEqual(seen(after));
      expect(follower.runs.get(before)).toEqual(seen(before));
      expect(follower.output.match(/missing: agent_restart$/gm)).toHaveLength(1);
    },
  );

  it.skipIf(isMissing)(
    `says in one sentence what the agent refuses, and ends${because}`,
    async ({ expect, onTestFinished }) => {
      const lab = new Lab();
      onTestFinished(() => lab.close());
      const { url } = await lab.start(undefined, TOKEN);
      for (const [token, metric, said] of [
        ['wrong', 'cpu', /: (?:.* )?(?:Invalid token|Authentication failed)$/],
        ['', 'cpu', /: Not authenticated: put a token into METRICS_PANEL_TOKEN$/],
        [TOKEN, 'cpuu', /: Unknown metric: cpuu$/],
      ] as const) {
        const refused = lab.follow(client, [url, metric], token);
        expect(await refused.exitCode).toBe(1);
        expect(refused.output).toBe('');
        expect(refused.errors.trim()).toMatch(said);
      }
      const follower = lab.follow(client, [url, ...PANEL], TOKEN);
      await expect.poll(() => follower.counts[0]).toBeGreaterThan(0);
    },
  );

  it.skipIf(isMissing)(
    `says that nobody answers, and goes on trying${because}`,
    async ({ expect, onTestFinished }) => {
      const lab = new Lab();
      onTestFinished(() => lab.close());
      const { port, url, kill } = await lab.start();
      await kill();
      const follower = lab.follow(client, [url, ...PANEL]);
      await expect.poll(() => follower.errors).toMatch(/reconnecting in [\d.]+ s: .*\d{4,5}/);
      await lab.start(port);
      await expect.poll(() => follower.counts[0], { timeout: 45_000 }).toBeGreaterThan(0);
    },
  );
});

describe.each(CLIENTS)('the example for $name', (client) => {
  const isMissing = client.missing !== undefined;
  const because = isMissing ? ` (skipped: there is no ${client.missing} here)` : '';

  it.skipIf(isMissing)(
    `tells what the agent says when it refuses a connection, and waits as long as it asks${because}`,
    { concurrent: true },
    async ({ expect, onTestFinished }) => {
      const error = 'Too many wrong tokens have come from ::1: wait';
      const body = JSON.stringify({ error, code: 'too_many_attempts' });
      const headers = { 'Content-Type': 'application/json', 'Retry-After': '33', Connection: 'close' };
      const server = createServer((_request, response) => void response.writeHead(429, headers).end(body));
      // As an HTTP server that takes no upgrades.
      server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
        const response = new ServerResponse(request);
        response.assignSocket(socket);
        response.writeHead(429, { ...headers, 'Content-Length': body.length }).end(body);
        response.once('finish', () => socket.end());
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      onTestFinished(() => void server.close());
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const follower = new Follower(client, [url, 'cpu']);
      onTestFinished(() => follower.end());
      await expect.poll(() => follower.errors).toMatch(/reconnecting in (?:3[3-9]|4\d)[.\d]* s: /);
      // Before version 14, the library for Python keeps the status only.
      expect(follower.errors).toMatch(client.name === 'Python' ? /HTTP 429|Too many wrong/ : error);
    },
  );

  it.skipIf(isMissing)(
    `ends without a word when nobody reads on${because}`,
    { concurrent: true },
    async ({ expect, onTestFinished }) => {
      const lab = new Lab();
      onTestFinished(() => lab.close());
      const { url } = await lab.start();
      const follower = lab.follow(client, [url, 'cpu', 'memory']);
      await expect.poll(() => follower.counts[0]).toBeGreaterThan(0);
      follower.stopReading();
      await follower.exitCode;
      expect(follower.errors).toBe('');
    },
  );

  it.skipIf(isMissing)(
    `says how it is used if the address is none of HTTP${because}`,
    { concurrent: true },
    async ({ expect }) => {
      const follower = new Follower(client, ['localhost:8080', 'cpu']);
      expect(await follower.exitCode).toBe(1);
      expect(follower.errors).toMatch(/usage: .* http:\/\/localhost:8080 cpu memory\n$/);
    },
  );
});

const noBash = missing('bash', 'curl');

// In many systems sh is bash, where arithmetic runs the command in `x[$(command)]`.
it.skipIf(noBash !== undefined)(
  `the example for the shell runs nothing that an agent sends${noBash === undefined ? '' : ` (skipped: there is no ${noBash} here)`}`,
  async ({ expect, onTestFinished }) => {
    const trace = join(folder, 'was-run');
    const number = `x[$(touch ${trace})]`;
    const server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/event-stream');
      response.write(`data: {"type":"welcome","reconnect":{"baseMs":${number},"capMs":${number}}}\n\n`);
      response.write(`data: {"type":"metrics","ts":${number},"seq":${number},"values":[${number}]}\n\n`);
      response.end(`data: {"type":"goodbye","reason":"${number}","retryMs":${number}}\n\n`);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = { name: 'bash', source: 'follow.sh', command: ['bash', example('follow.sh')] };
    const follower = new Follower(client, [url, 'cpu']);
    onTestFinished(() => follower.end());
    await expect.poll(() => follower.errors).toMatch(/reconnecting/);
    expect(existsSync(trace)).toBe(false);
  },
);
