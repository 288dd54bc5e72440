import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { linesOf } from './server-program.ts';

let agent: AgentProcess | undefined;
const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  await agent?.kill();
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server that does with each connection what `behave` says. @returns its address without a scheme */
async function startServer(behave: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.resume();
    behave(socket);
  });
  servers.push(server);
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
  it.each([
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
  ])(
    '%s neither delay samples nor fill memory, and the agent ends when it is told to',
    async (_name, behave) => {
      const [otlp, influx, mqtt] = await Promise.all([behave, behave, behave].map((one) => startServer(one)));
      agent = await startAgent({
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
