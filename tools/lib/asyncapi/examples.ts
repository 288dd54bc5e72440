/** Of messages that docs/protocol.md does not show, by name in the document. */
export const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  Hello: [{ action: 'hello', v: 1, id: 'h1' }],
  ClientBatch: [
    {
      type: 'batch',
      messages: [
        { action: 'subscribe', sub: 'load', metrics: ['cpu', 'memory'], backfill: 60, id: 1 },
        { action: 'subscribe', sub: 'who', tables: ['processes'], intervalMs: 5000, id: 2 },
      ],
    },
  ],
  Ping: ['ping'],
  Pong: ['pong'],
  HostMessage: [
    {
      type: 'host',
      id: 'web-2',
      label: 'web-2',
      labels: { env: 'prod' },
      status: { state: 'up', sinceMs: 1795391770000 },
      facts: { operatingSystem: 'Debian GNU/Linux 12', cores: 4, bootedAtMs: 1795391762327 },
      history: { oldestMs: 1795305600000 },
      catalogue: [
        {
          name: 'memory.used',
          label: 'Memory used',
          unit: 'bytes',
          kind: 'gauge',
          min: 0,
          max: 25276063744,
          group: 'Memory',
          help: 'Memory that programs use and that cannot be given back without swapping.',
          source: 'linux',
        },
      ],
      tables: [],
    },
  ],
  CompactMetrics: [{ m: [1, 8, 1, 1795393897000, 1.25, null] }],
  Table: [
    {
      type: 'table',
      sub: 'who',
      table: 'processes',
      seq: 7,
      ts: 1795393896000,
      rows: [
        [4711, 'postgres', 12.5, 268435456],
        [1, 'systemd', 0, null],
      ],
    },
  ],
  Gap: [
    {
      type: 'gap',
      sub: 'load',
      from: 8,
      to: 19,
      fromTs: 1795393896000,
      toTs: 1795393909000,
      reason: 'slow',
    },
  ],
  Alert: [
    {
      type: 'alert',
      sub: 'load',
      host: 'vm',
      complete: true,
      lines: [
        {
          rule: 'cpu-busy',
          title: 'CPU busy',
          severity: 'warning',
          metrics: ['cpu'],
          direction: 'above',
          threshold: 90,
        },
      ],
      alerts: [
        {
          id: '5f0c2d9e-1',
          rule: 'cpu-busy',
          title: 'CPU busy',
          host: 'vm',
          metric: 'cpu',
          severity: 'warning',
          state: 'firing',
          sinceMs: 1795393800000,
          firedMs: 1795394100000,
          endedMs: null,
          outcome: null,
          value: 96.4,
          worst: 99.8,
          threshold: 90,
          unit: 'percent',
          noDataSinceMs: null,
          acknowledgedMs: null,
          silencedUntilMs: null,
        },
      ],
    },
  ],
  Heartbeat: [{ type: 'heartbeat', ts: 1795393911000 }],
  AuthError: [{ type: 'auth_error', error: 'Invalid token' }],
  AuthExpiring: [{ type: 'auth_expiring', inMs: 60000 }],
  PlainMetrics: [{ type: 'metrics', metrics: { cpu: 0.62, memory: 2.18, 'disk.sda.temperature': null } }],
  PlainError: [{ type: 'error', error: 'Not authenticated' }],
  PollRequest: [
    { subscriptions: [{ sub: 'load', metrics: ['cpu', 'memory'], backfill: 60 }] },
    { subscriptions: [{ sub: 'load', metrics: ['cpu', 'memory'] }], cursor: 'eyJ2IjoxfQ', waitMs: 25000 },
  ],
  PollAnswer: [
    {
      type: 'batch',
      messages: [{ type: 'metrics', sub: 'load', seq: 8, prev: 7, ts: 1795393897000, values: [1.25, 2.17] }],
      cursor: 'eyJ2IjoyfQ',
    },
  ],
};
