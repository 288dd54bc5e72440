import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, expect, it } from 'vitest';
import { Frame } from '../sessions/frame.ts';
import { WebSocketConnection, type ViewerSocket } from './web-socket-connection.ts';

/** A fake socket whose buffer a test fills. Real sockets are tested in flow-control.test.ts. */
class FakeSocket extends EventEmitter {
  writableLength = 0;
  readonly readyState = 1;
  readonly OPEN = 1;
  readonly pings: string[] = [];
  readonly closes: number[] = [];
  write(): void {}
  close(code: number): void {
    this.closes.push(code);
  }
  ping(payload: string): void {
    this.pings.push(payload);
  }
}

let socket: FakeSocket;
let connection: WebSocketConnection;
let drains: number;

beforeEach(() => {
  socket = new FakeSocket();
  connection = new WebSocketConnection(
    socket as unknown as ViewerSocket,
    socket as unknown as Socket,
    () => 0.5,
  );
  drains = 0;
  connection.listener = {
    received: () => {},
    drained: () => {
      drains += 1;
    },
    closed: () => {},
  };
});

it('[FC-3] cannot send while more than 16 KB wait in the process', () => {
  socket.writableLength = 16 * 1024;
  expect(connection.canSend()).toBe(true);
  socket.writableLength += 1;
  expect(connection.canSend()).toBe(false);
  socket.emit('drain');
  expect(drains).toBe(0);
  socket.writableLength = 0;
  socket.emit('drain');
  socket.emit('drain');
  expect(drains).toBe(1);
});

it('[FC-4] closes a client whose unread answers exceed 64 KB', () => {
  socket.writableLength = 64 * 1024;
  connection.send(Frame.of('x'));
  expect(socket.closes).toEqual([]);
  socket.writableLength += 1;
  connection.send(Frame.of('x'));
  expect(socket.closes).toEqual([4200]);
});

it('[FC-2] counts frame headers, and drains with the pong', () => {
  const frame = Frame.of('x'.repeat(33 * 1024));
  connection.send(frame);
  expect(socket.pings).toEqual([String(frame.wire('json').length)]);
  expect(connection.canSend()).toBe(false);
  socket.emit('pong', Buffer.from(String(frame.wire('json').length)));
  expect([connection.canSend(), drains]).toEqual([true, 1]);
});
