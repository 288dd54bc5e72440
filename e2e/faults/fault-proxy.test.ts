import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FaultProxy } from './fault-proxy.ts';

let echo: Server;
let far: Socket[];
let proxy: FaultProxy;

beforeEach(async () => {
  far = [];
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    far.push(socket);
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await FaultProxy.start(`http://127.0.0.1:${(echo.address() as AddressInfo).port}/`);
});
afterEach(async () => {
  await proxy.stop();
  echo.close();
  for (const socket of far) socket.destroy();
});

interface Near {
  readonly socket: Socket;
  readonly received: string[];
  readonly events: string[];
}

async function dial(): Promise<Near> {
  const socket = connect({ port: Number(new URL(proxy.url).port), host: '127.0.0.1', allowHalfOpen: true });
  const received: string[] = [];
  const events: string[] = [];
  socket.on('data', (bytes) => received.push(bytes.toString()));
  for (const event of ['end', 'close'] as const) socket.on(event, () => events.push(event));
  socket.on('error', (error: NodeJS.ErrnoException) => events.push(error.code ?? ''));
  await expect.poll(() => !socket.connecting).toBe(true);
  return { socket, received, events };
}

async function roundTrip(near: Near, text: string): Promise<number> {
  const begunMs = performance.now();
  near.socket.write(text);
  await expect.poll(() => near.received.join(''), { interval: 5 }).toContain(text);
  return performance.now() - begunMs;
}

describe('the fault proxy', () => {
  it('passes on everything in order, and the end, while it has no fault', async () => {
    const near = await dial();
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('');
    near.socket.end(text);
    await expect.poll(() => near.events).toContain('end');
    expect(near.received.join('')).toBe(text);
    expect(proxy.acceptedCount).toBe(1);
    await expect.poll(() => proxy.openCount).toBe(0);
  });

  it('delays both directions, without limiting the bytes under way', async () => {
    proxy.delay(100);
    const near = await dial();
    expect(await roundTrip(near, 'one')).toBeGreaterThanOrEqual(199);
    expect(await roundTrip(near, 'x'.repeat(300_000))).toBeLessThan(1500);
  });

  it('limits the bytes per second', async () => {
    proxy.limit(20_000);
    const near = await dial();
    expect(await roundTrip(near, 'x'.repeat(10_000))).toBeGreaterThan(450);
  });

  it('stalls one way without losing anything', async () => {
    const near = await dial();
    await roundTrip(near, 'before');
    proxy.stall(['down']);
    near.socket.write('meanwhile');
    await expect.poll(() => far[0]?.bytesWritten).toBe('beforemeanwhile'.length);
    expect(near.received).toEqual(['before']);
    proxy.restore();
    await expect.poll(() => near.received.join('')).toBe('beforemeanwhile');
  });

  it('makes the sender wait while stalled', async () => {
    const near = await dial();
    proxy.stall();
    const size = 64 * 1024 * 1024;
    near.socket.write(Buffer.alloc(size));
    const read = (): number => far[0]?.bytesRead ?? 0;
    await expect.poll(() => near.socket.writableLength).toBeGreaterThan(size / 2);
    expect(read()).toBe(0);
    proxy.restore();
    await expect.poll(read).toBe(size);
  });

  it('swallows all that an open connection carries, but not what a later connection does', async () => {
    const near = await dial();
    await roundTrip(near, 'before');
    proxy.swallow();
    near.socket.write('lost');
    const silent = await dial();
    silent.socket.write('lost');
    await expect.poll(() => near.socket.writableLength).toBe(0);
    proxy.restore();
    near.socket.write('lost, too');
    const later = await dial();
    await roundTrip(later, 'after');
    expect([near.received, silent.received, near.events]).toEqual([['before'], [], []]);
  });

  it('resets both sides', async () => {
    const near = await dial();
    await roundTrip(near, 'before');
    const [other] = far;
    proxy.reset();
    await expect.poll(() => near.events).toEqual(['ECONNRESET', 'close']);
    await expect.poll(() => other?.errored).toMatchObject({ code: 'ECONNRESET' });
    await roundTrip(await dial(), 'after');
  });

  it('closes one direction alone', async () => {
    const near = await dial();
    await roundTrip(near, 'before');
    proxy.halfClose('down');
    await expect.poll(() => near.events).toEqual(['end']);
    near.socket.write('still heard');
    await expect.poll(() => far[0]?.bytesRead).toBe('beforestill heard'.length);
  });

  it('refuses connections while cut', async () => {
    const near = await dial();
    proxy.cut();
    await expect.poll(() => near.events).toContain('close');
    const refused = await dial();
    await expect.poll(() => refused.events).toContain('close');
    proxy.restore();
    await roundTrip(await dial(), 'after');
  });

  it('closes everything when stopped, under any fault', async () => {
    const near = await dial();
    proxy.swallow();
    proxy.stall();
    near.socket.write('x');
    await dial();
    await proxy.stop();
    expect(proxy.openCount).toBe(0);
    await expect.poll(() => near.events).toContain('close');
    await expect.poll(() => far.every(({ closed }) => closed)).toBe(true);
  });
});
