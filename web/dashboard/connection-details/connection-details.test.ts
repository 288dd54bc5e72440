import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import '../../elements/metrics-panel/metrics-panel.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import './connection-details.ts';
import type { ConnectionDetails } from './connection-details.ts';
import { DashboardState } from '../../state/dashboard-state.ts';

interface Shown {
  readonly panel: MetricsPanel;
  readonly state: DashboardState;
  readonly details: ConnectionDetails;
}

let stop = (): void => {};

async function show(lang = 'en'): Promise<Shown> {
  const state = new DashboardState(inject('agentUrl'));
  stop = state.start();
  const panel = await mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
    element.addEventListener('sample', ({ detail }) => state.hosts.sample.set(detail));
  });
  const details = await mount('connection-details', (element) => {
    element.lang = lang;
    element.state = state;
  });
  return { panel, state, details };
}

function shown(details: ConnectionDetails): Record<string, string> {
  const names = [...(details.shadowRoot?.querySelectorAll('dt') ?? [])];
  return Object.fromEntries(
    names.map((name) => [name.innerText, (name.nextElementSibling as HTMLElement | null)?.innerText ?? '']),
  );
}

afterEach(() => {
  unmountAll();
  stop();
});

describe('connection-details', () => {
  it('shows everything as not known by default', async () => {
    const details = await mount('connection-details');
    expect(new Set(Object.values(shown(details)))).toEqual(new Set(['not known']));
    await expectAccessible(details);
  });

  it('shows transport, round trip, clock, age and version of a real agent, measured each second', async () => {
    const { details } = await show();
    await expect.poll(() => shown(details)['Round trip']).toMatch(/^[\d.]+ ms$/);
    await expect.poll(() => shown(details)['Clock of the agent']).toBe('as here');
    expect(shown(details)).toMatchObject({
      Transport: 'WebSocket',
      'Newest sample': expect.stringMatching(/^[\d.]+ s$/) as string,
      Agent: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
    await expectAccessible(details);
  });

  it('sends no pings while it is not visible', async () => {
    const { panel, state, details } = await show();
    const ping = vi.spyOn(state.connection, 'ping');
    await expect.poll(() => ping.mock.calls.length).toBeGreaterThan(1);
    details.style.display = 'none';
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
    await details.updateComplete;
    ping.mockClear();
    let samples = 0;
    await new Promise<void>((resolve) => {
      panel.addEventListener('sample', () => {
        samples += 1;
        if (samples === 16) resolve();
      });
    });
    expect(ping.mock.calls.length).toBeLessThanOrEqual(1);
  });

  it('says that a clock is ahead or behind, and by how much', async () => {
    const { panel, state, details } = await show();
    panel.remove();
    stop();
    const at = vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const sample = async (timestampMs: number): Promise<string | undefined> => {
      state.connection.status.set({ state: 'connecting' });
      state.hosts.sample.set({ timestampMs, seq: 1, values: [], series: [], host: 'h' });
      await Promise.resolve();
      details.requestUpdate();
      await details.updateComplete;
      return shown(details)['Clock of the agent'];
    };
    expect(await sample(1_002_500)).toBe('2.5 s ahead');
    expect(await sample(1_000_000 - 7_260_000)).toBe('2 hr 1 min behind');
    expect(await sample(1_000_050)).toBe('as here');
    at.mockRestore();
  });

  it('speaks Chinese', async () => {
    const { details } = await show('zh-CN');
    await expect
      .poll(() => Object.keys(shown(details)))
      .toEqual(['传输方式', '往返时间', '代理程序时钟', '最新样本', '代理程序']);
  });
});
