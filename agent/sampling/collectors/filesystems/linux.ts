import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { cleanLabel, Instances } from '../../instances.ts';
import { pathOf, textOf } from '../../kernel/text.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { parseMountinfo } from '../../kernel/mountinfo.ts';
import { THIS_HOST, type KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import { throttled } from '../../throttled-collector.ts';
import { BackgroundProbe } from '../../background-probe.ts';
import { capacityValues, type Capacity } from './capacity.ts';
import { KeptAnswers } from './kept-answers.ts';
import { filesystemMetrics, INODES_POSITION, METRICS_PER_FILESYSTEM } from './metrics.ts';
import { rawFilesystem } from './raw-values.ts';
import { idleTimes, storageAmong, type Storage } from './storage.ts';

/** Filesystems fill slowly. */
const READ_EVERY_MS = 10_000;
/** With automounts, look for mounts this often, to query a new one right after it was used anyway. */
const LOOK_EVERY_MS = 2000;

export interface FilesystemsOptions {
  /** Called when a remote filesystem stops answering, and again when it recovers. */
  readonly onTrouble?: (message: string) => void;
  /** Defaults to Node's own. */
  readonly statfs?: (path: Buffer) => Promise<Capacity>;
}

/**
 * Space and inodes of each real filesystem, every 10 s: mounts from `mountinfo`, values from statfs(2). Local ones are awaited. Remote ones are
 * probed in the background (background-probe.ts), so their values are those of the last answer, `null` at the first reading and while they
 * hang. An automount is queried when it appears, and then rarely enough that its idle timeout can expire. Filesystems without blocks are left
 * out, and so are unlimited inodes. A reading rejects if nothing is known and a local filesystem failed. No metrics without `mountinfo`.
 */
export function filesystemsCollector(roots: KernelRoots, options: FilesystemsOptions = {}): Collector {
  const filesystems = new Filesystems(roots, options);
  return throttled(filesystems, () => filesystems.intervalMs);
}

/** Properties other than values, kept while a filesystem does not answer. */
interface Shape {
  readonly isEmpty: boolean;
  readonly hasInodes: boolean;
}

const AS_OF_THEN = 'It is unmounted when nobody uses it, so it is asked seldom: this is what it was then.';

const UNKNOWN: Shape = { isEmpty: false, hasInodes: false };

class Filesystems implements Collector {
  readonly subject = 'filesystems';
  readonly #rootFolder: Buffer;
  readonly #mountinfo: KernelFile;
  readonly #isThere: boolean;
  readonly #kept: KeptAnswers;
  readonly #remote: BackgroundProbe<Storage, Capacity>;
  readonly #shapes = new Map<string, Shape>();
  readonly #instances = new Instances((part, label, mountPoint) => this.#describe(part, label, mountPoint));
  #mountsText = '';
  #hasAutomounts = false;
  #storages: readonly Storage[] = [];
  #listed: readonly Storage[] = [];
  #capacities: ReadonlyMap<Storage, Capacity> = new Map();
  #inodesKey = '';
  #metrics: readonly MetricDescriptor[] = [];

  constructor({ proc }: KernelRoots, options: FilesystemsOptions) {
    const isThisHost = proc === THIS_HOST.proc;
    this.#rootFolder = Buffer.from(isThisHost ? '' : `${proc}/1/root`);
    this.#mountinfo = new KernelFile(`${proc}/${isThisHost ? 'self' : '1'}/mountinfo`);
    const query = options.statfs ?? statfs;
    this.#kept = new KeptAnswers(({ mountPoint }) => query(this.#pathOf(mountPoint)));
    this.#remote = new BackgroundProbe({
      probe: (storage) => this.#kept.of(storage),
      keyOf: ({ mountPoint }) => mountPoint,
      nameOf: ({ mountPoint, type }) => `Filesystem "${cleanLabel(textOf(mountPoint))}" (${type})`,
      onTrouble: options.onTrouble ?? (() => {}),
    });
    const text = this.#mountinfo.readIfAny();
    this.#isThere = text !== null;
    this.#find(text ?? '');
    this.#list();
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  get intervalMs(): number {
    return this.#hasAutomounts ? LOOK_EVERY_MS : READ_EVERY_MS;
  }

  /** There is no rate, but this way the first reading knows which have inodes, and remote ones had time to answer. */
  async prime(atMs: number): Promise<void> {
    await this.read(atMs);
  }

  async read(atMs: number): Promise<Values> {
    if (!this.#isThere) return [];
    this.#find(this.#mountinfo.read());
    this.#kept.begin(this.#storages, atMs);
    const storages = this.#storages;
    const errors: unknown[] = [];
    const capacities = new Map<Storage, Capacity>();
    await Promise.all(
      storages.map(async (storage) => {
        try {
          const capacity = storage.isRemote ? this.#remote.lastOf(storage) : await this.#kept.of(storage);
          if (capacity !== null) capacities.set(storage, capacity);
        } catch (error) {
          errors.push(error);
        }
      }),
    );
    this.#remote.probeAll(storages.filter(({ isRemote }) => isRemote));
    if (errors.length > 0 && capacities.size === 0) throw errors[0];
    for (const [{ mountPoint }, { blocks, files }] of capacities) {
      this.#shapes.set(mountPoint, { isEmpty: blocks === 0, hasInodes: files > 0 });
    }
    this.#list();
    this.#capacities = capacities;
    return this.#listed.flatMap((storage) => this.#valuesOf(storage, capacities.get(storage)));
  }

  *rawValues(): Generator<RawValue, void> {
    for (const storage of this.#listed) {
      const part = this.#instances.partOf(storage.mountPoint);
      yield* rawFilesystem(storage, this.#capacities.get(storage) ?? null, part);
    }
  }

  close(): void {
    this.#remote.close();
    this.#mountinfo.close();
  }

  #pathOf(mountPoint: string): Buffer {
    return Buffer.concat([this.#rootFolder, pathOf(mountPoint)]);
  }

  #describe(part: string, label: string, mountPoint: string): readonly MetricDescriptor[] {
    const metrics = filesystemMetrics('linux', part, label);
    const isIdle = this.#storages.some(
      (storage) => storage.mountPoint === mountPoint && storage.idleMs !== null,
    );
    return isIdle ? metrics.map((metric) => ({ ...metric, help: `${metric.help} ${AS_OF_THEN}` })) : metrics;
  }

  #find(mountsText: string): void {
    if (mountsText === this.#mountsText) return;
    this.#mountsText = mountsText;
    const mounts = parseMountinfo(mountsText);
    this.#hasAutomounts = idleTimes(mounts).size > 0;
    this.#storages = storageAmong(mounts, (mountPoint) => isFile(this.#pathOf(mountPoint)));
    const present = new Set(this.#storages.map(({ mountPoint }) => mountPoint));
    for (const mountPoint of this.#shapes.keys()) {
      if (!present.has(mountPoint)) this.#shapes.delete(mountPoint);
    }
  }

  #list(): void {
    this.#listed = this.#storages.filter((storage) => !this.#shapeOf(storage).isEmpty);
    const mountPoints = this.#listed.map(({ mountPoint }) => mountPoint);
    const hasChanged = this.#instances.update(mountPoints.map(textOf), mountPoints);
    const inodes = this.#listed.map((storage) => this.#shapeOf(storage).hasInodes);
    const inodesKey = inodes.join();
    if (!hasChanged && inodesKey === this.#inodesKey) return;
    this.#inodesKey = inodesKey;
    this.#metrics = this.#instances.metrics.filter(
      (_, index) =>
        index % METRICS_PER_FILESYSTEM !== INODES_POSITION ||
        inodes[Math.floor(index / METRICS_PER_FILESYSTEM)],
    );
  }

  #shapeOf({ mountPoint }: Storage): Shape {
    return this.#shapes.get(mountPoint) ?? UNKNOWN;
  }

  #valuesOf(storage: Storage, capacity: Capacity | undefined): (number | null)[] {
    const count = this.#shapeOf(storage).hasInodes ? METRICS_PER_FILESYSTEM : INODES_POSITION;
    if (capacity === undefined) return Array.from({ length: count }, () => null);
    return capacityValues(capacity, storage.type).slice(0, count);
  }
}

/** If it cannot be examined, it is not known to be a file. */
function isFile(path: Buffer): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}
