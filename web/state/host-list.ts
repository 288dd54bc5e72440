import type { HostSummary } from '../../shared/protocol/messages.ts';
import { browserClock } from '../browser/browser-clock.ts';
import type { Connection } from './connection.ts';
import { markOf, type HostMark } from './host-mark.ts';
import { Observable } from './observable.ts';

export interface ListedHost {
  readonly summary: HostSummary;
  readonly mark: HostMark;
  /** What a search looks in, in lower case. */
  readonly words: string;
}

export interface HostChanges {
  readonly ids: ReadonlySet<string>;
  /** Whether more than values has changed: which hosts there are, what they are called, how they are. */
  readonly isNews: boolean;
  /** Whether it has changed which hosts there are, or how they are called and labelled. */
  readonly isOtherSet: boolean;
}

/** The parts of a complete list follow each other at once. */
const COMPLETE_WITHIN_MS = 1000;

const lists = new WeakMap<Pick<Connection, 'client'>, HostList>();

/** The list of the hosts of a connection: one for all who follow it, which loads with them. */
export function hostListOf(connection: Pick<Connection, 'client'>): HostList {
  const list = lists.get(connection) ?? new HostList(connection);
  lists.set(connection, list);
  return list;
}

/** All hosts that the agent shows to this reader, as told last. Asks for them while somebody follows. */
export class HostList {
  /** Why the agent does not tell; `null` if it does. An agent of before has no such list. */
  readonly refusal = new Observable<string | null>(null);
  readonly #connection: Pick<Connection, 'client'>;
  readonly #hosts = new Map<string, ListedHost>();
  readonly #followers = new Set<(changes: HostChanges) => void>();
  /** Of the list before this one, not told again yet. */
  readonly #former = new Set<string>();
  #undo: readonly (() => void)[] = [];
  #unfollow: () => void = () => {};

  constructor(connection: Pick<Connection, 'client'>) {
    this.#connection = connection;
  }

  /** By id. */
  get hosts(): ReadonlyMap<string, ListedHost> {
    return this.#hosts;
  }

  /** Calls `listener` with what changes from now on. Returns the undo. */
  follow(listener: (changes: HostChanges) => void): () => void {
    this.#followers.add(listener);
    if (this.#followers.size === 1) this.#start();
    return () => {
      this.#followers.delete(listener);
      if (this.#followers.size === 0) this.#stop();
    };
  }

  #start(): void {
    const unfollow = this.#connection.client.follow((client) => {
      this.#unfollow();
      this.#unfollow = () => {};
      if (client === null) return;
      this.#unfollow = client.followHosts(['*'], {
        hosts: ({ complete, hosts, removed }) => this.#told(complete, hosts, removed),
        refused: ({ error }) => this.refusal.set(error),
      });
      client.start();
    });
    this.#undo = [unfollow];
  }

  #stop(): void {
    for (const undo of this.#undo) undo();
    this.#unfollow();
    this.#unfollow = () => {};
  }

  #told(isComplete: boolean, hosts: readonly HostSummary[], removed: readonly string[]): void {
    this.refusal.set(null);
    if (isComplete) {
      for (const id of this.#hosts.keys()) this.#former.add(id);
      if (this.#former.size > 0) browserClock.schedule(() => this.#forgetFormer(), COMPLETE_WITHIN_MS);
    }
    const ids = new Set<string>();
    let isNews = removed.length > 0;
    let isOtherSet = removed.length > 0;
    for (const id of removed) if (this.#hosts.delete(id)) ids.add(id);
    for (const summary of hosts) {
      const { id } = summary;
      const before = this.#hosts.get(id);
      const mark = markOf(summary);
      const isOther = before === undefined || isOtherThan(before, summary, mark);
      this.#hosts.set(id, { summary, mark, words: isOther ? wordsOf(summary) : before.words });
      this.#former.delete(id);
      ids.add(id);
      isNews ||= isOther;
      isOtherSet ||= before === undefined || nameOf(before.summary) !== nameOf(summary);
    }
    this.#tell({ ids, isNews, isOtherSet });
  }

  #forgetFormer(): void {
    if (this.#former.size === 0) return;
    const ids = new Set(this.#former);
    this.#former.clear();
    for (const id of ids) this.#hosts.delete(id);
    this.#tell({ ids, isNews: true, isOtherSet: true });
  }

  #tell(changes: HostChanges): void {
    for (const follower of this.#followers) follower(changes);
  }
}

function isOtherThan({ summary: before, mark }: ListedHost, now: HostSummary, markNow: HostMark): boolean {
  return (
    mark !== markNow ||
    nameOf(before) !== nameOf(now) ||
    before.status.state !== now.status.state ||
    before.status.sinceMs !== now.status.sinceMs ||
    before.status.reason !== now.status.reason ||
    before.via !== now.via ||
    before.alerts?.trouble !== now.alerts?.trouble ||
    before.alerts?.warning !== now.alerts?.warning ||
    before.alerts?.worst?.title !== now.alerts?.worst?.title ||
    before.alerts?.worst?.metric !== now.alerts?.worst?.metric
  );
}

function nameOf(summary: HostSummary): string {
  return [summary.label, ...labelsOf(summary)].join('\n');
}

/** `env=prod`, in the order of the keys. */
export function labelsOf({ labels = {} }: Pick<HostSummary, 'labels'>): string[] {
  return Object.keys(labels)
    .toSorted()
    .map((key) => `${key}=${labels[key]}`);
}

function wordsOf(summary: HostSummary): string {
  const { id, label, status, via, alerts } = summary;
  const parts = [label, id, ...labelsOf(summary), status.reason, via, alerts?.worst?.title];
  return parts.filter(Boolean).join('\n').toLowerCase();
}
