import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { expectPageAccessible, launchBrowser, PHONE } from './browser.ts';
import { chartOf } from './dashboard-page.ts';

const WIDE = { viewport: { width: 1440, height: 900 } } as const;
/** Every host uses more memory than that. */
const RULES = `# What this machine is watched for.
  memory-in-use:
    title: Memory in use
    metric: memory
    above: 1 # not much
    clear: 0.5
    keep_for: 1s
    severity: warning
`;
const UPTIME = `  running:
    title: The host runs
    metric: system.uptime
    above: 1
`;

let browser: Browser;
let agent: AgentProcess;
let folder: string;
let receiver: Server;
/** Bodies that the channel has received. */
let received: string[];
let contexts: BrowserContext[];

beforeAll(async () => {
  browser = await launchBrowser();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push(body);
      response.end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterAll(async () => {
  await browser.close();
  receiver.close();
});

beforeEach(async () => {
  received = [];
  contexts = [];
  folder = await mkdtemp(join(tmpdir(), 'alerts-page-'));
  await writeRules(RULES);
  agent = await startAgent({
    args: ['--interval', '250', '--alerts', rulesFile(), '--history-folder', join(folder, 'history')],
  });
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  await agent.kill();
  await rm(folder, { recursive: true, force: true });
});

const rulesFile = (): string => join(folder, 'alerts.yaml');

function writeRules(rules: string): Promise<void> {
  const { port } = receiver.address() as AddressInfo;
  return writeFile(
    rulesFile(),
    `channels:\n  hook: { type: webhook, url: "http://127.0.0.1:${port}/" }\nrules:\n${rules}`,
  );
}

async function open(options: BrowserContextOptions = WIDE, query = ''): Promise<Page> {
  const context = await browser.newContext(options);
  contexts.push(context);
  const page = await context.newPage();
  await page.goto(`${agent.url}${query}`);
  return page;
}

const bell = (page: Page) => page.locator('alert-bell button');
const list = (page: Page) => page.locator('alert-list');
const panel = (page: Page) => list(page).getByRole('tabpanel');
const choose = (page: Page, tab: string) => list(page).getByRole('tab', { name: tab }).click();
const press = (page: Page, name: RegExp | string) => list(page).getByRole('button', { name }).first().click();

describe('on a wide screen', () => {
  it('the bell and the title tell what fires, until it is acknowledged', async () => {
    const page = await open();
    await expect.poll(() => bell(page).innerText()).toContain('Memory in use: Memory');
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    await page.keyboard.press('a');
    await expect.poll(() => panel(page).innerText()).toMatch(/Warning · fires for/);
    await expectPageAccessible(page);
    await press(page, /^Acknowledge: Memory in use/);
    await expect.poll(() => panel(page).innerText()).toMatch(/Acknowledged at \d\d:\d\d/);
    await expect.poll(() => page.title()).not.toMatch(/^\(/);
    await page.keyboard.press('Escape');
    expect(await bell(page).innerText()).toContain('1 acknowledged or silenced');
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe('body');
  });

  it('a rule is changed: the file keeps its comments, and a bad value gets the sentence of the agent', async () => {
    const page = await open();
    await bell(page).click();
    await choose(page, 'Rules');
    await press(page, 'Change: Memory in use');
    const above = list(page).getByLabel('Fires at or above');
    await above.fill('plenty');
    await press(page, 'Save');
    await expect.poll(() => list(page).locator('form [role=alert]').innerText()).toContain('plenty');
    expect(await above.getAttribute('aria-invalid')).toBe('true');
    await above.fill('99.5');
    await list(page).getByLabel('Ends at').fill('99');
    await press(page, 'Save');
    await expect.poll(() => panel(page).innerText()).toContain('at 99.5 % or more');
    const file = await readFile(rulesFile(), 'utf8');
    expect(file).toContain('# What this machine is watched for.');
    expect(file).toContain('99.5');
    await expect.poll(() => page.title()).not.toMatch(/^\(/);
  });

  it('a shipped rule is switched off and restored', async () => {
    const page = await open();
    await bell(page).click();
    await choose(page, 'Rules');
    await press(page, 'Switch off: Too hot');
    await expect.poll(() => readFile(rulesFile(), 'utf8')).toMatch(/temperature:\s*(?:off|"off"|false)/);
    await press(page, 'Restore: Too hot');
    await expect.poll(() => readFile(rulesFile(), 'utf8')).not.toContain('temperature');
  });

  it('a test is sent to a channel, and its answer is told', async () => {
    const page = await open();
    await bell(page).click();
    await choose(page, 'Channels');
    received.length = 0;
    await press(page, 'Send a test: hook');
    await expect.poll(() => panel(page).innerText()).toContain('Sent. Did it arrive?');
    expect(received.length).toBeGreaterThan(0);
  });

  it('what no longer fires is in the past, from where its time is shown in the charts', async () => {
    const page = await open();
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    await writeRules('  {}\n');
    await expect.poll(() => page.title()).not.toMatch(/^\(/);
    await bell(page).click();
    await choose(page, 'Past');
    await expect.poll(() => panel(page).innerText()).toContain('rule removed');
    await press(page, /^Show in charts: Memory in use/);
    await expect.poll(() => new URL(page.url()).searchParams.has('from')).toBe(true);
    expect(await list(page).locator('dialog').isVisible()).toBe(false);
  });

  it('says of when the alerts are while the agent is away', async () => {
    const page = await open();
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
    await bell(page).click();
    await agent.kill();
    await expect.poll(() => panel(page).innerText()).toMatch(/No connection: alerts as of \d\d:\d\d/);
    agent = await startAgent({
      port: agent.port,
      args: ['--interval', '250', '--alerts', rulesFile(), '--history-folder', join(folder, 'history')],
    });
    await expect.poll(() => panel(page).innerText()).not.toContain('No connection');
    await expect.poll(() => panel(page).innerText()).toContain('Memory in use');
  });

  it('says that alerts.yaml cannot be used, with the line', async () => {
    await writeRules(`${RULES}  broken: { metric: memory, above: plenty }\n`);
    const page = await open();
    await bell(page).click();
    await expect.poll(() => panel(page).innerText()).toMatch(/alerts\.yaml[^]*\d+[^]*above/);
  });
});

it('on a phone, an alert is silenced with a reason, and the silence ended', async () => {
  const page = await open(PHONE);
  await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  await bell(page).tap();
  await press(page, /^Silence …: Memory in use/);
  await list(page).getByLabel('Silence for').selectOption('8 hours');
  await list(page).getByLabel('Why').fill('a test');
  await list(page).getByRole('button', { name: 'Silence', exact: true }).tap();
  await expect.poll(() => panel(page).innerText()).toMatch(/Silenced until[^]*a test/);
  await expect.poll(() => page.title()).not.toMatch(/^\(/);
  await expectPageAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await press(page, /^End silence/);
  await expect.poll(() => page.title()).toMatch(/^\(1\) /);
});

it('one tab of two notifies, once, and not of what fired before', async () => {
  const context = await browser.newContext(WIDE);
  contexts.push(context);
  await context.addInitScript(() => {
    localStorage.setItem('metrics-panel.notices', 'on');
    const titles: string[] = [];
    Object.assign(window, { titles });
    // Chromium's headless shell denies notifications, whatever has been granted.
    class Shown extends EventTarget {
      static readonly permission = 'granted';
      constructor(title: string) {
        super();
        titles.push(title);
      }
      close(): void {}
    }
    Object.assign(window, { Notification: Shown });
  });
  const firing = async (): Promise<string> => (await fetch(`${agent.url}alerts`)).text();
  await expect.poll(firing).toContain('"state":"firing"');
  const pages = [await context.newPage(), await context.newPage()];
  for (const page of pages) {
    await page.goto(agent.url);
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  }
  // Until one of them has the turn.
  await expect
    .poll(() => pages[0]?.evaluate(async () => (await navigator.locks.query()).held?.length))
    .toBe(1);
  await writeRules(RULES + UPTIME);
  for (const page of pages) await expect.poll(() => page.title()).toMatch(/^\(2\) /);
  const shown = await Promise.all(
    pages.map((page) => page.evaluate(() => (window as unknown as { titles: string[] }).titles)),
  );
  expect(shown.flat()).toEqual([expect.stringMatching(/^The host runs on /)]);
});

it('on a wall, what fires is above the charts, and all of it on one screen', async () => {
  const page = await open({ viewport: { width: 1920, height: 1080 } }, '?wall');
  const sentence = page.getByRole('heading', { level: 1 });
  await expect.poll(() => sentence.innerText()).toContain('Memory in use');
  await expect.poll(() => chartOf(page).isVisible()).toBe(true);
  const endOf = async (): Promise<number> => {
    const { y = 0, height = 0 } = (await sentence.boundingBox()) ?? {};
    return y + height;
  };
  expect(await endOf()).toBeLessThan((await chartOf(page).boundingBox())?.y ?? 0);
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollHeight <= innerHeight))
    .toBe(true);
});
