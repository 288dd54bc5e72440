import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import {
  interceptAlerts,
  MINUTE_MS,
  NOW_MS,
  pretendAlert,
  pretendAnswer,
  pretendRule,
  pretendState,
  tell,
  type AlertRequest,
} from '../../testing/pretend-alerts.ts';
import type { AlertsAnswer } from './agent-alerts.ts';
import './alert-list.ts';
import type { AlertList } from './alert-list.ts';

const { href } = location;
const HOUR_MS = 60 * MINUTE_MS;
let state: DashboardState;
let list: AlertList;
let requests: AlertRequest[];

/** Opens the list of an agent that answers with `answer`, and to all but `GET` with `refuse`. */
async function show(
  answer: AlertsAnswer | (() => AlertsAnswer),
  refuse: (request: AlertRequest) => Response | null = () => null,
): Promise<void> {
  requests = interceptAlerts((request) => {
    const special = refuse(request);
    if (special !== null) return special;
    if (request.what !== 'GET /') return new Response(null, { status: 204 });
    return Response.json(typeof answer === 'function' ? answer() : answer);
  });
  list = await mount('alert-list', (element) => {
    element.lang = 'en';
    element.state = state;
  });
  await list.show();
  await expect.poll(() => list.renderRoot.querySelector('#panel')?.ariaBusy).toBe('false');
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
  state = pretendState();
});
afterEach(() => {
  unmountAll();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  history.replaceState(null, '', href);
});

const panel = (): string =>
  (list.renderRoot.querySelector<HTMLElement>('#panel')?.innerText ?? '').replaceAll(/\s+/g, ' ').trim();
function button(name: string): HTMLButtonElement {
  const found = [...list.renderRoot.querySelectorAll('button')].find(
    (one) => one.ariaLabel === name || one.innerText.trim() === name,
  );
  if (found === undefined)
    throw new Error(
      `no button "${name}" among ${[...list.renderRoot.querySelectorAll('button')].map((one) => one.ariaLabel ?? one.innerText).join(', ')}`,
    );
  return found;
}
async function click(name: string): Promise<void> {
  button(name).click();
  await list.updateComplete;
}
async function choose(tab: string): Promise<void> {
  const found = [...list.renderRoot.querySelectorAll<HTMLElement>('[role=tab]')].find((one) =>
    one.innerText.startsWith(tab),
  );
  found?.click();
  await list.updateComplete;
}
function field(name: string): HTMLInputElement {
  const found = list.renderRoot.querySelector(`[name=${name}]`);
  if (!(found instanceof HTMLInputElement || found instanceof HTMLSelectElement))
    throw new Error(`no field ${name}`);
  return found as HTMLInputElement;
}
const sent = (method: string): AlertRequest[] => requests.filter(({ what }) => what.startsWith(method));

describe('what fires now', () => {
  it('is told with all that is known of it', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer());
    expect(panel()).toBe(
      'Disk almost full / used · Here Trouble · fires for 12 min, since 13:51 ' +
        'Lately 91.2 % Worst 93.4 % Fires at 90 % or more Acknowledge Silence … Show in charts',
    );
    await expectAccessible(list);
  });

  it('is nothing, and how many rules watch', async () => {
    tell(state);
    await show(
      pretendAnswer({
        rules: [pretendRule(), pretendRule({ name: 'b' }), pretendRule({ name: 'c', isOff: true })],
      }),
    );
    expect(panel()).toBe('Nothing fires. 2 rules watch this host.');
  });

  it('follows what the page is told, without another answer', async () => {
    tell(state);
    await show(pretendAnswer());
    tell(state, pretendAlert({ acknowledgedMs: NOW_MS, noDataSinceMs: NOW_MS - MINUTE_MS }));
    await list.updateComplete;
    expect(panel()).toContain('no value since 14:02 Acknowledged at 14:03');
  });

  it('has what is about to fire below', async () => {
    tell(state, pretendAlert({ state: 'pending', firedMs: null, sinceMs: NOW_MS - 3 * MINUTE_MS }));
    await show(pretendAnswer());
    expect(panel()).toContain(
      'About to fire Disk almost full / used · Here Trouble · for 3 min, not told yet',
    );
  });

  it('is acknowledged with one click, and the focus stays at it', async () => {
    let alert = pretendAlert();
    tell(state, alert);
    await show(pretendAnswer(), ({ what }) => {
      if (what === 'POST /disk/acknowledge') {
        alert = pretendAlert({ acknowledgedMs: NOW_MS });
        tell(state, alert);
      }
      return null;
    });
    button('Acknowledge: Disk almost full, / used').focus();
    await click('Acknowledge: Disk almost full, / used');
    await expect.poll(panel).toContain('Acknowledged at 14:03');
    await expect.poll(() => list.shadowRoot?.activeElement?.getAttribute('data-id')).toBe('disk');
  });

  it('is silenced for as long as the reader chooses, with a comment', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer());
    await click('Silence …: Disk almost full, / used');
    field('span').value = '8';
    field('comment').value = ' moving files ';
    await expectAccessible(list);
    await click('Silence');
    await expect
      .poll(() => sent('POST')[0])
      .toMatchObject({
        what: 'POST /silences',
        body: {
          rule: 'filesystem-full',
          host: 'here',
          metric: 'filesystem.root.used',
          untilMs: NOW_MS + 8 * HOUR_MS,
          comment: 'moving files',
        },
      });
  });

  it('is not silenced until a time that has passed', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer());
    await click('Silence …: Disk almost full, / used');
    field('span').value = 'until';
    field('until').value = '2026-01-01T14:00';
    await click('Silence');
    expect(field('until').validationMessage).toBe('Give a time that is still to come.');
    field('until').value = '2026-01-01T15:30';
    field('until').dispatchEvent(new InputEvent('input', { bubbles: true }));
    await click('Silence');
    await expect
      .poll(() => sent('POST')[0]?.body)
      .toMatchObject({ untilMs: new Date(2026, 0, 1, 15, 30).getTime() });
  });

  it('has its silences, which can be ended', async () => {
    const silence = {
      id: 's1',
      rule: 'filesystem-full',
      host: 'here',
      metric: '*',
      fromMs: 0,
      untilMs: NOW_MS + HOUR_MS,
      comment: 'moving files',
    };
    tell(state, pretendAlert({ silencedUntilMs: silence.untilMs }));
    await show(pretendAnswer({ silences: [silence] }));
    expect(panel()).toContain('Silenced until 15:03');
    expect(panel()).toContain('Disk almost full, until 15:03 moving files');
    await click('End silence: Disk almost full');
    await expect.poll(() => sent('DELETE')[0]?.what).toBe('DELETE /silences/s1');
  });

  it('shows the sentence of an agent that refuses, at the alert', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer(), ({ what }) =>
      what.startsWith('POST') ? Response.json({ error: 'There is no such alert.' }, { status: 404 }) : null,
    );
    await click('Acknowledge: Disk almost full, / used');
    await expect
      .poll(() => list.renderRoot.querySelector('[data-id=disk] [role=alert]')?.textContent)
      .toBe('There is no such alert.');
  });

  it('leads to its time in the charts, which is a step back in the browser', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer());
    const shown = vi.fn<(event: Event) => void>();
    list.addEventListener('showincharts', shown);
    await click('Show in charts: Disk almost full, / used');
    expect(list.renderRoot.querySelector('dialog')?.open).toBe(false);
    expect(state.time.value).toMatchObject({
      range: { fromMs: NOW_MS - 34 * MINUTE_MS, toMs: NOW_MS },
      momentMs: NOW_MS - 12 * MINUTE_MS,
    });
    expect(shown).toHaveBeenCalledOnce();
  });
});

describe('a reader who may only look', () => {
  it('sees everything and what is needed for more, and no action', async () => {
    tell(state, pretendAlert());
    await show(
      pretendAnswer({ mayWrite: false, channels: [{ name: 'phone', type: 'ntfy', problem: null }] }),
    );
    expect(panel()).toContain('token create --may alerts:write');
    for (const tab of ['Now', 'Rules', 'Channels']) {
      await choose(tab);
      const names = [...list.renderRoot.querySelectorAll<HTMLElement>('#panel button')].map(
        (one) => one.innerText,
      );
      expect(names.filter((name) => name !== 'Show in charts')).toEqual([]);
    }
    expect(panel()).toContain('phone ntfy');
  });
});

describe('what has fired', () => {
  const past = [
    pretendAlert({ id: 'a', state: 'ended', endedMs: NOW_MS - 2 * MINUTE_MS, outcome: 'resolved' }),
    pretendAlert({
      id: 'b',
      title: 'Host was restarted',
      metric: null,
      severity: 'warning',
      state: 'ended',
      endedMs: NOW_MS,
      firedMs: NOW_MS - HOUR_MS,
      outcome: 'event',
      value: null,
      worst: null,
      threshold: null,
    }),
  ];

  it('has times, durations and endings, and more of it on demand', async () => {
    tell(state);
    await show(pretendAnswer({ alerts: past }));
    await choose('Past');
    expect(panel()).toBe(
      'In the last 24 hours Disk almost full: / used Trouble 13:51, for 10 min, resolved · Worst 93.4 % Show in charts ' +
        'Host was restarted Warning 13:03, 1 hr ago Show in charts Show the last 7 days',
    );
    await expectAccessible(list);
    await click('Show the last 7 days');
    await expect.poll(() => Number(requests.at(-1)?.query.get('from'))).toBe(NOW_MS - 7 * 24 * HOUR_MS);
    await expect.poll(panel).toContain('Show the last 30 days');
  });

  it('says so if there are more than are shown', async () => {
    tell(state);
    await show(pretendAnswer({ alerts: past, more: true }));
    await choose('Past');
    expect(panel()).toContain('The newest 2 are shown.');
  });
});

describe('rules', () => {
  it('are told in words', async () => {
    tell(state);
    await show(
      pretendAnswer({
        rules: [
          pretendRule({ isChanged: true }),
          pretendRule({
            name: 'busy',
            title: 'Busy',
            isDefault: false,
            metrics: ['cpu'],
            condition: {
              kind: 'threshold',
              reading: { kind: 'mean', windowMs: 5 * MINUTE_MS },
              direction: 'below',
              threshold: 2,
              clear: 5,
            },
            channels: ['phone'],
          }),
          pretendRule({
            name: 'soon',
            title: 'Soon',
            condition: {
              kind: 'forecast',
              direction: 'above',
              level: 100,
              withinMs: 4 * HOUR_MS,
              overMs: HOUR_MS,
            },
          }),
          pretendRule({ name: 'hot', title: 'Hot', isOff: true, source: 'off' }),
        ],
        channels: [{ name: 'phone', type: 'ntfy' }],
      }),
    );
    await choose('Rules');
    expect(panel()).toContain(
      'Disk almost full changed Watches filesystem.*.used Fires at 90 % or more for 5 min Ends under 85 % for 5 min Tells all channels Change Switch off Restore',
    );
    expect(panel()).toContain(
      'Fires mean of 5 min at 2 % or less for 5 min Ends over 5 % for 5 min Tells phone Change Remove',
    );
    expect(panel()).toContain('Fires when on its way to reach 100 % within 4 hr');
    expect(panel()).toContain('Hot shipped Off Restore');
    await expectAccessible(list);
  });

  it('are changed: only what differs is sent, with what the file had', async () => {
    tell(state);
    await show(
      pretendAnswer({
        rules: [pretendRule({ source: { above: '90 %', repeat: '1h' }, isChanged: true })],
        channels: [
          { name: 'phone', type: 'ntfy' },
          { name: 'mail', type: 'mail' },
        ],
      }),
    );
    await choose('Rules');
    await click('Change: Disk almost full');
    expect(field('above').value).toBe('90 %');
    expect(field('for').value).toBe('5m');
    await expectAccessible(list);
    field('above').value = '95';
    list.renderRoot.querySelector<HTMLInputElement>('[value=mail]')?.click();
    await click('Save');
    await expect
      .poll(() => sent('PUT')[0])
      .toMatchObject({
        what: 'PUT /rules/filesystem-full',
        body: { above: 95, repeat: '1h', channels: ['phone'] },
      });
    await expect.poll(() => list.renderRoot.querySelector('form')).toBeNull();
  });

  it("show the agent's sentence at the field that it is about, and keep what was typed", async () => {
    tell(state);
    await show(pretendAnswer(), ({ what }) =>
      what.startsWith('PUT')
        ? Response.json({ error: 'clear: must be below 90', field: 'clear' }, { status: 400 })
        : null,
    );
    await choose('Rules');
    await click('Change: Disk almost full');
    field('clear').value = '95';
    await click('Save');
    await expect.poll(() => list.shadowRoot?.activeElement?.getAttribute('name')).toBe('clear');
    expect(field('clear').value).toBe('95');
    expect(field('clear').ariaInvalid).toBe('true');
    const described = field('clear').getAttribute('aria-describedby');
    expect(list.renderRoot.querySelector(`#${described}`)?.textContent).toBe('clear: must be below 90');
  });

  it('are switched off, restored, and removed after a second click', async () => {
    tell(state);
    await show(
      pretendAnswer({
        rules: [pretendRule(), pretendRule({ name: 'busy', title: 'Busy', isDefault: false })],
      }),
    );
    await choose('Rules');
    await click('Switch off: Disk almost full');
    await expect
      .poll(() => sent('PUT')[0])
      .toMatchObject({ what: 'PUT /rules/filesystem-full', body: 'off' });
    await click('Remove: Busy');
    expect(sent('DELETE')).toEqual([]);
    await click('Remove it for good?: Busy');
    await expect.poll(() => sent('DELETE')[0]?.what).toBe('DELETE /rules/busy');
  });
});

describe('channels', () => {
  const channels = [
    { name: 'phone', type: 'ntfy', problem: null },
    { name: 'mail', type: 'mail', problem: 'mail did not answer' },
  ];

  it('have a type and the last problem, and tell how a test went', async () => {
    tell(state);
    await show(pretendAnswer({ channels }), ({ what }) => {
      if (what === 'POST /channels/phone/test') return Response.json({ ok: true });
      return what.startsWith('POST') ? Response.json({ ok: false, error: 'refused' }) : null;
    });
    await choose('Channels');
    expect(panel()).toContain(
      'phone ntfy No problem so far Send a test mail mail mail did not answer Send a test',
    );
    await click('Send a test: phone');
    await expect.poll(panel).toContain('Sent. Did it arrive?');
    await click('Send a test: mail');
    await expect.poll(panel).toContain('Not sent: refused');
    await expectAccessible(list);
  });

  it('are none, and how to add one', async () => {
    tell(state);
    await show(pretendAnswer());
    await choose('Channels');
    expect(panel()).toContain('No channel: alerts are shown here, and sent nowhere.');
    expect(panel()).toContain('type: ntfy');
  });

  it('include this browser, which is asked by a click only, and explain where it cannot be', async () => {
    const asked = {
      permission: 'default',
      requestPermission: vi.fn<() => Promise<void>>(async () => {
        asked.permission = 'granted';
      }),
    };
    vi.stubGlobal('Notification', asked);
    vi.stubGlobal('isSecureContext', true);
    tell(state);
    await show(pretendAnswer());
    await choose('Channels');
    expect(asked.requestPermission).not.toHaveBeenCalled();
    const box = list.renderRoot.querySelector<HTMLInputElement>('input[type=checkbox]');
    box?.click();
    await expect.poll(() => state.notices.value).toBe(true);
    await expect.poll(panel).toContain('While a tab of this dashboard is open');
    box?.click();
    await expect.poll(() => state.notices.value).toBe(false);
    vi.stubGlobal('isSecureContext', false);
    list.requestUpdate();
    await list.updateComplete;
    expect(panel()).toContain('Browsers notify only for pages that came over https');
    expect(box?.disabled).toBe(true);
  });
});

describe('the list', () => {
  it('says that alerts.yaml cannot be used, with the reason', async () => {
    tell(state);
    await show(pretendAnswer({ fileProblem: 'alerts.yaml:7: above: “ninety” is no number' }));
    expect(panel()).toContain(
      'alerts.yaml:7: above: “ninety” is no number. The rules that held before go on.',
    );
  });

  it('says of when it is while there is no connection', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer());
    state.connection.status.set({ state: 'disconnected' });
    await list.updateComplete;
    expect(panel()).toMatch(/^No connection: alerts as of \d\d:\d\d\./);
  });

  it('says so if the agent watches no alerts', async () => {
    await show(pretendAnswer(), () => Response.json({ error: 'Off.', code: 'alerts_off' }, { status: 404 }));
    expect(panel()).toContain('started with --alerts off');
  });

  it('has tabs that the arrow keys change, closes with Escape, and begins anew', async () => {
    tell(state);
    await show(pretendAnswer());
    const tabs = list.renderRoot.querySelector('[role=tablist]');
    tabs?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    await list.updateComplete;
    expect(list.renderRoot.querySelector('[aria-selected=true]')?.id).toBe('tab-channels');
    tabs?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await list.updateComplete;
    expect(list.renderRoot.querySelector('[aria-selected=true]')?.id).toBe('tab-now');
    await choose('Rules');
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }));
    await expect.poll(() => list.renderRoot.querySelector('#panel')).toBeNull();
    await list.show();
    expect(list.renderRoot.querySelector('[aria-selected=true]')?.id).toBe('tab-now');
  });

  it('speaks Chinese', async () => {
    tell(state, pretendAlert());
    await show(pretendAnswer());
    list.lang = 'zh-CN';
    await expect.poll(panel).toContain('已触发 12分钟');
    expect(panel()).toContain('在图表中查看');
  });
});
