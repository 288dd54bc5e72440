import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'vitest';
import { startAgent } from '../agent-process.ts';
import { linesOf } from './server-program.ts';

/** A server that does with each connection what `behave` says, and ends with the test. @returns its address without a scheme */
async function startServer(
  { onTestFinished }: TestContext,
  behave: (socket: Socket) => void,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.resume();
    behave(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Writes for as long as the other end reads. */
function flood(socket: Socket, first: Buffer | string): void {
  socket.write(first);
  const more = (): void => {
    while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 0x78)));
  };
  socket.on('drain', more);
  more();
}

/** The most that a process has had resident so far. */
const peakMB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;

async function sampleCount(url: string): Promise<number> {
  const answer = await fetch(`${url}history?metrics=cpu&from=-10m`);
  return ((await answer.json()) as { ts: number[] }).ts.length;
}

describe.runIf(process.platform === 'linux')('receivers that', () => {
  it.concurrent.for([
    ['say nothing', (): void => {}],
    [
      'answer without end',
      (socket: Socket) => flood(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n'),
    ],
    ['send headers without end', (socket: Socket) => flood(socket, 'HTTP/1.1 200 OK\r\nX: ')],
    // A CONNACK, then a PUBLISH of 256 MB.
    [
      'send a packet without end',
      (socket: Socket) => flood(socket, Buffer.from('2002000030ffffff7f', 'hex')),
    ],
    ['close every connection', (socket: Socket) => socket.destroy()],
  ] as const)(
    '%s neither delay samples nor fill memory, and the agent ends when it is told to',
    async ([, behave], context) => {
      const { expect, onTestFinished } = context;
      const [otlp, influx, mqtt] = await Promise.all(
        [behave, behave, behave].map((one) => startServer(context, one)),
      );
      const agent = await startAgent({
        args: [
          '--otlp',
          `http://${otlp}`,
          '--influx',
          `http://${influx}/write`,
          '--mqtt',
          `mqtt://${mqtt}`,
          '--push-interval',
          '1',
        ],
      });
      const { url, pid, kill, log } = agent;
      onTestFinished(() => void agent.kill('SIGKILL'));
      await expect.poll(() => sampleCount(url)).toBeGreaterThan(1);
      const count = await sampleCount(url);
      await expect.poll(() => sampleCount(url)).toBeGreaterThan(count + 3);
      // Some 110 with ordinary receivers; a packet of MQTT alone would be 256 more.
      expect(peakMB(pid)).toBeLessThan(250);
      for (const title of ['OTLP', 'Influx', 'MQTT'])
        expect(linesOf(log, title).length, title).toBeLessThanOrEqual(2);
      expect(await kill()).toBe(0);
    },
  );
});
