import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';

/** Of a label that the machine itself made up: hosts, disks, interfaces, processes, containers. */
const MAX_LABEL_CHARACTERS = 253;
const MAX_NAME_CHARACTERS = 64;

interface Thing {
  /** What it is, whatever it is called. */
  readonly key: string;
  readonly label: string;
  readonly part: string;
  readonly shown: string;
}

/**
 * Metrics of things that come and go: disks, interfaces, containers. `metrics` stays the same array while the same things are
 * there, and a thing keeps its names while it is there.
 */
export class Instances {
  readonly #describe: (part: string, label: string, key: string) => readonly MetricDescriptor[];
  #things: readonly Thing[] = [];
  #metrics: readonly MetricDescriptor[] = [];

  /**
   * @param describe the metrics of one thing: `part` stands in their names, `label` is for people. No two things that are there
   * have the same ones.
   */
  constructor(describe: (part: string, label: string, key: string) => readonly MetricDescriptor[]) {
    this.#describe = describe;
  }

  /** In the order of the labels given last, each with all of its metrics. */
  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  /** What stands in the names of the metrics of the thing known by `key`; `undefined` for one that is not there. */
  partOf(key: string): string | undefined {
    return this.#things.find((thing) => thing.key === key)?.part;
  }

  /**
   * What is there now, in order. Returns whether that is something else than before.
   * @param keys by which things are known again, in the same order, where their labels may change or be the same
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

/** `label` as one part of a metric's dotted name: `/var/lib` is `var-lib`, `eth0.100` is `eth0-100`, `/` is `root`. */
export function namePart(label: string): string {
  const part = label
    .replaceAll(/[^\w:@+]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MAX_NAME_CHARACTERS);
  if (part !== '') return part;
  return label === '/' ? 'root' : 'unnamed';
}

/**
 * Text of the machine's own making without what could act where it is shown: control, bidirectional and lone surrogates. U+FFFD, which
 * stands for bytes that are no text, is kept.
 */
export function cleanLabel(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .slice(0, MAX_LABEL_CHARACTERS)
    .replace(/\p{Cs}$/u, '')
    .trim();
}

/** Each thing with the names that it had before, or ones that no other has. */
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
