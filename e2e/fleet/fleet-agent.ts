import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { startAgent, type Agent } from '../../agent/agent.ts';
import { DEFAULTS, type Config } from '../../agent/config.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { until } from '../faults/fast-time.ts';
import { loggedSamples, type LoggedSample } from '../faults/oracle.ts';
import { lastingPort } from '../lasting-port.ts';
import { FleetClock } from './fleet-clock.ts';
import { Machine } from './machine.ts';

export interface FleetAgentOptions {
  readonly config?: Partial<Config> | undefined;
  readonly clock?: FleetClock | undefined;
}

/** An agent in this process that measures a `Machine`, and can be started again on its port. */
export class FleetAgent {
  readonly machine = new Machine();
  readonly clock: FleetClock;
  readonly #log = capturedLog('trace');
  readonly #config: Config;
  #agent: Agent | null = null;

  static async start(
    { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    { config = {}, clock = new FleetClock() }: FleetAgentOptions = {},
  ): Promise<FleetAgent> {
    const stateFolder = mkdtempSync(join(tmpdir(), 'fleet-agent-'));
    const port = await lastingPort('agent');
    const agent = new FleetAgent({ ...DEFAULTS, stateFolder, port, intervalMs: 100, ...config }, clock);
    onTestFinished(async () => {
      await agent.stop();
      rmSync(stateFolder, { recursive: true, force: true });
    });
    await agent.begin();
    await until('a sample', () => agent.samples().length > 0);
    return agent;
  }

  private constructor(config: Config, clock: FleetClock) {
    this.#config = config;
    this.clock = clock;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#config.port}/`;
  }

  /** Every sample of all its runs. */
  readonly samples = (): LoggedSample[] => loggedSamples(this.#log.entries);

  /** The newest sample. */
  get head(): LoggedSample {
    const head = this.samples().at(-1);
    if (head === undefined) throw new Error('no sample yet');
    return head;
  }

  /** `level message` of what it has logged, without samples. */
  get lines(): readonly string[] {
    return this.#log.lines.filter((line) => !line.startsWith('trace '));
  }

  async begin(): Promise<void> {
    const { log } = this.#log;
    const collectors = this.machine.collectors();
    this.#agent = await startAgent(this.#config, log, { clock: this.clock, collectors });
  }

  /** As by SIGTERM. */
  async stop(): Promise<void> {
    await this.#agent?.stop();
    this.#agent = null;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.begin();
  }
}
