import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WsTransport } from '../examples/ws-transport.ts';
import { startAgent } from './agent-process.ts';
import { Follower } from './faults/follower.ts';

const WINDOWS = 4;
const WINDOW_S = 3;
/** One for the sample, fewer for what is looked at less often, and those in which it waits for its own threads. */
const MOST_PER_SECOND = 5;

/** How often the main thread of a process went to sleep (proc_pid_status(5)). */
function sleepsOf(pid: number): number {
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

it.skipIf(process.platform !== 'linux')(
  'an agent with a viewer sleeps from sample to sample, since waking costs more than most of its reading',
  { timeout: 60_000 },
  async () => {
    const agent = await startAgent();
    const follower = new Follower(agent.url, { transport: new WsTransport(agent.url) });
    await follower.more(3);
    // The quietest window, since a busy machine only adds wake-ups.
    let perSecond = Number.POSITIVE_INFINITY;
    for (let window = 0; window < WINDOWS && perSecond >= MOST_PER_SECOND; window += 1) {
      const before = sleepsOf(agent.pid);
      await sleep(WINDOW_S * 1000);
      perSecond = Math.min(perSecond, (sleepsOf(agent.pid) - before) / WINDOW_S);
    }
    follower.client.stop();
    await agent.kill();
    expect(perSecond).toBeGreaterThan(0.5);
    expect(perSecond).toBeLessThan(MOST_PER_SECOND);
  },
);
