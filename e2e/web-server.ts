import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { lastingPort } from './lasting-port.ts';

export interface WebServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves one page. @param origin default: any free one */
export function servePage(
  html: string,
  headers: Readonly<Record<string, string>> = {},
  origin?: string,
): Promise<WebServer> {
  return serve((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(html);
  }, origin);
}

/** A free origin, for an agent that has to know it before it is served. */
export async function freeOrigin(): Promise<string> {
  return `http://127.0.0.1:${await lastingPort('origin')}`;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/**
 * Serves the pages and scripts of a folder.
 * @param pages served in addition, by their paths
 */
export function serveFolder(
  folder: string,
  origin?: string,
  pages: Readonly<Record<string, string>> = {},
): Promise<WebServer> {
  return serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const page = pages[pathname];
    if (page !== undefined) response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
    else void answerWith(response, join(folder, pathname === '/' ? 'index.html' : pathname));
  }, origin);
}

async function answerWith(response: ServerResponse, file: string): Promise<void> {
  try {
    const content = await readFile(file);
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

async function serve(answer: RequestListener, origin = 'http://127.0.0.1:0'): Promise<WebServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(Number(new URL(origin).port), '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
