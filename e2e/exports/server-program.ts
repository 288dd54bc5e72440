import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody else's server, as a process of its own. */
export interface ServerProgram {
  /** Waits for its end. */
  stop(): Promise<void>;
}

/** Starts a program, and waits until it takes connections on a port of 127.0.0.1. @throws Error with what it wrote if it ends instead */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
): Promise<ServerProgram> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const exited = once(child, 'exit');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${output.join('')}`);
    await sleep(50);
  }
  return {
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The messages of an agent's log at level `info` and above, but for those of every agent. */
export function linesOf(log: readonly unknown[], title: string): string[] {
  return log.flatMap((entry) => {
    const { msg = '' } = entry as { msg?: string };
    return msg.startsWith(`${title}: `) ? [msg] : [];
  });
}
