import { cpus } from 'node:os';
import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector, Figures } from '../../collector.ts';
import { cleanLabel, Instances, namePart } from '../../instances.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import { paced } from '../../paced.ts';
import { readOnce } from '../../kernel/read-once.ts';
import { cgroupTrees, findContainers } from './cgroup-trees.ts';
import type { CgroupTrees, FoundContainer } from './cgroup-trees.ts';
import { Container } from './container.ts';
import { ContainerNames } from './container-names.ts';
import { Disks } from './disks.ts';
import { containerMetrics } from './metrics.ts';
import { countInRanges } from '../../kernel/ranges.ts';
import { CONTAINER_SOCKETS } from './socket-names.ts';

const READ_EVERY_MS = 1_000;
const SEARCH_EVERY_MS = 10_000;
/** Of what a stranger called a container. */
const MAX_NAME_CHARACTERS = 128;
const SHORT_ID_CHARACTERS = 12;

/**
 * What each container of the host uses, from the host's control groups (cgroup-v2.rst; cgroup-v1): CPU, memory, processes and
 * disks, read at most each second. Containers are searched for each 10 s; one that is new is shown as soon as its name is known.
 * @param sockets of Docker or Podman, asked for the names only, where the agent may
 */
export function containersCollector(
  roots: KernelRoots,
  sockets: readonly string[] = CONTAINER_SOCKETS,
): Collector {
  return paced(new ContainersCollector(roots, sockets), READ_EVERY_MS);
}

class ContainersCollector implements Collector {
  readonly subject = 'containers';
  readonly #roots: KernelRoots;
  readonly #trees: CgroupTrees | null;
  readonly #names: ContainerNames;
  readonly #disks: Disks;
  readonly #byPath = new Map<string, Container>();
  #found: readonly FoundContainer[] = [];
  #shown = new Map<string, Container>();
  #instances = this.#newInstances();
  #partsKey = '';
  #processorCount = 1;
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  #hasNewNames = false;

  constructor(roots: KernelRoots, sockets: readonly string[]) {
    this.#roots = roots;
    this.#trees = cgroupTrees(roots);
    this.#names = new ContainerNames(sockets);
    this.#disks = new Disks(roots.sys);
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#instances.metrics;
  }

  /** Waits for the names, so that they are in the first catalogue. */
  async prime(atMs: number): Promise<void> {
    this.read(atMs);
    await this.#names.settled();
    this.read(atMs);
  }

  read(atMs: number): Figures {
    if (this.#trees !== null && atMs - this.#searchedAtMs >= SEARCH_EVERY_MS) {
      this.#searchedAtMs = atMs;
      this.#search(this.#trees, atMs);
      this.#show();
    } else if (this.#hasNewNames) {
      this.#show();
    }
    const figures: (number | null)[] = [];
    for (const container of this.#shown.values()) {
      container.read(atMs, this.#processorCount, this.#disks.isDisk, figures);
    }
    return figures;
  }

  close(): void {
    this.#names.close();
    for (const container of this.#byPath.values()) container.close();
    this.#byPath.clear();
    this.#shown.clear();
  }

  #search(trees: CgroupTrees, atMs: number): void {
    const online = readOnce(`${this.#roots.sys}/devices/system/cpu/online`);
    this.#processorCount = countInRanges(online ?? '') ?? cpus().length;
    this.#disks.forget();
    this.#found = findContainers(trees.memory ?? trees.cpu ?? '');
    const paths = new Set(this.#found.map(({ path }) => path));
    for (const [path, container] of this.#byPath) {
      if (paths.has(path)) {
        container.look();
        continue;
      }
      container.close();
      this.#byPath.delete(path);
    }
    for (const path of paths) {
      if (!this.#byPath.has(path)) this.#byPath.set(path, new Container(trees, path));
    }
    const ids = this.#found.filter(({ name }) => name === null).map(({ id }) => id);
    // The metrics change in a read only.
    this.#names.update(ids, atMs, () => (this.#hasNewNames = true));
  }

  /** Those that have a name by now. */
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
