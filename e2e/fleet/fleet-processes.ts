import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { TestContext } from 'vitest';
import { ensureStreams } from '../../agent/nats/init/ensure-streams.ts';
import type { BatchBody } from '../../agent/nats/bodies.ts';
import { LOG_STREAM, nameIn } from '../../agent/nats/subjects.ts';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from '../agent-process.ts';
import { until } from '../faults/fast-time.ts';
import { loggedSamples, type LoggedSample } from '../faults/oracle.ts';

type Test = Pick<TestContext, 'onTestFinished'>;

export interface AgentsOrder {
  /** Of NATS. */
  readonly servers: string;
  /** Of the hosts, as in subjects. */
  readonly names: readonly string[];
  readonly intervalMs: number;
  /** How much faster than the real one their time is. */
  readonly speed: number;
}

export interface AgentsProcess extends AgentProcess {
  /** Every sample of a host. */
  samplesOf(name: string): LoggedSample[];
  /** What was logged about it, but for samples. */
  linesOf(name: string): string[];
}

const PROGRAM = fileURLToPath(new URL('programs/agents.ts', import.meta.url));

/** Names of so many hosts. */
export const hostNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `host-${index}`);

/** Agents in one process, killed with the test; settles when all run. */
export async function startAgents({ onTestFinished }: Test, order: AgentsOrder): Promise<AgentsProcess> {
  const agents = await startAgent({ program: ['--import', 'tsx', PROGRAM], args: [JSON.stringify(order)] });
  onTestFinished(async () => {
    await agents.kill('SIGKILL');
  });
  await until('all agents', () => agents.log.some((line) => 'all' in (line as object)), 120_000);
  const of = (name: string): unknown[] =>
    agents.log.filter((line) => (line as { name?: string }).name === name);
  return {
    ...agents,
    samplesOf: (name) => loggedSamples(of(name)),
    linesOf: (name) =>
      of(name).flatMap((line) => {
        const { level, msg } = line as { level: number; msg: string };
        return level > 10 ? [`${level} ${msg}`] : [];
      }),
  };
}

/** A gateway as it is shipped, in a process of its own. */
export async function startGatewayProcess({ onTestFinished }: Test, from: string): Promise<AgentProcess> {
  const gateway = await startAgent({
    program: [AGENT_PROGRAM, 'gateway'],
    args: ['--from', from, '--max-connections-per-address', '1000'],
  });
  onTestFinished(async () => {
    await gateway.kill('SIGKILL');
  });
  return gateway;
}

/** As `nats init` does. */
export async function makeStreams(servers: string): Promise<void> {
  const nc = await connect({ servers });
  try {
    await ensureStreams(await jetstreamManager(nc), {}, () => {});
  } finally {
    await nc.close();
  }
}

/** What the log of all hosts holds. */
export interface StoredLog {
  /** By host: the numbers of its samples by epoch, in the order of the stream. */
  readonly hosts: ReadonlyMap<string, readonly { readonly epoch: string; readonly seq: number }[]>;
  readonly batches: readonly { readonly host: string; readonly body: BatchBody }[];
}

export async function readStoredLog(servers: string): Promise<StoredLog> {
  const nc = await connect({ servers });
  try {
    const manager = await jetstreamManager(nc);
    const { state }: StreamInfo = await manager.streams.info(LOG_STREAM);
    const hosts = new Map<string, { epoch: string; seq: number }[]>();
    const batches: { host: string; body: BatchBody }[] = [];
    if (state.messages > 0) {
      const consumer = await jetstream(nc).consumers.get(LOG_STREAM);
      const messages = await consumer.consume({ max_messages: 100 });
      for await (const message of messages) {
        const host = nameIn(message.subject) ?? '';
        const body = message.json<BatchBody>();
        batches.push({ host, body });
        const samples = hosts.get(host) ?? [];
        hosts.set(host, samples);
        for (const { q } of body.b) samples.push({ epoch: body.e, seq: q });
        if (message.seq >= state.last_seq) break;
      }
    }
    return { hosts, batches };
  } finally {
    await nc.close();
  }
}

/** What is wrong with the log of one host: it should have every sample once, in order. */
export function flawsOfStored(
  stored: readonly { readonly epoch: string; readonly seq: number }[],
  produced: readonly LoggedSample[],
): { lost: number; duplicates: number; disorder: number } {
  const rows = new Map(produced.map(({ epoch, seq }, row) => [`${epoch}/${seq}`, row]));
  const seen = new Set<number>();
  let [duplicates, disorder, newest] = [0, 0, -1];
  for (const { epoch, seq } of stored) {
    const row = rows.get(`${epoch}/${seq}`) ?? -1;
    if (seen.has(row)) duplicates += 1;
    seen.add(row);
    if (row < newest) disorder += 1;
    newest = Math.max(newest, row);
  }
  return { lost: produced.length - seen.size, duplicates, disorder };
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
