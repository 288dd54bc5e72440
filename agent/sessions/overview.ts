import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { HostChange, HostRegistry } from '../hosts/host-registry.ts';
import type { HostSummary } from '../../shared/protocol/messages.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { Follower } from './broadcast.ts';
import type { FairQueue } from './fair-queue.ts';

/** Followers are told of changes at most this often. */
const ROUND_MS = 1000;
/** A poll, or a connection that is renewed, comes back within this time. */
const LINGER_MS = 30_000;
/** How long it is remembered that a host is gone: clients that are further behind are told everything again. */
const GONE_KEPT_MS = 60_000;
/** Changes to keep beside the newest of each host before the others are dropped. */
const SPARE_CHANGES = 64;

/** A host, or one that is gone, and when it changed last. */
export interface OverviewEntry {
  readonly stream: HostStream;
  /** Of its last change; no other entry has the same. */
  readonly revision: number;
  /** Of the last change of its label or its labels; 0 for none. */
  readonly renamed: number;
  readonly isGone: boolean;
}

interface Entry extends OverviewEntry {
  stream: HostStream;
  revision: number;
  renamed: number;
  isGone: boolean;
  goneMs: number;
  /** Of a host that another agent samples: what was told last. */
  summary: HostSummary | null;
  label: string;
  labels: Readonly<Record<string, string>> | undefined;
}

interface Change {
  readonly revision: number;
  readonly entry: Entry;
}

/**
 * Which hosts have changed since when, for clients that follow how many hosts are: each is a cursor into this, never a queue. Hosts are marked when something
 * about them changes, and about once a second, while there are marks, followers are told. Costs nothing while nobody follows.
 */
export class Overview {
  readonly #hosts: HostRegistry;
  readonly #clock: Pick<Clock, 'now' | 'schedule'>;
  readonly #fairQueue: Pick<FairQueue, 'enter'>;
  /** Each with the number of its subscriptions. */
  readonly #followers = new Map<Follower, number>();
  /** By id; `null` while nobody follows. */
  #entries: Map<string, Entry> | null = null;
  /** By revision, ascending. All but the last change of an entry are out of date. */
  #changes: Change[] = [];
  readonly #marked = new Set<Entry>();
  #revision = 0;
  /** Whoever was told less than this may not know of a host that is gone. */
  #forgotten = 0;
  #era = '';
  #roundMs = Number.NEGATIVE_INFINITY;
  #cancelRound: (() => void) | null = null;
  #cancelLinger: () => void = () => {};
  #examined = 0;

  constructor(
    hosts: HostRegistry,
    clock: Pick<Clock, 'now' | 'schedule'>,
    fairQueue: Pick<FairQueue, 'enter'>,
  ) {
    this.#hosts = hosts;
    this.#clock = clock;
    this.#fairQueue = fairQueue;
  }

  /** The revision of the newest change. */
  get revision(): number {
    return this.#revision;
  }

  /** Revisions count within one era. */
  get era(): string {
    return this.#era;
  }

  /** How often an entry was looked at for a follower so far. */
  get examined(): number {
    return this.#examined;
  }

  /** Returns the undo. */
  follow(follower: Follower): () => void {
    this.#cancelLinger();
    if (this.#entries === null) this.#start();
    this.#followers.set(follower, (this.#followers.get(follower) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const count = (this.#followers.get(follower) ?? 1) - 1;
      if (count > 0) this.#followers.set(follower, count);
      else this.#followers.delete(follower);
      if (this.#followers.size > 0) return;
      this.#cancelLinger = this.#clock.schedule(() => this.#stop(), LINGER_MS);
    };
  }

  /** Called when something about a host may have changed. */
  mark(stream: HostStream): void {
    const entry = this.#entries?.get(stream.host.id);
    if (entry?.stream === stream) this.#mark(entry);
  }

  /** Called when hosts were added or removed. */
  hostsChanged({ added, removed }: HostChange): void {
    const entries = this.#entries;
    if (entries === null) return;
    for (const stream of removed) {
      const entry = entries.get(stream.host.id);
      if (entry === undefined || this.#hosts.has(stream)) continue;
      entry.isGone = true;
      entry.goneMs = this.#clock.now();
      this.#mark(entry);
    }
    for (const stream of added) {
      const entry = entries.get(stream.host.id) ?? newEntry(stream);
      entry.stream = stream;
      entry.isGone = false;
      entries.set(stream.host.id, entry);
      this.#mark(entry);
    }
  }

  /** Whether a client that was told up to a revision, of all hosts at another, can be told the rest. */
  isHeld({ begun, told }: { readonly begun: number; readonly told: number }): boolean {
    return Math.max(begun, told) >= this.#forgotten && Math.max(begun, told) <= this.#revision;
  }

  /** What has changed after a revision, oldest change first. */
  *changedAfter(revision: number): Generator<OverviewEntry, void> {
    let from = 0;
    let to = this.#changes.length;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if ((this.#changes[middle]?.revision ?? 0) > revision) to = middle;
      else from = middle + 1;
    }
    for (let at = from; at < this.#changes.length; at += 1) {
      const change = this.#changes[at];
      if (change === undefined || change.entry.revision !== change.revision) continue;
      this.#examined += 1;
      yield change.entry;
    }
  }

  #start(): void {
    this.#era = randomBytes(6).toString('base64url');
    this.#entries = new Map();
    for (const stream of this.#hosts) {
      const entry = newEntry(stream);
      this.#entries.set(stream.host.id, entry);
      this.#add(entry);
    }
  }

  #stop(): void {
    this.#cancelRound?.();
    this.#cancelRound = null;
    this.#entries = null;
    this.#changes = [];
    this.#marked.clear();
    this.#revision = 0;
    this.#forgotten = 0;
  }

  #mark(entry: Entry): void {
    this.#marked.add(entry);
    // Never at once: what changes at the same time is told together.
    const waitMs = Math.max(0, this.#roundMs + ROUND_MS - this.#clock.now());
    this.#cancelRound ??= this.#clock.schedule(() => this.#round(), waitMs);
  }

  #round(): void {
    this.#cancelRound = null;
    this.#roundMs = this.#clock.now();
    const before = this.#revision;
    for (const entry of this.#marked) if (isNews(entry)) this.#add(entry);
    this.#marked.clear();
    if (this.#revision === before) return;
    if (this.#changes.length > 2 * (this.#entries?.size ?? 0) + SPARE_CHANGES) this.#compact();
    for (const follower of this.#followers.keys()) {
      const worker = follower.wake(null);
      if (worker !== undefined) this.#fairQueue.enter(worker);
    }
  }

  #add(entry: Entry): void {
    this.#revision += 1;
    entry.revision = this.#revision;
    entry.summary = summaryOf(entry);
    const { label, labels } = entry.stream.host;
    if (entry.label !== label || entry.labels !== labels) {
      const isOther = entry.label !== label || JSON.stringify(entry.labels) !== JSON.stringify(labels);
      if (isOther) entry.renamed = this.#revision;
      entry.label = label;
      entry.labels = labels;
    }
    this.#changes.push({ revision: this.#revision, entry });
  }

  #compact(): void {
    const forgetMs = this.#clock.now() - GONE_KEPT_MS;
    this.#changes = this.#changes.filter(({ revision, entry }) => {
      if (entry.revision !== revision) return false;
      if (!entry.isGone || entry.goneMs > forgetMs) return true;
      this.#entries?.delete(entry.stream.host.id);
      this.#forgotten = revision;
      return false;
    });
  }
}

function newEntry(stream: HostStream): Entry {
  const { label, labels } = stream.host;
  return { stream, label, labels, revision: 0, renamed: 0, isGone: false, goneMs: 0, summary: null };
}

/** Whether there is something to tell. A sample of a host that another agent samples changes nothing before that agent says so. */
function isNews(entry: Entry): boolean {
  return entry.summary === null || entry.summary !== summaryOf(entry);
}

/** `null` where each sample makes another one, and of a host that is gone. */
function summaryOf({ stream, isGone }: Entry): HostSummary | null {
  return stream.isRemote && !isGone ? stream.summary : null;
}
