import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { installedProgram } from './installed-program.ts';
import { freeOrigin } from './web-server.ts';

/** A page of a browser outside Playwright: the installed Firefox, or WebKitGTK. */
export interface EnginePage {
  open(url: string): Promise<void>;
  /** Evaluates an expression, and awaits a promise. */
  evaluate<Value>(expression: string): Promise<Value>;
  close(): Promise<void>;
}

interface Engine {
  readonly programs: readonly string[];
  readonly start: () => Promise<EnginePage>;
}

/** Debian's name, or upstream's. */
const FIREFOX = installedProgram('firefox-esr') === undefined ? 'firefox' : 'firefox-esr';

export const ENGINES = {
  Firefox: { programs: [FIREFOX], start: startFirefox },
  WebKit: { programs: ['WebKitWebDriver', 'Xvfb'], start: startWebKit },
} as const satisfies Record<string, Engine>;

/** Sends requests to other machines to a closed port. */
const FIREFOX_PREFERENCES = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
  'intl.accept_languages': 'en-US',
};

/** Firefox is controlled by WebDriver BiDi, without another program. */
async function startFirefox(): Promise<EnginePage> {
  const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
  const preferences = Object.entries(FIREFOX_PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, 'user.js'), preferences.join(''));
  const child = spawn(
    FIREFOX,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'],
    { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const address = await saidBy(child, child.stderr, /WebDriver BiDi listening on (ws:\S+)/);
  const socket = new WebSocket(`${address}/session`);
  await once(socket, 'open');
  const send = commands(socket);
  await send('session.new', { capabilities: {} });
  const { contexts } = await send<{ contexts: { context: string }[] }>('browsingContext.getTree', {});
  const context = contexts[0]?.context;
  return {
    async open(url) {
      await send('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate<Value>(expression: string) {
      const { result, exceptionDetails } = await send<{
        result?: { value?: string };
        exceptionDetails?: { text: string };
      }>('script.evaluate', {
        expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
        target: { context },
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
      return JSON.parse(result?.value ?? 'null') as Value;
    },
    async close() {
      socket.terminate();
      await end(child);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Sends commands of WebDriver BiDi. */
function commands(socket: WebSocket) {
  const waiting = new Map<number, (answer: { result?: unknown; error?: string; message?: string }) => void>();
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as { id?: number; result?: unknown };
    waiting.get(answer.id ?? -1)?.(answer);
  });
  let lastId = 0;
  return async <Result>(method: string, params: unknown): Promise<Result> => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error, message } = await new Promise<{
      result?: unknown;
      error?: string;
      message?: string;
    }>((resolve) => waiting.set(id, resolve));
    waiting.delete(id);
    if (error !== undefined) throw new Error(`${method}: ${error}, ${message}`);
    return result as Result;
  };
}

/** WebKit is controlled by WebDriver, on a virtual screen. */
async function startWebKit(): Promise<EnginePage> {
  const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const display = await saidBy(screen, screen.stdout, /^(\d+)$/);
  const origin = await freeOrigin();
  const driver = spawn('WebKitWebDriver', [`--port=${new URL(origin).port}`], {
    // WebKit's sandbox does not start within another; pages are local anyway.
    env: { ...process.env, DISPLAY: `:${display}`, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
    stdio: 'ignore',
  });
  const send = async <Result>(path: string, body: unknown): Promise<Result> => {
    const response = await fetch(`${origin}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const { value } = (await response.json()) as { value: Result & { error?: string; message?: string } };
    if (!response.ok) throw new Error(`${path}: ${value.error}, ${value.message}`);
    return value;
  };
  let sessionId: string | undefined;
  while (sessionId === undefined) {
    try {
      ({ sessionId } = await send<{ sessionId: string }>('/session', { capabilities: {} }));
    } catch (error) {
      // The driver does not report that it listens.
      if (!(error instanceof TypeError) || driver.exitCode !== null) throw error;
      await sleep(50);
    }
  }
  const session = `/session/${sessionId}`;
  return {
    async open(url) {
      await send(`${session}/url`, { url });
    },
    evaluate<Value>(expression: string) {
      return send<Value>(`${session}/execute/sync`, {
        script: `return Promise.resolve(${expression}).then((value) => value ?? null)`,
        args: [],
      });
    },
    async close() {
      await fetch(`${origin}${session}`, { method: 'DELETE' });
      await Promise.all([end(driver), end(screen)]);
    },
  };
}

/** Waits for a program's ready line. @throws Error if it exits instead */
function saidBy(child: ChildProcess, output: Readable, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: output }).on('line', (line) => {
      const said = pattern.exec(line)?.[1];
      if (said !== undefined) resolve(said);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
