import type { ListedHost } from '../../state/host-list.ts';

/** Hosts that stand together, in the order of their names: each keeps its place. */
export interface FieldGroup {
  /** Empty: those that belong to no other group. */
  readonly name: string;
  readonly ids: readonly string[];
}

/** How large the cells are, and how many stand above each other. */
export interface FieldGrid {
  /** CSS pixels from cell to cell. */
  readonly cell: number;
  readonly rows: number;
}

const MOST_GROUPS = 8;
const SMALLEST_GROUP = 3;
/** Labels that say what a host is for. */
const ROLE_KEYS = ['role', 'service', 'app', 'tier', 'env'];
const GAP = 18;
const LARGEST_CELL = 16;
const SMALLEST_CELL = 5;
const LEAST_ROWS = 10;
const HEIGHT = 170;

/** By the label that says what a host is for, or else by the first part of its name: `web-12` is one of `web`. */
export function groupHosts(hosts: Iterable<ListedHost>, places: ReadonlyMap<string, number>): FieldGroup[] {
  const all = [...hosts].toSorted(
    ({ summary: one }, { summary: other }) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0),
  );
  const key = ROLE_KEYS.find(
    (one) => all.filter(({ summary }) => summary.labels?.[one] !== undefined).length * 2 > all.length,
  );
  const groups = new Map<string, string[]>();
  for (const { summary } of all) {
    const name = key === undefined ? stemOf(summary.label) : (summary.labels?.[key] ?? '');
    const ids = groups.get(name);
    if (ids === undefined) groups.set(name, [summary.id]);
    else ids.push(summary.id);
  }
  const sorted = [...groups].toSorted(
    ([one, ids], [other, otherIds]) => otherIds.length - ids.length || (one < other ? -1 : 1),
  );
  const named = sorted
    .filter(([name, ids]) => name !== '' && ids.length >= SMALLEST_GROUP)
    .slice(0, MOST_GROUPS);
  const names = new Set(named.map(([name]) => name));
  const others = sorted.filter(([name]) => !names.has(name)).flatMap(([, ids]) => ids);
  return [
    ...named.map(([name, ids]) => ({ name, ids })),
    ...(others.length === 0 ? [] : [{ name: '', ids: others }]),
  ];
}

function stemOf(label: string): string {
  return /^[a-z]+/i.exec(label)?.[0] ?? '';
}

/** The largest cells with which all groups fit beside each other, in no more than the height of a few rows of text. */
export function fitGrid(groups: readonly FieldGroup[], width: number): FieldGrid {
  const room = width - GAP * (groups.length - 1);
  for (let cell = LARGEST_CELL; cell > SMALLEST_CELL; cell -= 1) {
    const most = Math.max(LEAST_ROWS, Math.floor(HEIGHT / cell));
    for (let rows = LEAST_ROWS; rows <= most; rows += 1) {
      const columns = groups.reduce((sum, { ids }) => sum + Math.ceil(ids.length / rows), 0);
      if (columns * cell <= room) return { cell, rows };
    }
  }
  const columns = Math.max(1, Math.floor(room / SMALLEST_CELL) - groups.length);
  const count = groups.reduce((sum, { ids }) => sum + ids.length, 0);
  return { cell: SMALLEST_CELL, rows: Math.ceil(count / columns) };
}
