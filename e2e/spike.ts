import { spawn } from 'node:child_process';
import { copyFile, realpath } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { AgentProcess } from './agent-process.ts';

/** Name of the process that keeps a core busy. */
export const SPIKE = 'spike-maker';
/** Long enough to be found on a chart. */
const SPIKE_SECONDS = 6;

/** When the process was busy, and a table named it, Unix ms. */
export interface Spike {
  readonly fromMs: number;
  readonly toMs: number;
  readonly namedMs: number;
}

/** Keeps the machine busy until a table of the agent's history names the culprit. @param folder for its program */
export async function makeSpike(agent: AgentProcess, folder: string): Promise<Spike> {
  const program = join(folder, SPIKE);
  await copyFile(await realpath('/bin/sh'), program);
  // As many as it takes to be among the busiest of a machine that runs other tests. They end with this process, however that ends.
  const busy = Array.from({ length: 4 }, () =>
    spawn(program, ['-c', 'while kill -0 $PPID; do :; done'], { stdio: 'ignore' }),
  );
  for (const { pid = 0 } of busy) preferred(pid);
  const fromMs = Date.now();
  await agentRuns(agent, SPIKE_SECONDS);
  // An agent that is short of time makes few tables.
  const namedMs = await vi.waitFor(() => whenNamed(agent, fromMs), { timeout: 40_000, interval: 250 });
  for (const one of busy) one.kill('SIGKILL');
  return { fromMs, toMs: Date.now(), namedMs };
}

/** Waits until the agent has run for some more seconds. */
export async function agentRuns(agent: AgentProcess, seconds: number): Promise<void> {
  const uptime = async (): Promise<number> => {
    const answer = await fetch(`${agent.url}healthz`);
    return ((await answer.json()) as { uptimeSeconds: number }).uptimeSeconds;
  };
  const before = await uptime();
  const runs = async (): Promise<void> => {
    if ((await uptime()) < before + seconds) throw new Error(`The agent did not run for ${seconds} s`);
  };
  await vi.waitFor(runs, { timeout: 30_000 + 1000 * seconds, interval: 250 });
}

/** The time of a table since `fromMs` that names the spike's process. @throws Error if there is none yet */
async function whenNamed(agent: AgentProcess, fromMs: number): Promise<number> {
  const answer = await fetch(
    `${agent.url}history?tables=processes&points=1&from=${fromMs}&to=${Date.now() + 1000}`,
  );
  const { tables = [] } = (await answer.json()) as {
    tables?: { readonly ts: number; readonly rows: readonly unknown[][] }[];
  };
  const named = tables.find(({ rows }) => rows.some((row) => row.includes(SPIKE)));
  if (named === undefined) throw new Error(`No table names ${SPIKE}`);
  return named.ts;
}

/** Gives a process more of a busy machine, where that is allowed. */
function preferred(pid: number): void {
  try {
    setPriority(pid, -5);
  } catch {
    // Only root may.
  }
}
