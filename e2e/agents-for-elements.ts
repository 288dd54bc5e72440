import type { TestProject } from 'vitest/node';
import { startAgent } from './agent-process.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An agent that samples every 250 ms. */
    agentUrl: string;
    /** An agent that asks for the token `secret`. */
    guardedAgentUrl: string;
  }
}

/** Real agents for the element tests, which run in a browser and cannot start any. */
export async function setup({ provide }: TestProject): Promise<() => Promise<unknown>> {
  const agents = await Promise.all([
    startAgent({ args: ['--interval', '250'] }),
    startAgent({ env: { METRICS_PANEL_TOKEN: 'secret' } }),
  ]);
  provide('agentUrl', agents[0].url);
  provide('guardedAgentUrl', agents[1].url);
  return () => Promise.all(agents.map((agent) => agent.kill()));
}
