import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { lastingPort } from './lasting-port.ts';

export const AGENT_PROGRAM = fileURLToPath(new URL('../dist/agent/main.js', import.meta.url));

export interface AgentOptions {
  /** Default: a free port that stays free while the agent restarts. */
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments for Node to start another program than the built agent. */
  readonly program?: readonly string[];
  /** A program that executes the agent, with its arguments, such as `setpriv`. */
  readonly behind?: readonly string[];
}

/** An agent running in its own process. */
export interface AgentProcess {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The parsed lines of its log so far. */
  readonly log: readonly unknown[];
  /** Sends a signal (default: SIGTERM) and waits for the exit. @returns the exit code, `null` if ended by the signal */
  kill(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts an agent and waits until it listens. @throws Error with its stderr if it exits instead */
export async function startAgent({ port, ...options }: AgentOptions = {}): Promise<AgentProcess> {
  if (port !== undefined) return launch(port, options);
  for (;;) {
    try {
      return await launch(await lastingPort('agent'), options);
    } catch (error) {
      // Another test may have been faster.
      if (!(error instanceof Error && error.message.includes(' is in use: '))) throw error;
    }
  }
}

async function launch(
  port: number,
  { args = [], env = {}, program = [AGENT_PROGRAM], behind = [] }: Omit<AgentOptions, 'port'>,
): Promise<AgentProcess> {
  const [command = '', ...rest] = [...behind, process.execPath, ...program, '--port', String(port), ...args];
  // Not the state folder of whoever runs the tests: an alerts.yaml there would tell them of these agents.
  const hasState = env['METRICS_PANEL_STATE'] !== undefined || env['STATE_DIRECTORY'] !== undefined;
  const state = mkdtempSync(join(tmpdir(), 'agent-state-'));
  const child = spawn(command, rest, {
    env: {
      ...process.env,
      ...(hasState ? {} : { METRICS_PANEL_STATE: state, METRICS_PANEL_HISTORY_FOLDER: state }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the agent could not be started');
  const exited = once(child, 'exit').then(([code]) => {
    rmSync(state, { recursive: true, force: true });
    return code as number | null;
  });
  const output: string[] = [];
  const log: unknown[] = [];
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { url?: string };
      log.push(entry);
      if (entry.url !== undefined) resolve(entry.url);
    });
    void exited.then((code) => reject(new Error(`the agent ended with ${code}: ${output.join('')}`)));
  });
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    log,
    kill: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}
