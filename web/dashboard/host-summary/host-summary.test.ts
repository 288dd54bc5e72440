import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Welcome } from '../../../shared/client/welcome.ts';
import type { HostDetails } from '../../../shared/protocol/messages.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './host-summary.ts';
import type { HostSummary } from './host-summary.ts';

const HOUR_MS = 3_600_000;

function welcomeOf(label: string, facts: HostDetails): Welcome {
  return {
    type: 'welcome',
    v: 1,
    server: { name: 'metrics-panel', version: '1.2.3' },
    heartbeat: { intervalMs: 15_000 },
    reconnect: { baseMs: 500, capMs: 4000 },
    limits: {
      minIntervalMs: 1000,
      maxBackfill: 900,
      maxMetrics: 64,
      maxSubscriptions: 64,
      maxMessageBytes: 1,
    },
    transports: ['websocket'],
    hosts: [{ id: label, label, facts, catalogue: [], tables: [] }],
    catalogue: [],
    tables: [],
  };
}

async function show(welcome: Welcome | null, hostTimeMs: number | null = null): Promise<HostSummary> {
  return mount('host-summary', (element) => Object.assign(element, { welcome, hostTimeMs }));
}

function detailsOf(summary: HostSummary): string[] {
  return [...summary.renderRoot.querySelectorAll('dl > div')].map(({ children }) =>
    [...children].map(({ textContent }) => textContent.trim()).join(' '),
  );
}

function factsOf(summary: HostSummary): string[] {
  return [...summary.renderRoot.querySelectorAll('.facts span')].map(({ textContent }) => textContent);
}

afterEach(unmountAll);

describe('host-summary', () => {
  it('renders by default without a host, and is accessible', async () => {
    const summary = await show(null);
    expect(summary.shadowRoot?.querySelector('h1')?.innerText).toBe('Live metrics');
    expect(detailsOf(summary)).toEqual([]);
    await expectAccessible(summary);
  });

  it('tells hosts of one label apart', async () => {
    const [host] = welcomeOf('vm', {}).hosts;
    const hosts = ['web-1', 'web-2'].flatMap((id) => (host === undefined ? [] : [{ ...host, id }]));
    const summary = await show({ ...welcomeOf('vm', {}), hosts });
    expect(summary.shadowRoot?.querySelector('h1')?.innerText).toBe('vm · web-1');
  });

  it("shows the host's name and details", async () => {
    const facts: HostDetails = {
      operatingSystem: 'Debian GNU/Linux 12',
      cpuModel: 'EPYC',
      cores: 2,
      memoryTotalBytes: 24 * 1024 ** 3,
      bootedAtMs: 1_000_000,
    };
    const summary = await show(welcomeOf('web-1', facts), 1_000_000 + 5 * HOUR_MS);
    expect(summary.shadowRoot?.querySelector('h1')?.innerText).toBe('web-1');
    expect(detailsOf(summary)).toEqual([
      'System Debian GNU/Linux 12',
      'CPU EPYC',
      'Cores 2',
      'Memory 24.0 GiB',
      'Up 5 hr',
      'Agent 1.2.3',
    ]);
    await expectAccessible(summary);
  });

  it('puts what matters most in one line, whose parts vanish as a whole where it is narrow', async () => {
    const facts = { operatingSystem: 'Debian 13', cores: 1, memoryTotalBytes: 2 ** 33, cpuModel: 'EPYC' };
    const summary = await show(welcomeOf('web-1', facts));
    summary.uptimeS = 5 * 3600;
    await summary.updateComplete;
    expect(factsOf(summary)).toEqual(['Debian 13', '1 core', '8.00 GiB', 'up 5h', 'agent 1.2.3']);
    summary.style.width = '16rem';
    const line = summary.renderRoot.querySelector('.facts')?.getBoundingClientRect();
    const isIn = [...summary.renderRoot.querySelectorAll('.facts span')].map((part) => {
      const { top, right } = part.getBoundingClientRect();
      return line !== undefined && top < line.bottom && right <= line.right + 1;
    });
    expect([isIn[0], isIn.at(-1)]).toEqual([true, false]);
  });

  it('opens its details and what is slotted by the name, and gives the line to a sentence', async () => {
    const summary = await show(welcomeOf('web-1', { operatingSystem: 'Debian 13' }));
    summary.innerHTML = '<b slot="instead">All well.</b><a slot="hosts" href="?hosts">All hosts</a>';
    const button = summary.renderRoot.querySelector('button');
    if (button === null) throw new Error('no button');
    await userEvent.click(button);
    await summary.updateComplete;
    expect(button.ariaExpanded).toBe('true');
    // The sheet comes with the parts that load later.
    await expect.poll(() => summary.querySelector('a')?.checkVisibility()).toBe(true);
    expect(summary.renderRoot.querySelector('dl')?.checkVisibility()).toBe(true);
    await expectAccessible(summary);
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => button.ariaExpanded).toBe('false');
    expect(summary.querySelector('b')?.checkVisibility()).toBe(false);
    summary.instead = true;
    await summary.updateComplete;
    expect(summary.querySelector('b')?.checkVisibility()).toBe(true);
    expect(summary.renderRoot.querySelector('.facts')?.checkVisibility()).toBe(false);
  });

  it('shows the measured uptime, whatever the clocks say', async () => {
    const summary = await show(welcomeOf('web-1', { bootedAtMs: 0 }), 5 * HOUR_MS);
    summary.uptimeS = 32 * 60;
    await summary.updateComplete;
    expect(detailsOf(summary)[0]).toBe('Up 32 min');
    summary.uptimeS = null;
    await summary.updateComplete;
    expect(detailsOf(summary)[0]).toBe('Up 5 hr');
  });

  it.each([
    [{ kind: 'vm', platform: 'KVM' }, 'KVM virtual machine'],
    [{ kind: 'vm' }, 'Virtual machine'],
    [{ kind: 'machine' }, 'Physical machine'],
    [{ kind: 'container', platform: 'Docker' }, 'Docker container'],
    [{ kind: 'lxc', platform: 'LXC' }, 'LXC system container'],
    [{ kind: 'unikernel' }, 'Unikernel'],
  ])('shows the platform: %j', async (facts, expected) => {
    expect(detailsOf(await show(welcomeOf('web-1', facts)))).toEqual([`Runs on ${expected}`, 'Agent 1.2.3']);
  });

  it('lists graphics and disks, and follows changes of the details', async () => {
    const summary = await show(welcomeOf('web-1', { gpus: [], disks: ['Samsung 980'] }));
    expect(detailsOf(summary)).toEqual(['Disks Samsung 980', 'Agent 1.2.3']);
    summary.welcome = welcomeOf('web-1', { gpus: ['Radeon'], disks: ['Samsung 980', 'USB stick'] });
    await summary.updateComplete;
    expect(detailsOf(summary)).toEqual(['GPU Radeon', 'Disks Samsung 980, USB stick', 'Agent 1.2.3']);
    await expectAccessible(summary);
  });

  it('leaves out unknown details', async () => {
    expect(detailsOf(await show(welcomeOf('web-1', { bootedAtMs: 1 })))).toEqual(['Agent 1.2.3']);
  });

  it('shows a hostile host name as text', async () => {
    const summary = await show(welcomeOf('<img src=x onerror=alert(1)>', {}));
    expect(summary.shadowRoot?.querySelector('h1')?.innerText).toBe('<img src=x onerror=alert(1)>');
    expect(summary.shadowRoot?.querySelector('img')).toBeNull();
  });
});
