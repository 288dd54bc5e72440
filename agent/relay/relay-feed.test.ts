import { expect, it } from 'vitest';
import type { SubscriptionListener } from '../../shared/client/client-subscription.ts';
import type { Welcome } from '../../shared/client/welcome.ts';
import { MirroredAlerts } from '../hosts/mirrored-alerts.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { metric } from '../testing/fake-collector.ts';
import { RelayFeed } from './relay-feed.ts';

const PROCESSES = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  columns: [{ name: 'name', label: 'Name', unit: 'text' }],
  help: '',
  source: 'linux',
};

it('takes rows only of tables that the other agent has described, without what would act where they are shown', () => {
  let far: SubscriptionListener | undefined;
  const host = { id: 'far', label: 'far', facts: {}, catalogue: [metric('cpu')], tables: [PROCESSES] };
  const client = {
    welcome: { hosts: [host] } as unknown as Welcome,
    onWelcome: () => () => {},
    subscribe: (_request: unknown, listener: SubscriptionListener) => {
      far = listener;
      return () => {};
    },
  };
  const samples: SequencedSample[] = [];
  const alerts = new MirroredAlerts('far');
  new RelayFeed({ client, farId: 'far', intervalMs: 1000, unitMs: 100, alerts }).open(
    { backfill: 1 },
    { intervalMs: 1000, tables: true },
    { described: () => {}, filled: (all) => samples.push(...all), sample: (one) => samples.push(one) },
  );
  const { kind: _kind, help: _help, source: _source, ...cpu } = metric('cpu');
  far?.subscribed({
    type: 'subscribed',
    sub: '1',
    host: 'far',
    epoch: 'e',
    seq: 1,
    intervalMs: 1000,
    recovered: false,
    series: [cpu],
    tables: [PROCESSES],
  });
  far?.table?.({ table: 'made-up', seq: 1, timestampMs: 1000, rows: [['x']] });
  far?.table?.({ table: 'processes', seq: 1, timestampMs: 1000, rows: [['\u202ehs']] });
  far?.sample({ seq: 1, timestampMs: 1000, values: [1] });
  expect(samples).toMatchObject([{ seq: 1, values: [1], tables: [{ name: 'processes', rows: [['hs']] }] }]);
  expect(samples[0]?.tables).toHaveLength(1);
});
