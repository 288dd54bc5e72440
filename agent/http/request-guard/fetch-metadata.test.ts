import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, HANDSHAKE } from '../../testing/http-request.ts';
import { LiveServer } from '../../testing/live-server.ts';

const STREAM = `/metrics/sse?${new URLSearchParams({ subscriptions: '[{"metrics":["cpu"]}]' }).toString()}`;
/** Every route that does work, and the dashboard's own files. */
const ROUTES = [
  '/metrics',
  STREAM,
  '/metrics/poll',
  '/tokens',
  '/tokens/a',
  '/healthz',
  '/nowhere',
  '/assets/a.js',
];
const ALLOWED = 'https://good.example';
const OF_TOKEN = 'https://token.example';

let server: LiveServer;

beforeEach(async () => {
  server = await new LiveServer({
    allowOrigins: [ALLOWED],
    isOriginOfToken: (origin) => origin === OF_TOKEN,
  }).start();
});

afterEach(async () => {
  await server.assertAlive();
  await server.stop();
});

const statusOf = async (path: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  (await ask(server.port, path, { headers, method })).status;

describe.each(['cross-site', 'same-site', 'same-origin, cross-site', 'unheard-of'])(
  'a page with Sec-Fetch-Site: %s',
  (site) => {
    it.each([
      ['an image', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
      ['a script', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' }],
      ['fetch without CORS', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'empty' }],
      ['a link', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }],
      ['a frame', { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' }],
      ['nothing that it says', {}],
    ])('is refused with 403 before any work, by %s', async (_what, headers) => {
      for (const path of ROUTES) {
        for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
          expect(await statusOf(path, { 'Sec-Fetch-Site': site, ...headers }, method)).toBe(403);
        }
      }
      expect(server.clientCount()).toBe(0);
    });

    it('opens no WebSocket', async () => {
      expect(await statusOf('/metrics', { ...HANDSHAKE, 'Sec-Fetch-Site': site })).toBe(403);
      expect(server.hub.sessionCount).toBe(0);
    });

    it('reads why, but nothing about the host', async () => {
      const { body, headers } = await ask(server.port, STREAM, { headers: { 'Sec-Fetch-Site': site } });
      expect(body.toString()).toMatch(/^Pages of other origins may not .*--allow-origin/);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(server.log.lines).toEqual([expect.stringMatching(/^warn .*--allow-origin/)]);
    });

    it('may link to the dashboard or frame it', async () => {
      for (const dest of ['document', 'iframe']) {
        const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': dest };
        // 404: the dashboard is not built here, but the request passed.
        for (const path of ['/', '/?wall', '/index.html']) expect(await statusOf(path, headers)).toBe(404);
        expect(await statusOf('/', headers, 'POST')).toBe(403);
      }
      expect(await statusOf('/', { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' })).toBe(403);
    });

    it('may load the embed module', async () => {
      const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' };
      expect(await statusOf('/embed/metrics-panel.js', headers)).toBe(404);
    });

    it.each([ALLOWED, OF_TOKEN])('passes if its origin is allowed: %s', async (origin) => {
      const headers = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'cors', Origin: origin };
      expect(await statusOf('/metrics', headers)).not.toBe(403);
      expect(await statusOf('/metrics/poll', headers, 'POST')).not.toBe(403);
    });

    it("is refused with the agent's own host but another scheme", async () => {
      const origin = `http://127.0.0.1:${server.port}`;
      expect(await statusOf('/metrics', { 'Sec-Fetch-Site': site, Origin: origin })).toBe(403);
    });
  },
);

describe('a request that is not cross-site', () => {
  it.each(['same-origin', 'none'])('(%s) passes', async (site) => {
    expect(await statusOf('/metrics', { 'Sec-Fetch-Site': site })).toBe(200);
    expect(await statusOf('/healthz', { 'Sec-Fetch-Site': site })).toBe(200);
  });

  it("may load the dashboard's own code, but no values, behind a proxy that changes Host", async () => {
    for (const headers of [
      { Origin: 'http://metrics.example' },
      { Origin: 'http://metrics.example', 'Sec-Fetch-Site': 'same-origin' },
    ]) {
      const { status, headers: answered } = await ask(server.port, '/assets/a.js', { headers });
      // 404: the dashboard is not built here, but the request passed.
      expect(status).toBe(404);
      expect(answered).not.toHaveProperty('access-control-allow-origin');
      for (const path of [
        '/metrics',
        STREAM,
        '/healthz',
        '/tokens',
        '/assets/../healthz',
        '/assets/..%2fhealthz',
      ]) {
        expect(await statusOf(path, headers)).toBe(403);
      }
      expect(await statusOf('/metrics/poll', headers, 'POST')).toBe(403);
    }
  });
});
