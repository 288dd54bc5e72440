import { once } from 'node:events';
import { WebSocket } from 'ws';
import { METRICS_PATH } from '../../agent/transports/websocket.ts';
import { SUBPROTOCOL } from '../../shared/protocol/messages.ts';
import type { Subscription } from './dialects.ts';

/** Every metric that the agent has, under a name so long that a frame of it has about `bytes` bytes. */
export async function sizedSubscription(port: number, bytes: number): Promise<Subscription> {
  const shortest = { sub: 'x', metrics: ['*'], intervalMs: 1000 };
  const length = await frameLength(port, shortest);
  return { ...shortest, sub: 'x'.repeat(Math.max(1, bytes - length + 1)) };
}

async function frameLength(port: number, subscription: Subscription): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${METRICS_PATH}`, SUBPROTOCOL);
  await once(socket, 'open');
  socket.send(JSON.stringify({ action: 'subscribe', ...subscription }));
  for (;;) {
    const [frame] = (await once(socket, 'message')) as [Buffer];
    const { type, prev } = JSON.parse(frame.toString()) as { type: string; prev?: number };
    if (type !== 'metrics' || prev === 0) continue;
    socket.close();
    return frame.length;
  }
}
