import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask } from '../agent/testing/http-request.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';
import { freeOrigin } from './web-server.ts';

/** A name of this machine that browsers do not trust: they omit Sec-Fetch-… headers, as over any plain HTTP. */
const PLAIN_NAME = 'metrics.test';

describe.skipIf(installedProgram('nginx') === undefined)(
  `behind an nginx configured with proxy_pass alone${whetherInstalled('nginx')}`,
  () => {
    let agent: AgentProcess;
    let browser: Browser;
    let page: Page;
    let proxy: ChildProcess;
    let folder: string;
    let port: number;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'bare-nginx-'));
      agent = await startAgent({ args: ['--state', folder] });
      port = Number(new URL(await freeOrigin()).port);
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${name};`,
      );
      writeFileSync(
        join(folder, 'nginx.conf'),
        `daemon off; pid nginx.pid; worker_processes 1; events {} ${process.getuid?.() === 0 ? 'user root;' : ''}
        http { access_log off; ${paths.join(' ')} server { listen 127.0.0.1:${port}; location / {
          proxy_pass http://127.0.0.1:${agent.port};
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection upgrade;
        } } }`,
      );
      proxy = spawn(installedProgram('nginx') ?? '', ['-p', folder, '-e', 'stderr', '-c', 'nginx.conf'], {
        stdio: 'ignore',
      });
      await vi.waitFor(() => ask(port, '/'), { timeout: 15_000 });
      browser = await launchBrowser([`--host-resolver-rules=MAP ${PLAIN_NAME} 127.0.0.1`]);
    });
    afterEach(() => page.close());
    afterAll(async () => {
      proxy.kill();
      await Promise.all([once(proxy, 'exit'), browser.close(), agent.kill()]);
      rmSync(folder, { recursive: true });
    });

    it.each(['127.0.0.1', PLAIN_NAME])(
      'the page at %s loads its script and style sheet, and has no token in its URL',
      async (name) => {
        page = await browser.newPage();
        const refused: string[] = [];
        page.on('response', (response) => {
          const { pathname } = new URL(response.url());
          if (response.status() >= 400) refused.push(pathname);
        });
        await page.goto(`http://${name}:${port}/#token=not-for-the-address-bar`);
        await expect.poll(() => page.url()).toBe(`http://${name}:${port}/`);
        const logo = await page.locator('header svg').first().boundingBox();
        expect(logo?.width).toBeLessThan(64);
        await page.locator('connection-badge').first().waitFor();
        expect(refused.filter((path) => !path.startsWith('/metrics'))).toEqual([]);
      },
    );

    it('the dashboard is live over the transports that need no origin', async () => {
      page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
      expect(await page.locator('connection-badge .detail').first().textContent()).toBe('Live over SSE.');
    });

    it('a refusal says which headers the proxy has to pass on', async () => {
      for (const [path, method] of [
        ['/metrics', 'GET'],
        ['/metrics/poll', 'POST'],
        ['/tokens', 'POST'],
      ] as const) {
        const headers = { Origin: `http://127.0.0.1:${port}`, 'Sec-Fetch-Site': 'same-origin' };
        const { status, body } = await ask(port, path, { method, headers });
        expect(status).toBe(403);
        expect(JSON.parse(body.toString())).toEqual({
          error: expect.stringMatching(/proxy.*Host.*proxy_set_header Host \$http_host/) as unknown,
          code: 'origin_not_allowed',
        });
      }
    });
  },
);
