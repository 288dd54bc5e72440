import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startAgent } from './agent-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An agent that samples every 250 ms and keeps a history. */
    agentUrl: string;
    /** An agent that requires the token `secret`. */
    guardedAgentUrl: string;
  }
}

/** Vitest serves the tests at the first free port from here on, and reports it too late. */
const FIRST_TEST_PORT = 63_315;
const ORIGINS = Array.from({ length: 30 }, (_, index) => `http://127.0.0.1:${FIRST_TEST_PORT + index}`);

/** Starts agents for the element tests, which run in a browser and cannot. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const args = ['--allow-origin', ORIGINS.join()];
  const folder = await mkdtemp(join(tmpdir(), 'metrics-panel-elements-'));
  const agents = await Promise.all([
    startAgent({ args: [...args, '--interval', '250', '--history-folder', folder] }),
    startAgent({
      args: [...args, '--max-wrong-tokens', '1000', '--history', 'off'],
      env: { METRICS_PANEL_TOKEN: 'secret' },
    }),
  ]);
  provide('agentUrl', agents[0].url);
  provide('guardedAgentUrl', agents[1].url);
  return async () => {
    await Promise.all(agents.map((agent) => agent.kill()));
    await rm(folder, { recursive: true });
  };
}
