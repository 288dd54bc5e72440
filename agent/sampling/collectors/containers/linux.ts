import { cpus } from 'node:os';
import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { cleanLabel, Instances, namePart } from '../../instances.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { readOnce, countInRanges } from '../../kernel/text.ts';
import type { RawValue } from '../../raw-values.ts';
import { runInSlices, type Interruptible, type Outcome } from '../../slices.ts';
import { cgroupTrees, findContainers, type CgroupTrees, type FoundContainer } from './cgroup-trees.ts';
import { Container } from './container.ts';
import { ContainerNames } from './container-names.ts';
import { DeviceStacks } from './device-stacks.ts';
import { containerMetrics } from './metrics.ts';
import { CONTAINER_SOCKETS } from './socket-names.ts';

/** One second, minus room for an early tick. */
const READ_EVERY_MS = 950;
/** How long a sample waits for them; on slower hosts it shows the previous reading. */
const PATIENCE_MS = 80;
const SEARCH_EVERY_MS = 10_000;
/** Bounds a name chosen by someone else. */
const MAX_NAME_CHARACTERS = 128;
const SHORT_ID_CHARACTERS = 12;

/**
 * CPU, memory, processes and disk I/O of each container, from the host's cgroups (cgroup-v2.rst; cgroup-v1). Read at most once a second and in
 * slices (slices.ts), since there may be hundreds. New containers are searched for every 10 s and shown once their name is known.
 * @param sockets of Docker or Podman, queried for names only, if permitted
 * @param names shared with other collectors
 */
export function containersCollector(
  roots: KernelRoots,
  sockets: readonly string[] = CONTAINER_SOCKETS,
  names = new ContainerNames(sockets),
): Collector {
  return new ContainersCollector(roots, names);
}

class ContainersCollector implements Collector {
  readonly subject = 'containers';
  readonly #roots: KernelRoots;
  readonly #trees: CgroupTrees | null;
  readonly #names: ContainerNames;
  readonly #stacks: DeviceStacks;
  readonly #byPath = new Map<string, Container>();
  #found: readonly FoundContainer[] = [];
  #shown = new Map<string, Container>();
  #instances = this.#newInstances();
  #partsKey = '';
  #processorCount = 1;
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  #hasNewNames = false;
  #metrics: readonly MetricDescriptor[] = [];
  #values: Values = [];
  #failure: Outcome | null = null;
  #work: Interruptible | null = null;
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor(roots: KernelRoots, names: ContainerNames) {
    this.#roots = roots;
    this.#trees = cgroupTrees(roots);
    this.#names = names;
    this.#stacks = new DeviceStacks(roots.sys);
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  /** Waits for the names, so that the first catalogue has them. */
  async prime(atMs: number): Promise<void> {
    await this.read(atMs);
    await this.#names.settled();
    this.#dueMs = atMs;
    await this.read(atMs);
  }

  read(atMs: number): Values | Promise<Values> {
    if (this.#work !== null || atMs < this.#dueMs) {
      if (this.#failure !== null) throw this.#failure.error;
      return this.#values;
    }
    this.#dueMs = atMs + READ_EVERY_MS;
    this.#work = this.#readAll(atMs);
    const rest = runInSlices(this.#work, PATIENCE_MS, (outcome) => {
      this.#work = null;
      this.#failure = 'error' in outcome ? outcome : null;
    });
    return rest === null ? this.#values : rest.then(() => this.#values);
  }

  *rawValues(): Generator<RawValue, void> {
    for (const [label, container] of this.#shown) {
      const part = this.#instances.partOf(label);
      if (part !== undefined) yield* container.rawValues(label, part);
    }
  }

  close(): void {
    this.#work?.return();
    this.#names.close();
    for (const container of this.#byPath.values()) container.close();
    this.#byPath.clear();
    this.#shown.clear();
  }

  *#readAll(atMs: number): Interruptible {
    if (this.#trees !== null && atMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = atMs;
      yield* this.#search(this.#trees, atMs);
      this.#show();
    } else if (this.#hasNewNames) {
      this.#show();
    }
    const values: (number | null)[] = [];
    const beganMs = performance.now();
    for (const container of this.#shown.values()) {
      container.read(atMs + performance.now() - beganMs, this.#processorCount, this.#stacks, values);
      yield false;
    }
    this.#metrics = this.#instances.metrics;
    this.#values = values;
  }

  *#search(trees: CgroupTrees, atMs: number): Interruptible {
    const online = readOnce(`${this.#roots.sys}/devices/system/cpu/online`);
    this.#processorCount = countInRanges(online ?? '') ?? cpus().length;
    this.#stacks.forget();
    this.#found = yield* findContainers((trees.memory ?? trees.cpu)?.root ?? '');
    const paths = new Set(this.#found.map(({ path }) => path));
    for (const [path, container] of this.#byPath) {
      if (paths.has(path)) {
        container.look();
        yield false;
        continue;
      }
      container.close();
      this.#byPath.delete(path);
    }
    for (const path of paths) {
      if (this.#byPath.has(path)) continue;
      this.#byPath.set(path, new Container(trees, path));
      yield false;
    }
    const ids = this.#found.filter(({ name }) => name === null).map(({ id }) => id);
    // Metrics may only change during a read.
    this.#names.update(ids, atMs, () => (this.#hasNewNames = true));
  }

  /** Shows the containers whose name is known. */
  #show(): void {
    this.#hasNewNames = false;
    this.#shown = new Map();
    const parts = new Set<string>();
    for (const { id, name, path } of this.#found) {
      const container = this.#byPath.get(path);
      const label = cleanLabel((name ?? this.#names.nameOf(id) ?? '').slice(0, MAX_NAME_CHARACTERS));
      if (container === undefined || label === '') continue;
      // Two runtimes may use the same name.
      const own = parts.has(namePart(label))
        ? cleanLabel(`${label} ${id.slice(0, SHORT_ID_CHARACTERS)}`)
        : label;
      parts.add(namePart(own));
      this.#shown.set(own, container);
    }
    const partsKey = JSON.stringify([...this.#shown.values()].map((container) => container.parts));
    if (partsKey !== this.#partsKey) this.#instances = this.#newInstances();
    this.#partsKey = partsKey;
    this.#instances.update([...this.#shown.keys()]);
  }

  #newInstances(): Instances {
    return new Instances((part, label) => {
      const container = this.#shown.get(label);
      return container === undefined ? [] : containerMetrics(part, label, container.parts);
    });
  }
}
