import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFetch } from './node-fetch.ts';

const MIB = 1024 * 1024;

let server: Server;
let type: string;
let piece: string;
/** How many of them were sent before the other end had enough. */
let sent: number;

beforeEach(async () => {
  sent = 0;
  server = createServer((_request, response) => {
    response.setHeader('Content-Type', type);
    const more = (): void => {
      while (!response.destroyed && sent < 100) {
        sent += 1;
        if (!response.write(piece)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function read(): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/`);
  const answer = await nodeFetch(() => undefined)(url, {});
  return (await answer.text()).length;
}

describe('an answer of another agent', () => {
  it('that has no end is given up', async () => {
    type = 'application/json';
    piece = ' '.repeat(MIB);
    await expect(read()).rejects.toThrow('its answer is larger than any agent gives');
    expect(sent).toBeLessThan(100);
  });

  it('whose event has no end is given up', async () => {
    type = 'text/event-stream';
    piece = `data: ${'x'.repeat(MIB)}\n`;
    await expect(read()).rejects.toThrow('its answer is larger than any agent gives');
  });

  it('goes on as long as its events end', async () => {
    type = 'text/event-stream';
    piece = `data: ${'x'.repeat(MIB)}\n\n`;
    expect(await read()).toBe(100 * piece.length);
  });
});
