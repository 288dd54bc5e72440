import { expect, it } from 'vitest';
import { alerting, listed, pretendHost } from '../../testing/pretend-hosts.ts';
import { fitGrid, groupHosts, type FieldGroup } from './field-layout.ts';
import { namePlaces } from './host-order.ts';

const groupsOf = (hosts: ReturnType<typeof pretendHost>[]): FieldGroup[] => {
  const all = hosts.map(listed);
  return groupHosts(all, namePlaces(all, 'en'));
};
const many = (count: number, name: string, role?: string): ReturnType<typeof pretendHost>[] =>
  Array.from({ length: count }, (_, index) =>
    pretendHost({ label: `${name}-${index + 1}`, ...(role === undefined ? {} : { labels: { role } }) }),
  );
const sizes = (groups: readonly FieldGroup[]): (readonly [string, number])[] =>
  groups.map(({ name, ids }) => [name, ids.length]);

it('groups hosts by what they are for, or else by the begin of their names, the largest first', () => {
  expect(sizes(groupsOf([...many(4, 'a', 'web'), ...many(6, 'b', 'db')]))).toEqual([
    ['db', 6],
    ['web', 4],
  ]);
  expect(sizes(groupsOf([...many(4, 'web'), ...many(6, 'db'), ...many(1, 'nas')]))).toEqual([
    ['db', 6],
    ['web', 4],
    ['', 1],
  ]);
  const each = Array.from({ length: 20 }, (_, index) =>
    many(3, `${String.fromCodePoint(97 + index)}x`),
  ).flat();
  expect(groupsOf(each)).toHaveLength(9);
});

it('keeps each host in its place, whatever becomes of the others', () => {
  const hosts = many(30, 'web');
  const before = groupsOf(hosts);
  expect(groupsOf([alerting('web-2'), ...hosts.filter(({ label }) => label !== 'web-2')])).toEqual(before);
  expect(before[0]?.ids.slice(8, 10)).toEqual(['id-of-web-9', 'id-of-web-10']);
});

it.each([100, 1000, 3000, 10_000])(
  'fits %i hosts beside each other, in the height of a few rows',
  (count) => {
    const groups = groupsOf([
      ...many(count * 0.6, 'web'),
      ...many(count * 0.3, 'db'),
      ...many(count * 0.1, 'nas'),
    ]);
    for (const width of [720, 1280, 2400]) {
      const { cell, rows } = fitGrid(groups, width);
      const columns = groups.reduce((sum, { ids }) => sum + Math.ceil(ids.length / rows), 0);
      expect(columns * cell + 18 * (groups.length - 1)).toBeLessThanOrEqual(width);
      expect(rows * cell).toBeLessThanOrEqual(count === 10_000 && width === 720 ? 400 : 230);
    }
  },
);
