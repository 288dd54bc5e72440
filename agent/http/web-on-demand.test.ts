import { tmpdir } from 'node:os';
import type { Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createAccess } from '../auth/access.ts';
import { DEFAULTS } from '../config.ts';
import { HostRegistry } from '../hosts/host-registry.ts';
import { capturedLog } from '../testing/captured-log.ts';
import { ask } from '../testing/http-request.ts';
import { testRequestGuard } from '../testing/test-request-guard.ts';
import { TestHub } from '../testing/test-hub.ts';
import { close, createHttpServer, listen } from './server.ts';
import { webOnDemand, type LoadWeb } from './web-on-demand.ts';
import { testFairQueue } from '../testing/test-fair-queue.ts';

const { log, lines } = capturedLog();
let server: Server | undefined;

afterEach(async () => {
  if (server !== undefined) await close(server);
  server = undefined;
});

/** Returns the port. */
async function serve(load: LoadWeb): Promise<number> {
  const { hub, clock, fairQueue } = new TestHub();
  const access = await createAccess({ ...DEFAULTS, stateFolder: `${tmpdir()}/metrics-panel-none` });
  const health = () =>
    ({
      status: 'ok',
      version: '1.2.3',
      uptimeSeconds: 0,
      samplerLagMs: 0,
      skippedSamples: 0,
      history: { state: 'off' },
      alerts: { state: 'off' },
    }) as const;
  const requestGuard = testRequestGuard(log);
  const web = webOnDemand(
    {
      dist: `${tmpdir()}/none/`,
      hub,
      access,
      requestGuard,
      fairQueue,
      clock,
      health,
      log,
      hosts: new HostRegistry(),
      alerts: null,
      alertsPath: null,
      scrape: { kernelRoots: null, version: '1.2.3' },
    },
    load,
  );
  server = createHttpServer(web.respond, requestGuard, testFairQueue());
  return listen(server, 0, '127.0.0.1');
}

describe('the web part', () => {
  it('is loaded with the first request, once', async () => {
    let loads = 0;
    const port = await serve(() => {
      loads += 1;
      return import('./web.ts');
    });
    expect(loads).toBe(0);
    const answers = await Promise.all([ask(port, '/healthz'), ask(port, '/healthz'), ask(port, '/')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
    expect(loads).toBe(1);
  });

  it('answers with the fix when its files are gone, and is loaded again with the next request', async () => {
    let isGone = true;
    const port = await serve(() =>
      isGone ? Promise.reject(new Error('Cannot find module')) : import('./web.ts'),
    );
    const { status, body } = await ask(port, '/');
    expect([status, body.toString()]).toEqual([
      500,
      'The dashboard cannot be loaded: the files of the program have changed since the agent was started, so start it again.\n',
    ]);
    expect(lines.join()).toContain('The dashboard cannot be loaded');
    isGone = false;
    expect((await ask(port, '/healthz')).status).toBe(200);
  });

  it('names the file limit if that is the cause', async () => {
    const port = await serve(() =>
      Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' })),
    );
    const { status, body } = await ask(port, '/');
    expect([status, body.toString()]).toEqual([503, expect.stringContaining('LimitNOFILE=')]);
  });
});
