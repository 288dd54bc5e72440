import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';

/** For labels chosen by the host: names of hosts, disks, interfaces, processes, containers. */
const MAX_LABEL_CHARACTERS = 253;
const MAX_NAME_CHARACTERS = 64;

interface Thing {
  /** Identity, independent of its label. */
  readonly key: string;
  readonly label: string;
  readonly part: string;
  readonly shown: string;
}

/**
 * Metrics of things that come and go: disks, interfaces, containers. `metrics` keeps its identity while the set of things is unchanged, and a
 * thing keeps its names while it is present.
 */
export class Instances {
  readonly #describe: (part: string, label: string, key: string) => readonly MetricDescriptor[];
  #things: readonly Thing[] = [];
  #metrics: readonly MetricDescriptor[] = [];

  /**
   * @param describe metrics of one thing. `part` is its part of their names, `label` its display name; both are unique among the things
   * present.
   */
  constructor(describe: (part: string, label: string, key: string) => readonly MetricDescriptor[]) {
    this.#describe = describe;
  }

  /** In the order of the last labels, each thing with all its metrics. */
  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  /** A thing's part of its metrics' names, by key; `undefined` if it is not present. */
  partOf(key: string): string | undefined {
    return this.#things.find((thing) => thing.key === key)?.part;
  }

  /**
   * Takes the things present now, in order. Returns whether anything changed.
   * @param keys identities in the same order, if labels may change or be ambiguous
   */
  update(labels: readonly string[], keys: readonly string[] = labels): boolean {
    const before = this.#things;
    const isSame = labels.every(
      (label, index) => label === before[index]?.label && keys[index] === before[index].key,
    );
    if (isSame && labels.length === before.length) return false;
    this.#things = named(labels, keys, before);
    this.#metrics = this.#things.flatMap(({ part, shown, key }) => this.#describe(part, shown, key));
    return true;
  }
}

/** `label` as one part of a dotted metric name: `/var/lib` becomes `var-lib`, `eth0.100` becomes `eth0-100`, `/` becomes `root`. */
export function namePart(label: string): string {
  const part = label
    .replaceAll(/[^\w:@+]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MAX_NAME_CHARACTERS);
  if (part !== '') return part;
  return label === '/' ? 'root' : 'unnamed';
}

/**
 * Host-supplied text without characters that could act where it is displayed: control, bidirectional, lone surrogates. Keeps U+FFFD, which
 * stands for bytes that are not text.
 */
export function cleanLabel(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .slice(0, MAX_LABEL_CHARACTERS)
    .replace(/\p{Cs}$/u, '')
    .trim();
}

/** Each thing with its previous names, or new unique ones. */
function named(
  labels: readonly string[],
  keys: readonly string[],
  before: readonly Thing[],
): readonly Thing[] {
  const knownByKey = new Map<string, Thing[]>();
  for (const thing of before) knownByKey.set(thing.key, [...(knownByKey.get(thing.key) ?? []), thing]);
  const known = keys.map((key) => knownByKey.get(key)?.shift());
  const parts = new Set(known.map((thing) => thing?.part));
  const shown = new Set(
    known.map((thing, index) => (thing?.label === labels[index] ? thing?.shown : undefined)),
  );
  return keys.map((key, index) => {
    const label = labels[index] ?? '';
    const had = known[index];
    if (had?.label === label) return had;
    const thing = {
      key,
      label,
      part: had?.part ?? untaken(namePart(label), parts, (part, number) => `${part}~${number}`),
      shown: untaken(cleanLabel(label), shown, (text, number) => `${text} (${number})`),
    };
    parts.add(thing.part);
    shown.add(thing.shown);
    return thing;
  });
}

function untaken(
  name: string,
  taken: ReadonlySet<string | undefined>,
  numbered: (name: string, number: number) => string,
): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    if (!taken.has(numbered(name, number))) return numbered(name, number);
  }
}
