import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from '../agent-process.ts';
import type { Target } from './cases.ts';

const SECRET = 'the-secret-of-the-operator-32-chars';
/** Public metrics: enough for most of the protocol, few enough to detect leaks of the others. */
const OPEN = ['cpu', 'memory'];
/** One process represents many clients from many addresses. */
const LIMITS = ['--max-connections', '20000', '--max-connections-per-address', '20000'];
const WATCH = fileURLToPath(new URL('watch-process.mjs', import.meta.url));

/** Bytes after garbage collection. */
export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  /** Buffers, among them the ring of samples. */
  readonly arrayBuffers: number;
}

interface Entry {
  readonly level?: number;
  readonly unhandled?: string;
  readonly memory?: Memory;
}

const ERROR = 50;

/** The built agent, watched for defects. */
export class FuzzedAgent {
  readonly target: Target;
  readonly #agent: AgentProcess;
  readonly #state: string;

  private constructor(agent: AgentProcess, state: string, token: string) {
    this.#agent = agent;
    this.#state = state;
    this.target = {
      port: agent.port,
      viewers: [
        { name: 'anyone', token: null, metrics: OPEN },
        { name: 'bearer', token, metrics: ['cpu'] },
        { name: 'operator', token: SECRET, metrics: null },
      ],
    };
  }

  /** @param flags of the agent, beside those of every fuzzed one */
  static async start(flags: readonly string[] = []): Promise<FuzzedAgent> {
    const state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
    const agent = await startAgent({
      program: ['--expose-gc', '--import', WATCH, AGENT_PROGRAM],
      args: ['--anonymous', OPEN.join(), ...LIMITS, ...flags],
      env: { METRICS_PANEL_TOKEN: SECRET, METRICS_PANEL_STATE: state },
    });
    const made = await fetch(`${agent.url}tokens`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${SECRET}` },
      body: JSON.stringify({ metrics: ['cpu'], expiresInS: null }),
    });
    const { token } = (await made.json()) as { token: string };
    return new FuzzedAgent(agent, state, token);
  }

  get isRunning(): boolean {
    try {
      return process.kill(this.#agent.pid, 0);
    } catch {
      return false;
    }
  }

  get unhandled(): readonly string[] {
    return this.#entries.flatMap(({ unhandled }) => unhandled ?? []);
  }

  get errors(): readonly string[] {
    return this.#entries.filter(({ level = 0 }) => level >= ERROR).map((entry) => JSON.stringify(entry));
  }

  async memory(): Promise<Memory> {
    const known = this.#memories.length;
    process.kill(this.#agent.pid, 'SIGUSR2');
    while (this.#memories.length === known) await sleep(20);
    const newest = this.#memories.at(-1);
    if (newest === undefined) throw new RangeError('no memory was told');
    return newest;
  }

  async isHealthy(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${this.target.port}/healthz`);
    return response.status === 200;
  }

  /** Expects that it runs, answers, and has no defect. @throws Error */
  async assertWell(): Promise<void> {
    const wrong = [...this.unhandled, ...this.errors];
    if (wrong.length > 0 || !(await this.isHealthy())) throw new Error(`Not well: ${wrong.join()}`);
  }

  async stop(): Promise<number | null> {
    const code = await this.#agent.kill();
    rmSync(this.#state, { recursive: true });
    return code;
  }

  get #entries(): readonly Entry[] {
    return this.#agent.log as readonly Entry[];
  }

  get #memories(): readonly Memory[] {
    return this.#entries.flatMap(({ memory }) => memory ?? []);
  }
}
