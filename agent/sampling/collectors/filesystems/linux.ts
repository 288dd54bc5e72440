import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { MetricDescriptor } from '../../../../shared/catalogue.ts';
import type { Collector, Figures } from '../../collector.ts';
import { Instances } from '../../instances.ts';
import { KernelFile } from '../../kernel/kernel-file.ts';
import { THIS_HOST, type KernelRoots } from '../../kernel/roots.ts';
import { paced } from '../../paced.ts';
import { SlowAnswers } from '../../slow-answers.ts';
import { capacityFigures, type Capacity } from './capacity.ts';
import { filesystemMetrics, INODES_POSITION, METRICS_PER_FILESYSTEM } from './metrics.ts';
import { parseMountinfo } from './proc-mountinfo.ts';
import { storageAmong, type Storage } from './storage.ts';

/** Filesystems fill slowly. */
const READ_EVERY_MS = 10_000;

export interface FilesystemsOptions {
  /** Called once when a remote filesystem stops to answer, and once when it answers again. */
  readonly onTrouble?: (message: string) => void;
  /** Node's own, unless another one stands in for it. */
  readonly statfs?: (path: string) => Promise<Capacity>;
}

/**
 * Space and inodes of each real filesystem, read every 10 s: the mounts from `mountinfo`, the figures by statfs (man 2 statfs). Local
 * ones are asked and waited for. For remote ones (slow-answers.ts) the figures are those of their last answer, so they are `null`
 * at the first reading and while one hangs. One without a block is left out, and so are inodes without a limit.
 * A reading rejects when nothing is known and a local filesystem gave an error. Without `mountinfo` there is no metric.
 */
export function filesystemsCollector(roots: KernelRoots, options: FilesystemsOptions = {}): Collector {
  return paced(new Filesystems(roots, options), READ_EVERY_MS);
}

/** What is known of a filesystem beyond its figures; kept while it does not answer. */
interface Shape {
  readonly isEmpty: boolean;
  readonly hasInodes: boolean;
}

const UNKNOWN: Shape = { isEmpty: false, hasInodes: false };

class Filesystems implements Collector {
  readonly subject = 'filesystems';
  readonly #rootFolder: string;
  readonly #mountinfo: KernelFile;
  readonly #isThere: boolean;
  readonly #ask: (storage: Storage) => Promise<Capacity>;
  readonly #remote: SlowAnswers<Storage, Capacity>;
  readonly #shapes = new Map<string, Shape>();
  readonly #instances = new Instances((part, label) => filesystemMetrics('linux', part, label));
  #mountsText = '';
  #storages: readonly Storage[] = [];
  #listed: readonly Storage[] = [];
  #inodesKey = '';
  #metrics: readonly MetricDescriptor[] = [];

  constructor({ proc }: KernelRoots, options: FilesystemsOptions) {
    const isThisHost = proc === THIS_HOST.proc;
    this.#rootFolder = isThisHost ? '' : `${proc}/1/root`;
    this.#mountinfo = new KernelFile(`${proc}/${isThisHost ? 'self' : '1'}/mountinfo`);
    const ask = options.statfs ?? statfs;
    this.#ask = ({ mountPoint }) => ask(this.#pathOf(mountPoint));
    this.#remote = new SlowAnswers({
      ask: this.#ask,
      keyOf: ({ mountPoint }) => mountPoint,
      nameOf: ({ mountPoint, type }) => `Filesystem "${mountPoint}" (${type})`,
      onTrouble: options.onTrouble ?? (() => {}),
    });
    const text = this.#mountinfo.readIfAny('utf8');
    this.#isThere = text !== null;
    this.#find(text ?? '');
    this.#list();
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  /** No rate needs a baseline; but then the first reading already knows which have inodes, and remote ones have answered. */
  async prime(): Promise<void> {
    await this.read();
  }

  async read(): Promise<Figures> {
    if (!this.#isThere) return [];
    this.#find(this.#mountinfo.read('utf8'));
    const storages = this.#storages;
    const errors: unknown[] = [];
    const capacities = new Map<Storage, Capacity>();
    await Promise.all(
      storages.map(async (storage) => {
        try {
          const capacity = storage.isRemote ? this.#remote.lastOf(storage) : await this.#ask(storage);
          if (capacity !== null) capacities.set(storage, capacity);
        } catch (error) {
          errors.push(error);
        }
      }),
    );
    this.#remote.askAll(storages.filter(({ isRemote }) => isRemote));
    if (errors.length > 0 && capacities.size === 0) throw errors[0];
    for (const [{ mountPoint }, { blocks, files }] of capacities) {
      this.#shapes.set(mountPoint, { isEmpty: blocks === 0, hasInodes: files > 0 });
    }
    this.#list();
    return this.#listed.flatMap((storage) => this.#figuresOf(storage, capacities.get(storage)));
  }

  close(): void {
    this.#remote.close();
    this.#mountinfo.close();
  }

  #pathOf(mountPoint: string): string {
    return `${this.#rootFolder}${mountPoint}`;
  }

  #find(mountsText: string): void {
    if (mountsText === this.#mountsText) return;
    this.#mountsText = mountsText;
    this.#storages = storageAmong(parseMountinfo(mountsText), (mountPoint) =>
      isFile(this.#pathOf(mountPoint)),
    );
    const present = new Set(this.#storages.map(({ mountPoint }) => mountPoint));
    for (const mountPoint of this.#shapes.keys()) {
      if (!present.has(mountPoint)) this.#shapes.delete(mountPoint);
    }
  }

  #list(): void {
    this.#listed = this.#storages.filter((storage) => !this.#shapeOf(storage).isEmpty);
    const hasChanged = this.#instances.update(this.#listed.map(({ mountPoint }) => mountPoint));
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

  #figuresOf(storage: Storage, capacity: Capacity | undefined): (number | null)[] {
    const count = this.#shapeOf(storage).hasInodes ? METRICS_PER_FILESYSTEM : INODES_POSITION;
    if (capacity === undefined) return Array.from({ length: count }, () => null);
    return capacityFigures(capacity, storage.type).slice(0, count);
  }
}

/** A mount that cannot be looked at is not known to be a file. */
function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}
