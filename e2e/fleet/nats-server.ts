import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, type TestContext } from 'vitest';
import { installedProgram, isExecutable } from '../installed-program.ts';
import { lastingPort } from '../lasting-port.ts';

/** Path of the nats-server for tests: that of `NATS_SERVER`, else an installed one; `undefined` if there is none. */
export const natsProgram = findProgram();

/** For titles of suites with `describe.skipIf(natsProgram === undefined)`. */
export const whetherNats =
  natsProgram === undefined ? ' (skipped: there is no nats-server here; NATS_SERVER can name one)' : '';

/** Limits as of a real one, no permissions, JetStream. */
const DEFAULT_CONFIG = `
  max_payload: 1MB
  write_deadline: "2s"
  jetstream { max_mem: 64MB, max_file: 2GB }
`;
const STORE = /store_dir: "[^"]*"/;
const START_MS = 30_000;
const ANSWER_MS = 1000;
const ASK_EVERY_MS = 20;
const TOLD_LOG_LINES = 40;

/** A nats-server on 127.0.0.1 that keeps its port and its store while it is killed and started again. */
export class NatsServer {
  readonly port: number;
  readonly #monitorPort: number;
  readonly #folder: string;
  /** Whether its configuration does; the flag is refused then. */
  #namesStore = false;
  #child: ChildProcess | undefined;
  /** Once its file is removed. */
  #finalLog: string | undefined;
  readonly #endWithUs = (): void => void this.#child?.kill('SIGKILL');

  private constructor(folder: string, port: number, monitorPort: number) {
    this.#folder = folder;
    this.port = port;
    this.#monitorPort = monitorPort;
  }

  /**
   * Starts one that is ready.
   * @param config text of its configuration; where it listens and stores is decided here
   * @throws Error with its log if it does not start
   */
  static async start(config: string = DEFAULT_CONFIG): Promise<NatsServer> {
    const folder = mkdtempSync(join(tmpdir(), 'nats-server-'));
    const server = new NatsServer(folder, await lastingPort('agent'), await lastingPort('agent'));
    server.configure(config);
    process.once('exit', server.#endWithUs);
    try {
      await server.start();
    } catch (error) {
      await server.end();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Of its process. */
  get pid(): number {
    return this.#running.pid ?? Number.NaN;
  }

  /** Where JetStream keeps its files; may be copied and replaced while the server is down. */
  get storeFolder(): string {
    return join(this.#folder, 'store');
  }

  /** Replaces its configuration, for the next start. */
  configure(config: string): void {
    writeFileSync(this.#configFile, config.replace(STORE, `store_dir: "${this.storeFolder}"`));
    this.#namesStore = STORE.test(config);
  }

  /** Starts it again, on the same port and store, and waits until it is ready. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error('nats-server runs already');
    if (natsProgram === undefined) throw new Error('There is no nats-server here');
    const log = openSync(this.#logFile, 'a');
    // Flags go before what the file says.
    const child = spawn(
      natsProgram,
      [
        ['--config', this.#configFile],
        ['--addr', '127.0.0.1'],
        ['--port', String(this.port)],
        ['--http_port', String(this.#monitorPort)],
        this.#namesStore ? [] : ['--store_dir', this.storeFolder],
      ].flat(),
      { stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    await this.#isReady(child);
  }

  /** Ends it as a loss of power of its machine would, but for what the kernel still writes. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Lets it stand still, its connections open, and waits until it does. */
  async freeze(): Promise<void> {
    this.#running.kill('SIGSTOP');
    while (!standsStill(this.pid)) await pause(1);
  }

  thaw(): void {
    this.#running.kill('SIGCONT');
  }

  /** Lets it read its configuration again, with its connections open. */
  reload(): void {
    this.#running.kill('SIGHUP');
  }

  /** Loses all streams. @throws Error while it runs */
  deleteStore(): void {
    if (this.#child !== undefined) throw new Error('nats-server still uses its store');
    rmSync(this.storeFolder, { recursive: true, force: true });
  }

  /** What it tells about itself, such as `/connz?subs=1` or `/subsz`. @throws Error if it does not answer */
  async monitor(path: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#monitorPort}${path}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.json();
  }

  /** All that it has logged. */
  get log(): string {
    return this.#finalLog ?? readFileSync(this.#logFile, 'utf8');
  }

  /** Ends it, and removes its files. */
  async end(): Promise<void> {
    process.off('exit', this.#endWithUs);
    await this.kill();
    this.#finalLog ??= this.log;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #configFile(): string {
    return join(this.#folder, 'nats-server.conf');
  }

  get #logFile(): string {
    return join(this.#folder, 'nats-server.log');
  }

  get #running(): ChildProcess {
    if (this.#child === undefined) throw new Error('nats-server does not run');
    return this.#child;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    // A process that stands still takes only SIGKILL.
    child.kill('SIGCONT');
    await exited;
  }

  async #isReady(child: ChildProcess): Promise<void> {
    const lastMs = performance.now() + START_MS;
    while (!(await greets(this.port))) {
      if (this.#child !== child || performance.now() > lastMs)
        throw new Error(`nats-server did not start:\n${lastLines(this.log)}`);
      await pause(ASK_EVERY_MS);
    }
  }
}

/** Prints the last lines of a server's log after each test that failed. */
export function tellLogOfFailures(serverOf: () => NatsServer | undefined): void {
  afterEach(({ task }) => {
    const server = serverOf();
    if (task.result?.state === 'fail' && server !== undefined) tellLog(server, task.name);
  });
}

/** Prints the last lines of a server's log if this test fails. */
export function tellLogOfFailure({ task, onTestFailed }: TestContext, server: NatsServer): void {
  onTestFailed(() => tellLog(server, task.name));
}

function tellLog({ log }: NatsServer, test: string): void {
  process.stderr.write(`nats-server, at the end of "${test}":\n${lastLines(log)}\n`);
}

/** Whether a server sends its INFO, which it does once its streams are there. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (chunk) => {
      resolve(chunk.toString('latin1').startsWith('INFO '));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

function standsStill(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) =>
    /\) T /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')),
  );
}

function lastLines(log: string): string {
  return log.trimEnd().split('\n').slice(-TOLD_LOG_LINES).join('\n');
}

function findProgram(): string | undefined {
  const named = process.env['NATS_SERVER'];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`NATS_SERVER=${named} is no program`);
    return named;
  }
  const installed = installedProgram('nats-server');
  if (installed === undefined && process.env['NATS_TESTS'] === 'required')
    throw new Error(
      'NATS_TESTS=required, and there is no nats-server: install it, or name it in NATS_SERVER',
    );
  return installed;
}
