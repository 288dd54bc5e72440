import { expect, it } from 'vitest';
import { preferredLanguage } from '../../locales/languages.ts';
import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { alerting, byId, down, pretendHost, unknown } from '../../testing/pretend-hosts.ts';
import { headlineOf, type Headline } from './headline.ts';
import { hostOverviewMessages } from './host-overview-messages.ts';
import { OverviewData } from './overview-data.ts';

function headline(...hosts: HostSummary[]): Headline {
  const language = preferredLanguage(['en']);
  const data = new OverviewData();
  const all = byId(hosts);
  data.renamed(all, 'en');
  data.changed(all);
  const messages = hostOverviewMessages(language);
  return headlineOf(data.unwell, data.well, {
    language,
    messages,
    nowMs: Date.now(),
    nameOf: data.nameOf,
    commonReason: data.commonReason,
  });
}
const said = (...hosts: HostSummary[]): string =>
  headline(...hosts)
    .fragments.map(({ text }) => text)
    .join('')
    .replaceAll('\u00A0', ' ');
const many = (count: number, of: (label: string) => HostSummary, name: string): HostSummary[] =>
  Array.from({ length: count }, (_, index) => of(`${name}-${index + 1}`));
const well = (label: string): HostSummary => pretendHost({ label });

it('names what is wrong with a few hosts, and who is well', () => {
  expect(said(alerting('db-2', 'memory.oomKills'), down('nas'), well('web-1'))).toBe(
    'nas has been down for 6 min, db-2 ran out of memory. web-1 is well.',
  );
  expect(said(well('a'), well('b'))).toBe('All 2 hosts are well.');
  expect(said(well('a'))).toBe('The host is well.');
});

it('tells hosts of one label apart', () => {
  expect(said({ ...down('vm'), id: 'a' }, { ...well('vm'), id: 'b' })).toMatch(
    /^vm · a .*\. vm · b is well\.$/,
  );
});

it('says the same of several hosts once, and an alert of which it knows no better by its title', () => {
  expect(
    said(...many(2, down, 'web'), alerting('db', 'disk.sda.busy', 'Disk busy'), ...many(9, well, 'x')),
  ).toBe('3 of 12 hosts need attention: web-1 and web-2 are down, db reports “Disk busy”.');
});

it('counts what is too much to name, and leads there', () => {
  const { fragments, mark } = headline(
    ...many(4, down, 'edge'),
    ...many(2, (label) => alerting(label, 'memory'), 'db'),
    ...many(5, (label) => alerting(label, 'filesystem.root.used', 'Disk', 'warning'), 'web'),
    ...many(2, (label) => alerting(label, 'cpu', 'Busy', 'warning'), 'api'),
    ...many(100, well, 'x'),
  );
  expect(mark).toBe('down');
  expect(fragments.map(({ text }) => text).join('')).toBe(
    '13 of 113 hosts need attention: 4 are down, db-1 and db-2 are short of memory, api-1 and api-2 are busy, 5 more need attention.',
  );
  expect(fragments.filter(({ host, marks }) => host ?? marks)).toMatchObject([
    { marks: ['down'] },
    { host: 'id-of-db-1' },
    { host: 'id-of-db-2' },
    { host: 'id-of-api-1' },
    { host: 'id-of-api-2' },
    { marks: ['warning'] },
  ]);
});

it('says once why hosts are not known', () => {
  expect(said(...many(9, unknown, 'web'), well('a'))).toBe('9 are unknown: the gateway has just started.');
  expect(said(...many(9, unknown, 'web'))).toBe('All 9 hosts are unknown: the gateway has just started.');
  expect(said(unknown('a', 'one'), unknown('b', 'other'), ...many(9, well, 'x'))).toBe('2 are unknown.');
});

it('leaves durations out of what is read aloud', () => {
  expect(headline(down('nas'), well('a')).announcement).toBe('nas is down. a is well.');
});
