import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial, createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ABOUT_STREAM, LOG_STREAM, subjectsOf } from '../../agent/nats/subjects.ts';
import { launch, type Placement } from '../harness/processes.ts';

export interface Broker {
  readonly pid: number;
  /** `nats://127.0.0.1:PORT` */
  readonly url: string;
  readonly version: string;
}

const NANOSECONDS = 1e9;

/** A nats-server of its own with both streams, without permissions; its store is removed at the end. */
export async function startBroker(placement: Placement): Promise<Broker> {
  const program = process.env['NATS_SERVER'] ?? 'nats-server';
  const { stdout, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (error !== undefined)
    throw new Error('There is no nats-server here: install it, or name it in NATS_SERVER');
  const folder = mkdtempSync(join(os.tmpdir(), 'metrics-panel-bench-nats-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(folder, 'nats.conf');
  writeFileSync(
    file,
    `listen: "127.0.0.1:${port}"\nmax_payload: 1MB\nwrite_deadline: "2s"\nping_interval: "20s"\njetstream { store_dir: "${folder}/store", max_mem: 64MB, max_file: 4GB }\n`,
  );
  const child = launch([program, '-c', file], placement, { stdio: 'ignore' });
  await listens(port);
  const url = `nats://127.0.0.1:${port}`;
  await makeStreams(url);
  return { pid: child.pid ?? Number.NaN, url, version: stdout.trim() };
}

/** As `nats init` does, but smaller. */
async function makeStreams(servers: string): Promise<void> {
  const nc = await connect({ servers });
  const { streams } = await jetstreamManager(nc);
  const common = { storage: 'file', discard: 'old', allow_direct: true, max_bytes: 2 ** 30 } as const;
  const every = subjectsOf('*');
  await streams.add({ name: LOG_STREAM, subjects: [every.log], max_age: 900 * NANOSECONDS, ...common });
  await streams.add({ name: ABOUT_STREAM, subjects: [every.about], max_msgs_per_subject: 1, ...common });
  await nc.close();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function listens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const socket = dial(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await sleep(20);
  }
  throw new Error('nats-server did not start');
}
