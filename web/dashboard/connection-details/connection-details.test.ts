import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import '../../elements/metrics-panel/metrics-panel.ts';
import type { MetricsPanel } from '../../elements/metrics-panel/metrics-panel.ts';
import './connection-details.ts';
import type { ConnectionDetails } from './connection-details.ts';

async function show(lang = 'en'): Promise<{ panel: MetricsPanel; facts: ConnectionDetails }> {
  const panel = await mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
  });
  const facts = await mount('connection-details', (element) => {
    element.lang = lang;
    element.panel = panel;
  });
  return { panel, facts };
}

function told(facts: ConnectionDetails): Record<string, string> {
  const names = [...(facts.shadowRoot?.querySelectorAll('dt') ?? [])];
  return Object.fromEntries(
    names.map((name) => [name.innerText, (name.nextElementSibling as HTMLElement | null)?.innerText ?? '']),
  );
}

afterEach(unmountAll);

describe('connection-details', () => {
  it('renders by default: nothing known', async () => {
    const facts = await mount('connection-details');
    expect(new Set(Object.values(told(facts)))).toEqual(new Set(['not known']));
    await expectAccessible(facts);
  });

  it('tells transport, round trip, clock, age and version of a real agent, by a question each second', async () => {
    const { facts } = await show();
    await expect.poll(() => told(facts)['Round trip']).toMatch(/^[\d.]+ ms$/);
    await expect.poll(() => told(facts)['Clock of the agent']).toBe('as here');
    expect(told(facts)).toMatchObject({
      Transport: 'WebSocket',
      'Newest sample': expect.stringMatching(/^[\d.]+ s$/) as string,
      Agent: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    });
    await expectAccessible(facts);
  });

  it('asks nothing while nobody looks', async () => {
    const { panel, facts } = await show();
    const ping = vi.spyOn(panel, 'ping');
    await expect.poll(() => ping.mock.calls.length).toBeGreaterThan(1);
    facts.style.display = 'none';
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100)));
    await facts.updateComplete;
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
    const { panel, facts } = await show();
    panel.remove();
    const at = vi.spyOn(Date, 'now').mockReturnValue(1_000_000);
    const sample = async (timestampMs: number): Promise<string | undefined> => {
      panel.dispatchEvent(new CustomEvent('statuschange', { detail: { state: 'connecting' } }));
      panel.dispatchEvent(new CustomEvent('sample', { detail: { timestampMs, seq: 1, values: [] } }));
      await Promise.resolve();
      facts.requestUpdate();
      await facts.updateComplete;
      return told(facts)['Clock of the agent'];
    };
    expect(await sample(1_002_500)).toBe('2.5 s ahead');
    expect(await sample(1_000_000 - 7_260_000)).toBe('2 hr 1 min behind');
    expect(await sample(1_000_050)).toBe('as here');
    at.mockRestore();
  });

  it('speaks Chinese', async () => {
    const { facts } = await show('zh-CN');
    await expect
      .poll(() => Object.keys(told(facts)))
      .toEqual(['传输方式', '往返时间', '代理程序时钟', '最新样本', '代理程序']);
  });
});
