import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser } from './browser.ts';
import { freeOrigin, serveFolder, servePage } from './web-server.ts';

const EXAMPLE = new URL('../examples/plain.html', import.meta.url);

let browser: Browser;
let agent: AgentProcess;
/** Origin of the pages; the agents admit it. */
let origin: string;

beforeAll(async () => {
  origin = await freeOrigin();
  [browser, agent] = await Promise.all([launchBrowser(), startAgent({ args: ['--allow-origin', origin] })]);
});
afterAll(() => Promise.all([browser.close(), agent.kill()]));

/** Opens the example at another origin, and collects errors. */
async function openExample(headers: Readonly<Record<string, string>> = {}) {
  const html = await readFile(EXAMPLE, 'utf8');
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<metrics-panel/g)).toHaveLength(1);
  const server = await servePage(html.replace('http://localhost:8080/', agent.url), headers, origin);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(server.url);
  const close = async () => {
    await page.close();
    await server.stop();
  };
  return { page, errors, close };
}

it('shows a live panel in a page of another origin, with one script tag and one element', async () => {
  const { page, errors, close } = await openExample();
  try {
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
    const chart = page.locator('metric-chart[data-metric="cpu"] canvas');
    await expect.poll(() => chart.getAttribute('aria-label')).toMatch(/^CPU: [\d.]+ %/);
    expect(await page.locator('metric-chart').count()).toBe(2);
    await expectPageAccessible(page);
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
});

// `http:` sources do not match WebSockets to the same host, so the first policy leads to another transport.
it.each([
  ['SSE', (from: string) => from],
  ['WebSocket', (from: string) => `${from} ${from.replace('http', 'ws')}`],
])('shows it over %s under a policy that allows the agent alone', async (transport, allowed) => {
  const { origin: agentOrigin } = new URL(agent.url);
  const { page, errors, close } = await openExample({
    'Content-Security-Policy': `default-src 'none'; script-src ${agentOrigin}; connect-src ${allowed(agentOrigin)}`,
  });
  try {
    const chart = page.locator('metric-chart[data-metric="cpu"] canvas');
    await expect.poll(() => chart.getAttribute('aria-label'), { timeout: 15_000 }).toMatch(/^CPU: [\d.]+ %/);
    expect(await page.locator('connection-badge .detail').textContent()).toBe(`Live over ${transport}.`);
    const card = page.locator('metric-chart[data-metric="cpu"] figure');
    expect(await card.evaluate((element) => getComputedStyle(element).display)).toBe('flex');
    // The browser itself logs each blocked attempt.
    expect(errors.filter((text) => !/^Connecting to 'ws:.* violates/.test(text))).toEqual([]);
  } finally {
    await close();
  }
});

/** Prepares a page of another origin with the two-line snippet, and collects errors. */
async function openSnippet(headers: (agent: URL) => Record<string, string> = () => ({})) {
  const html = `<!doctype html><html lang="en"><title>Snippet</title>
    <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
    <metrics-panel metrics="cpu,memory"></metrics-panel>`;
  const server = await servePage(html, headers(new URL(agent.url)), origin);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  return {
    page,
    errors,
    open: () => page.goto(server.url),
    close: () => Promise.all([page.close(), server.stop()]),
  };
}

/** Whether the canvas of the CPU chart is not blank. */
function isDrawn(page: Page): Promise<boolean> {
  return page.locator('metric-chart[data-metric="cpu"] canvas').evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return false;
    const blank = document.createElement('canvas');
    blank.width = canvas.width;
    blank.height = canvas.height;
    return canvas.toDataURL() !== blank.toDataURL();
  });
}

it.each([
  ['and its WebSocket', ({ host }: URL) => ` ws://${host}`, /^$/],
  // An http: source does not match ws:; the panel falls back to an allowed transport.
  ['and no WebSocket', () => '', /^Connecting to 'ws:.* violates .*connect-src/],
])(
  "works under the strictest policy: the agent's scripts, connections to it %s, and nothing else",
  async (_, alsoTo, complaints) => {
    const { page, errors, open, close } = await openSnippet((url) => ({
      'Content-Security-Policy': `default-src 'none'; script-src ${url.origin}; connect-src ${url.origin}${alsoTo(url)}`,
    }));
    try {
      await open();
      await expect.poll(() => isDrawn(page)).toBe(true);
      expect(await page.locator('connection-badge button').innerText()).toContain('Connected');
      expect(errors.join('')).toMatch(complaints);
    } finally {
      await close();
    }
  },
);

it('shows badge, values and a notice in place of lines until the charts are loaded, then draws them', async () => {
  const { page, errors, open, close } = await openSnippet();
  let attempts = 0;
  await page.route(/drawn-chart/, (route) => {
    attempts += 1;
    return attempts < 3 ? route.abort() : route.continue();
  });
  const chart = page.locator('metric-chart[data-metric="cpu"]');
  try {
    await open();
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
    await expect.poll(() => chart.locator('.value').innerText()).toMatch(/^[\d.]+\s*%$/);
    expect(await chart.locator('canvas').getAttribute('aria-label')).toMatch(/^CPU: [\d.]+ %/);
    await expect.poll(() => chart.locator('.empty').innerText()).toMatch(/could not be loaded/);
    expect(await isDrawn(page)).toBe(false);
    const before = await chart.boundingBox();
    await expect.poll(() => isDrawn(page)).toBe(true);
    expect(attempts).toBe(3);
    expect(await chart.locator('.empty').count()).toBe(0);
    expect(await chart.boundingBox()).toEqual(before);
    expect(errors.filter((text) => !text.includes('net::ERR_FAILED'))).toEqual([]);
  } finally {
    await close();
  }
});

it('shows values with its first script alone, until badge and charts are loaded', async () => {
  const { page, errors, open, close } = await openSnippet();
  let areBlocked = true;
  await page.route(/\/embed\/(?!metrics-panel\.js)/, (route) =>
    areBlocked ? route.abort() : route.continue(),
  );
  try {
    await open();
    const values = page.locator('metrics-panel .plain');
    await expect
      .poll(async () => (await values.allInnerTexts()).join())
      .toMatch(/^CPU\s+[\d.]+ %,Memory\s+[\d.]+ %$/);
    expect(await page.locator('metric-chart').count()).toBe(0);
    areBlocked = false;
    await expect.poll(() => page.locator('metric-chart').count()).toBe(2);
    await expect.poll(() => isDrawn(page)).toBe(true);
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Connected');
    expect(await values.count()).toBe(0);
    expect(errors.filter((text) => !text.includes('net::ERR_FAILED'))).toEqual([]);
  } finally {
    await close();
  }
});

/** Opens a Chinese page with tables, and with these files of the package beside it. */
async function openCopied(files: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'one-file-'));
  for (const file of files)
    await copyFile(new URL(`../dist/package/${file}`, import.meta.url), join(folder, file));
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><html lang="zh-CN"><title>One file</title><link rel="icon" href="data:,">
    <script type="module" src="metrics-panel.js"></script>
    <metrics-panel src="${agent.url}" metrics="cpu,memory,memory.*,process.*" tables="processes" sections></metrics-panel>`,
  );
  const server = await serveFolder(folder, origin);
  const page = await browser.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('request', (request) => {
    const { origin: from, pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) requests.push(from === origin ? pathname : request.url());
  });
  await page.goto(server.url);
  return {
    page,
    errors,
    requests,
    close: () => Promise.all([page.close(), server.stop(), rm(folder, { recursive: true })]),
  };
}

const NEIGHBOURS = ['metrics-panel-tables.js', 'metrics-panel-zh-cn.js'];

it("works as the package's single file alone, in English and without tables, and requests each missing file once", async () => {
  const { page, errors, requests, close } = await openCopied(['metrics-panel.js']);
  try {
    await expect.poll(() => isDrawn(page)).toBe(true);
    expect(await page.locator('connection-badge button').innerText()).toContain('Connected');
    const memory = page.locator('details[data-section="Memory"]');
    await expect.poll(() => memory.locator('metric-chart').count()).toBeGreaterThan(0);
    // Longer than the delays before further attempts.
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let left = 4;
          document.querySelector('metrics-panel')?.addEventListener('sample', () => {
            left -= 1;
            if (left === 0) resolve();
          });
        }),
    );
    expect(requests.toSorted()).toEqual(
      ['metrics-panel.js', ...NEIGHBOURS].map((file) => `/${file}`).toSorted(),
    );
    expect(await page.locator('process-table').count()).toBe(0);
    expect(await page.locator('metric-chart[selectable]').count()).toBe(0);
    expect(errors).toHaveLength(NEIGHBOURS.length);
    for (const text of errors) expect(text).toMatch(/^Failed to load resource: .*404/);
  } finally {
    await close();
  }
});

it("speaks Chinese and has tables if their files are beside the package's single file", async () => {
  const { page, errors, requests, close } = await openCopied(['metrics-panel.js', ...NEIGHBOURS]);
  try {
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('已连接');
    await expect.poll(() => page.locator('process-table tbody tr').count()).toBeGreaterThan(0);
    await expect.poll(() => isDrawn(page)).toBe(true);
    await page.locator('metric-chart[data-metric="cpu"] canvas').click();
    await expect.poll(() => page.locator('aside tbody tr').count()).toBeGreaterThan(0);
    expect(await page.locator('aside').evaluate((sheet) => getComputedStyle(sheet).position)).toBe('sticky');
    expect(requests.toSorted()).toEqual(
      ['metrics-panel.js', ...NEIGHBOURS].map((file) => `/${file}`).toSorted(),
    );
    expect(errors).toEqual([]);
  } finally {
    await close();
  }
});

it('serves two panels of two agents, both of which define the elements', async () => {
  const other = await startAgent({ args: ['--allow-origin', origin] });
  const html = `<!doctype html><html lang="en"><title>Two agents</title>
    ${[agent, other].map(({ url }) => `<script type="module" src="${url}embed/metrics-panel.js"></script>`).join('')}
    ${[agent, other].map(({ url }) => `<metrics-panel src="${url}" metrics="cpu"></metrics-panel>`).join('')}`;
  const server = await servePage(html, {}, origin);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  try {
    await page.goto(server.url);
    await expect
      .poll(() => page.locator('metric-chart .value').allInnerTexts())
      .toEqual([expect.stringContaining('%'), expect.stringContaining('%')]);
    expect(errors).toEqual([]);
  } finally {
    await Promise.all([page.close(), server.stop(), other.kill()]);
  }
});

it('lets a page add a language', async () => {
  const html = `<!doctype html><html lang="de"><title>Deutsch</title>
    <script type="module">
      import { addLanguage } from '${agent.url}embed/metrics-panel.js';
      addLanguage('de', { badge: { connected: 'Verbunden' } });
    </script>
    <metrics-panel src="${agent.url}"></metrics-panel>`;
  const server = await servePage(html, {}, origin);
  const page = await browser.newPage();
  try {
    await page.goto(server.url);
    await expect.poll(() => page.locator('connection-badge button').innerText()).toContain('Verbunden');
  } finally {
    await Promise.all([page.close(), server.stop()]);
  }
});
