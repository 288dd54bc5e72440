import { vi } from 'vitest';
import type { AlertView } from '../../shared/protocol/messages.ts';
import type { AlertsAnswer, Rule } from '../dashboard/alert-list/agent-alerts.ts';
import { DashboardState } from '../state/dashboard-state.ts';

export const MINUTE_MS = 60_000;
export const NOW_MS = new Date(2026, 0, 1, 14, 3, 0).getTime();

/** An alert that has fired for 12 min, unless changed. */
export function pretendAlert(changes: Partial<AlertView> = {}): AlertView {
  return {
    id: 'disk',
    rule: 'filesystem-full',
    title: 'Disk almost full',
    host: 'here',
    metric: 'filesystem.root.used',
    severity: 'trouble',
    state: 'firing',
    sinceMs: NOW_MS - 17 * MINUTE_MS,
    firedMs: NOW_MS - 12 * MINUTE_MS,
    endedMs: null,
    outcome: null,
    value: 91.2,
    worst: 93.4,
    threshold: 90,
    unit: 'percent',
    noDataSinceMs: null,
    acknowledgedMs: null,
    silencedUntilMs: null,
    ...changes,
  };
}

export function pretendRule(changes: Partial<Rule> = {}): Rule {
  return {
    name: 'filesystem-full',
    title: 'Disk almost full',
    severity: 'trouble',
    isDefault: true,
    isChanged: false,
    isOff: false,
    source: {},
    metrics: ['filesystem.*.used'],
    hosts: ['*'],
    condition: {
      kind: 'threshold',
      reading: { kind: 'value' },
      direction: 'above',
      threshold: 90,
      clear: 85,
    },
    forMs: 5 * MINUTE_MS,
    keepForMs: 5 * MINUTE_MS,
    channels: null,
    ...changes,
  };
}

export function pretendAnswer(changes: Partial<AlertsAnswer> = {}): AlertsAnswer {
  return {
    alerts: [],
    more: false,
    lines: [],
    silences: [],
    channels: [],
    rules: [pretendRule()],
    mayWrite: true,
    fileProblem: null,
    ...changes,
  };
}

/** The state of a dashboard that shows the host `here` at `NOW_MS`, without a connection. */
export function pretendState(): DashboardState {
  const state = new DashboardState('http://127.0.0.1:9/');
  const metric = { unit: 'percent', help: '', source: '' };
  const catalogue = [
    { ...metric, name: 'filesystem.root.used', label: '/ used' },
    { ...metric, name: 'cpu', label: 'CPU' },
  ];
  state.connection.welcome.set({
    server: { name: 'metrics-panel', version: '1.0.0' },
    heartbeat: { intervalMs: 15_000 },
    limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 9, maxMessageBytes: 1 },
    reconnect: { baseMs: 1, capMs: 1 },
    transports: [],
    hosts: [{ id: 'here', label: 'Here', facts: {}, history: { oldestMs: 0 }, catalogue, tables: [] }],
    catalogue,
    tables: [],
  } as unknown as NonNullable<typeof state.connection.welcome.value>);
  state.connection.status.set({ state: 'connected', transport: 'websocket' });
  state.hosts.sample.set({
    timestampMs: NOW_MS,
    seq: 1,
    epoch: 'test',
    series: [],
    values: [],
  } as unknown as NonNullable<typeof state.hosts.sample.value>);
  return state;
}

/** Tells the page what the panel would. */
export function tell(state: DashboardState, ...alerts: readonly AlertView[]): void {
  state.alerts.told({ alerts });
}

/** A request to the pretended agent, such as `PUT /rules/busy`. */
export interface AlertRequest {
  readonly what: string;
  readonly body: unknown;
  readonly query: URLSearchParams;
}

/** Answers `/alerts` of the page in place of an agent, and keeps the requests. Undone by `vi.restoreAllMocks`. */
export function interceptAlerts(answer: (request: AlertRequest) => Response): AlertRequest[] {
  const requests: AlertRequest[] = [];
  const real = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    const [, path] = /\/alerts(\/.*)?$/.exec(url.pathname) ?? [];
    if (!/\/alerts(?:\/|$)/.test(url.pathname) || url.pathname.includes('.ts')) return real(input, init);
    const { method = 'GET', body } = init;
    const request = {
      what: `${method} ${path ?? '/'}`,
      body: typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined,
      query: url.searchParams,
    };
    requests.push(request);
    return answer(request);
  });
  return requests;
}
