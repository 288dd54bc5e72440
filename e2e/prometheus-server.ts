import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { installedProgram } from './installed-program.ts';
import { lastingPort } from './lasting-port.ts';

export const PROMETHEUS = 'prometheus';
export const NODE_EXPORTER = 'prometheus-node-exporter';

const START_MS = 20_000;
const ASK_EVERY_MS = 50;

/** The job's name, and what its entry in `scrape_configs` has. */
export type Jobs = Readonly<Record<string, { readonly port: number; readonly [setting: string]: unknown }>>;

/** The labels of a series, and its value at the time of the query. */
export interface Found {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface PrometheusServer extends Server {
  /** @param atMs Unix ms; default: now @throws Error if the query is not valid */
  query(expression: string, atMs?: number): Promise<Found[]>;
  /** Asks until `isThere`. @returns its answer */
  until(expression: string, isThere: (found: readonly Found[]) => boolean): Promise<Found[]>;
  /** The answer of another address of its API. */
  ask(path: string): Promise<unknown>;
}

/** Debian's Prometheus with a database of its own, which scrapes these jobs on this machine. */
export async function startPrometheus(jobs: Jobs, interval = '1s'): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await lastingPort('origin');
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval },
    scrape_configs: Object.entries(jobs).map(([job_name, { port: of, ...settings }]) => ({
      job_name,
      ...settings,
      static_configs: [{ targets: [`127.0.0.1:${of}`] }],
    })),
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const child = start(PROMETHEUS, [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]);
  const origin = `http://127.0.0.1:${port}`;
  await answers(`${origin}/-/ready`, child);
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${origin}${path}`);
    const { status, data, error } = (await response.json()) as {
      readonly status: string;
      readonly data: unknown;
      readonly error?: string;
    };
    if (status !== 'success') throw new Error(`${path}: ${error}`);
    return data;
  };
  const query = async (expression: string, atMs = Date.now()): Promise<Found[]> => {
    const asked = new URLSearchParams({ query: expression, time: String(atMs / 1000) });
    const { result } = (await ask(`/api/v1/query?${asked.toString()}`)) as {
      readonly result: readonly { metric: Record<string, string>; value: [number, string] }[];
    };
    return result.map(({ metric, value }) => ({ labels: metric, value: numberOf(value[1]) }));
  };
  return {
    ...serverOf(child, port, () => rmSync(folder, { recursive: true, force: true })),
    ask,
    query,
    until: async (expression, isThere) => {
      for (;;) {
        const found = await query(expression);
        if (isThere(found)) return found;
        await pause(ASK_EVERY_MS);
      }
    },
  };
}

/** Debian's node_exporter, with what it leaves out by default since version 1.6. */
export async function startNodeExporter(): Promise<Server> {
  const port = await lastingPort('origin');
  const child = start(NODE_EXPORTER, [
    `--web.listen-address=127.0.0.1:${port}`,
    String.raw`--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`,
    '--log.level=error',
  ]);
  await answers(`http://127.0.0.1:${port}/`, child);
  return serverOf(child, port);
}

function start(name: string, args: readonly string[]): ChildProcess {
  const program = installedProgram(name);
  if (program === undefined) throw new Error(`There is no ${name} here`);
  const child = spawn(program, args, { stdio: 'ignore' });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

function serverOf(child: ChildProcess, port: number, stopped: () => void = () => {}): Server {
  return {
    port,
    pid: child.pid ?? Number.NaN,
    stop: async () => {
      if (child.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      stopped();
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const lastMs = Date.now() + START_MS;
  for (;;) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) return;
    if (child.exitCode !== null || Date.now() > lastMs) throw new Error(`${url} does not answer`);
    await pause(ASK_EVERY_MS);
  }
}

function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
