import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { SubscriptionListener } from '../../../../shared/client/client-subscription.ts';
import { MetricsClient } from '../../../../shared/client/metrics-client.ts';
import type { AlertLine, AlertView } from '../../../../shared/protocol/messages.ts';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import type { MetricChart } from '../../metric-chart/metric-chart.ts';
import '../metrics-panel.ts';
import type { MetricsPanel } from '../metrics-panel.ts';
import type { AlertsShown } from './alerts-shown.ts';

/** On a busy machine; nothing here takes that long. */
const WAIT = { timeout: 20_000 };

const HOUR_MS = 3_600_000;
const LINE: AlertLine = {
  rule: 'busy',
  title: 'Busy',
  severity: 'trouble',
  metrics: ['cpu'],
  direction: 'above',
  threshold: 90,
};

let listeners: SubscriptionListener[];
let asked: boolean[];

beforeEach(() => {
  listeners = [];
  asked = [];
  const real = MetricsClient.prototype.subscribe;
  vi.spyOn(MetricsClient.prototype, 'subscribe').mockImplementation(function subscribe(
    this: MetricsClient,
    request,
    listener,
  ) {
    asked.push(request.alerts === true);
    listeners.push(listener);
    // What this agent's own alerts are must not matter.
    return real.call(this, request, { ...listener, alerts: () => {} });
  });
});
afterEach(() => {
  unmountAll();
  vi.restoreAllMocks();
});

function alert(fields: Partial<AlertView> = {}): AlertView {
  const nowMs = Date.now();
  return {
    id: 'a',
    rule: 'busy',
    title: 'Busy',
    host: 'here',
    metric: 'cpu',
    severity: 'trouble',
    state: 'firing',
    sinceMs: nowMs - 4000,
    firedMs: nowMs - 3000,
    endedMs: null,
    outcome: null,
    value: 91,
    worst: 93,
    threshold: 90,
    unit: 'percent',
    noDataSinceMs: null,
    acknowledgedMs: null,
    silencedUntilMs: null,
    ...fields,
  };
}

function tell(alerts: AlertView[], complete = true): void {
  listeners.at(-1)?.alerts?.({ host: 'here', complete, alerts, ...(complete ? { lines: [LINE] } : {}) });
}

async function show(prepare: (panel: MetricsPanel) => void = () => {}): Promise<MetricsPanel> {
  const panel = await mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
    element.alerts = true;
    prepare(element);
  });
  await vi.waitFor(() => expect(summary(panel)).toContain('CPU'), { timeout: 10_000 });
  return panel;
}

function charts(panel: MetricsPanel): MetricChart[] {
  return [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])];
}
const summary = (panel: MetricsPanel, at = 0): string =>
  charts(panel)[at]?.shadowRoot?.querySelector('canvas')?.ariaLabel ?? '';
const caption = (panel: MetricsPanel): string =>
  charts(panel)[0]?.shadowRoot?.querySelector<HTMLElement>('.as-of')?.innerText ?? '';

describe('a panel with alerts', () => {
  it('says on the chart of the series, in words, since when it is over its threshold', async () => {
    const panel = await show();
    tell([alert()]);
    await vi.waitFor(() => {
      expect(caption(panel)).toMatch(/^over 90 % since \d\d:\d\d$/);
      expect(summary(panel)).toMatch(/Alerts: over 90 % since \d\d:\d\d$/);
    }, WAIT);
    expect(summary(panel, 1)).not.toContain('Alerts');
    await expectAccessible(panel);
  });

  it('says it in Chinese', async () => {
    const panel = await show((element) => {
      element.lang = 'zh-CN';
    });
    tell([alert()]);
    await vi.waitFor(() => expect(caption(panel)).toMatch(/^\d\d:\d\d 起高于 90 ?%$/), WAIT);
  });

  it('names an event of the host on each chart', async () => {
    const panel = await show();
    const atMs = Date.now() - 500;
    const restarted = alert({
      rule: 'reboot',
      title: 'Host was restarted',
      metric: null,
      state: 'ended',
      outcome: 'event',
      sinceMs: atMs,
      firedMs: atMs,
      endedMs: atMs,
      threshold: null,
    });
    await vi.waitFor(() => {
      // A disk that comes or goes meanwhile makes the panel subscribe again, and the agent would tell again.
      tell([restarted]);
      for (const at of [0, 1]) expect(summary(panel, at)).toMatch(/Host was restarted at \d\d:\d\d/);
    }, WAIT);
  });

  it('keeps silent about one that is pending, or of a series that it does not show', async () => {
    const panel = await show();
    tell([
      alert({ state: 'pending', firedMs: null }),
      alert({ id: 'b', metric: 'swap' }),
      alert({ id: 'c', title: 'Another', rule: 'another', threshold: null }),
    ]);
    await vi.waitFor(() => expect(caption(panel)).toMatch(/^Another since \d\d:\d\d$/), WAIT);
  });

  it('dispatches an alert once, to the page around too, and not again after a reconnect', async () => {
    const panel = await show();
    const heard: AlertView[] = [];
    const shown: AlertsShown[] = [];
    const hear = ({ detail }: CustomEvent<AlertView>): void => void heard.push(detail);
    document.body.addEventListener('alert', hear);
    panel.addEventListener('alertschange', ({ detail }) => shown.push(detail));
    const first = alert();
    tell([first]);
    await vi.waitFor(() => expect(heard).toEqual([first]), WAIT);
    tell([{ ...first, value: 99 }]);
    tell([{ ...first, state: 'ended', endedMs: Date.now(), outcome: 'resolved' }], false);
    await vi.waitFor(() => expect(heard.map(({ state }) => state)).toEqual(['firing', 'ended']), WAIT);
    expect(shown.map(({ complete }) => complete)).toEqual([true, true, false]);
    expect(shown.at(-1)?.lines).toEqual([LINE]);
    document.body.removeEventListener('alert', hear);
  });

  it('asks the agent for past ones where the charts show the past, without telling them as news', async () => {
    const real = globalThis.fetch.bind(globalThis);
    const questions: URL[] = [];
    const firedMs = Date.now() - HOUR_MS;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, request) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (!url.pathname.endsWith('/alerts')) return real(input, request);
      questions.push(url);
      return Response.json({
        alerts: [
          alert({
            sinceMs: firedMs,
            firedMs,
            state: 'ended',
            endedMs: firedMs + 60_000,
            outcome: 'resolved',
          }),
          'nonsense',
        ],
      });
    });
    const panel = await show((element) => {
      element.window = '24h';
    });
    const heard = vi.fn<() => void>();
    panel.addEventListener('alert', heard);
    tell([]);
    await vi.waitFor(() => expect(summary(panel)).toMatch(/over 90 % from .* to /), { timeout: 10_000 });
    expect(Number(questions[0]?.searchParams.get('from'))).toBeLessThanOrEqual(Date.now() - 24 * HOUR_MS);
    expect(questions).toHaveLength(1);
    expect(heard).not.toHaveBeenCalled();
  });

  it('shows none any more once it is switched off, and keeps its samples', async () => {
    const panel = await show();
    tell([alert()]);
    await vi.waitFor(() => expect(caption(panel)).not.toBe(''), WAIT);
    panel.alerts = false;
    await panel.updateComplete;
    expect(charts(panel)).toHaveLength(2);
    await vi.waitFor(() => expect(caption(panel)).toBe(''), WAIT);
  });
});

it('asks for no alerts without the attribute', async () => {
  await show((element) => {
    element.alerts = false;
  });
  expect(asked).toEqual([false]);
  unmountAll();
  await show();
  expect(asked.at(-1)).toBe(true);
});
