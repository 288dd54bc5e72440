import { expect, it } from 'vitest';
import { alerting, down, listed, pretendHost, unknown } from '../../testing/pretend-hosts.ts';
import { EVERY_HOST, type HostFilter } from '../../state/host-filter.ts';
import { countLabels, countMarks, listHosts, namePlaces } from './host-order.ts';

const HOSTS = [
  pretendHost({
    label: 'web-10',
    cpu: 90,
    pressure: { name: 'io', percent: 4 },
    labels: { env: 'prod', zone: 'a' },
  }),
  pretendHost({ label: 'web-2', cpu: null, labels: { env: 'prod', zone: 'b' } }),
  unknown('queue-1'),
  alerting('db-1'),
  down('old', 360_000),
  down('new', 1000),
  alerting('api-1', 'cpu', 'Busy', 'warning'),
].map(listed);
const places = namePlaces(HOSTS, 'en');
const order = (filter: Partial<HostFilter> = {}, search = ''): string[] =>
  listHosts(HOSTS, { ...EVERY_HOST, ...filter }, search, places).map(({ summary }) => summary.label);

it('puts trouble first, the newest of what is down, and of hosts that are well the one that waits most', () => {
  expect(order()).toEqual(['new', 'old', 'db-1', 'api-1', 'queue-1', 'web-10', 'web-2']);
});

it('orders by a value, the highest first and the unknown last, and by name as people count', () => {
  expect(order({ sort: 'cpu' })[0]).toBe('web-10');
  expect(order({ sort: 'cpu' }).slice(-2).toSorted()).toEqual(['queue-1', 'web-2']);
  expect(order({ sort: 'name' })).toEqual(['api-1', 'db-1', 'new', 'old', 'queue-1', 'web-2', 'web-10']);
});

it('keeps hosts that have one of the values of each label that is named, one of the states, and all words', () => {
  expect(order({ labels: ['env=prod'] })).toEqual(['web-10', 'web-2']);
  expect(order({ labels: ['env=prod', 'zone=a', 'zone=c'] })).toEqual(['web-10']);
  expect(order({ marks: ['down', 'warning'] })).toEqual(['new', 'old', 'api-1']);
  expect(order({}, 'WEB 10')).toEqual(['web-10']);
});

it('counts states among what labels and search leave, and labels among all', () => {
  expect(countMarks(HOSTS, [], '').get('down')).toBe(2);
  expect(countMarks(HOSTS, ['env=prod'], '').get('down')).toBe(0);
  expect([...countLabels(HOSTS)]).toEqual([
    ['env=prod', 2],
    ['zone=a', 1],
    ['zone=b', 1],
  ]);
});
