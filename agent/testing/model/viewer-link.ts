import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { MemorySocket } from '../memory-socket.ts';

/** The way between a viewer and the agent, of which a test sees both ends. */
export interface ViewerLink {
  /** The agent's end. */
  readonly served: Socket;
  /** Called with what the client reads. */
  onRead: (bytes: Buffer) => void;
  /** The agent takes the connection. */
  accept(): void;
  setReading(isReading: boolean): void;
  send(bytes: Buffer): void;
  /** Ends the client's side. */
  end(): void;
  /** Breaks without a word. */
  drop(): void;
  /** Moves what waits. Returns whether nothing is on its way. @param writtenBytes by the agent so far */
  flow(writtenBytes: number): boolean;
}

export type OpenLink = (server: Server, kernelBytes: number) => Promise<ViewerLink>;

/** Without a network. */
export const memoryLink: OpenLink = async (server, kernelBytes) => {
  const served = new MemorySocket(kernelBytes);
  const link: ViewerLink = {
    served,
    onRead: () => {},
    accept: () => void server.emit('connection', served),
    setReading(isReading) {
      served.isReading = isReading;
    },
    send: (bytes) => served.receive(bytes),
    end: () => served.receiveEnd(),
    drop: () => void served.destroy(),
    flow() {
      served.deliver();
      return true;
    },
  };
  served.onRead = (bytes) => link.onRead(bytes);
  return link;
};

/** Over loopback. */
export const tcpLink: OpenLink = async (server) => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server does not listen');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect({ port: address.port, host: '127.0.0.1' });
  socket.on('error', () => {});
  const [served] = await accepted;
  let readBytes = 0;
  let sentBytes = 0;
  let isReading = true;
  const link: ViewerLink = {
    served,
    onRead: () => {},
    accept: () => {},
    setReading(value) {
      isReading = value;
      if (value) socket.resume();
      else socket.pause();
    },
    send(bytes) {
      sentBytes += bytes.length;
      socket.write(bytes);
    },
    end: () => void socket.end(),
    drop: () => void socket.resetAndDestroy(),
    flow: (writtenBytes) =>
      served.destroyed || (served.bytesRead === sentBytes && (!isReading || readBytes === writtenBytes)),
  };
  socket.on('data', (bytes: Buffer) => {
    readBytes += bytes.length;
    link.onRead(bytes);
  });
  return link;
};
