import type { MetricDescriptor } from '../../shared/catalogue.ts';

/** Of a label that the machine itself made up: hosts, disks, interfaces, processes, containers. */
const MAX_LABEL_CHARACTERS = 253;
const MAX_NAME_CHARACTERS = 64;

/**
 * Metrics of things that come and go: disks, interfaces, containers. `metrics` stays the same array while the same things are
 * there, and a thing keeps its names while it is there.
 */
export class Instances {
  readonly #describe: (part: string, label: string) => readonly MetricDescriptor[];
  #labels: readonly string[] = [];
  #parts: readonly string[] = [];
  #metrics: readonly MetricDescriptor[] = [];

  /** @param describe the metrics of one thing: `part` stands in their names, `label` is for people */
  constructor(describe: (part: string, label: string) => readonly MetricDescriptor[]) {
    this.#describe = describe;
  }

  /** In the order of the labels given last, each with all of its metrics. */
  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  /** What is there now, in order. Returns whether that is something else than before. */
  update(labels: readonly string[]): boolean {
    const before = this.#labels;
    if (labels.length === before.length && labels.every((label, index) => label === before[index]))
      return false;
    const parts = assignParts(labels, before, this.#parts);
    this.#labels = [...labels];
    this.#parts = parts;
    this.#metrics = parts.flatMap((part, index) => this.#describe(part, cleanLabel(labels[index] ?? '')));
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

/** Text of the machine's own making without what could act where it is shown: control, bidirectional and lone surrogates. */
export function cleanLabel(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFD]/gu, '')
    .slice(0, MAX_LABEL_CHARACTERS)
    .replace(/\p{Cs}$/u, '')
    .trim();
}

/** The part of each label: the one that it had before, or one that no other has. */
function assignParts(
  labels: readonly string[],
  labelsBefore: readonly string[],
  partsBefore: readonly string[],
): readonly string[] {
  const kept = new Map<string, string[]>();
  for (const [index, label] of labelsBefore.entries()) {
    kept.set(label, [...(kept.get(label) ?? []), partsBefore[index] ?? '']);
  }
  const parts = labels.map((label) => kept.get(label)?.shift());
  const taken = new Set(parts);
  return parts.map((had, index) => {
    const part = had ?? untaken(namePart(labels[index] ?? ''), taken);
    taken.add(part);
    return part;
  });
}

function untaken(part: string, taken: ReadonlySet<string | undefined>): string {
  if (!taken.has(part)) return part;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${part}~${number}`)) return `${part}~${number}`;
  }
}
