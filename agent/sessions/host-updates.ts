import type { Broadcast, Follower } from './broadcast.ts';
import type { Frame } from './frame.ts';
import type { HostDescription, ScopeView } from './scope-view.ts';

/** A host where something comes and goes all the time has its catalogue sent no more often. */
const MIN_INTERVAL_MS = 1000;

const NOTHING: ReadonlyMap<Broadcast, HostDescription> = new Map();

interface Update {
  /** Of the stream, when the client was last told; -1 when it has to be told again. */
  revision: number;
  frame: Frame | undefined;
  sentMs: number;
}

/** The `host` messages that a client gets after its welcome: about the first host, and about those that it follows. */
export class HostUpdates {
  readonly #owner: Follower;
  /** What the client had from its welcome, which it shares with others; `null` before. */
  #welcome: ReadonlyMap<Broadcast, HostDescription> | null = null;
  /** What it was told since: for most clients nothing. */
  #updates: Map<Broadcast, Update> | null = null;
  #first: Broadcast | undefined;
  #release: () => void = () => {};

  constructor(owner: Follower) {
    this.#owner = owner;
  }

  /** The first host, of which a client is told in any case. */
  get first(): Broadcast | undefined {
    return this.#first;
  }

  /** The client gets a welcome, and with it everything that the view shows now. */
  welcomed(view: ScopeView): void {
    this.#welcome = view.descriptions;
    this.#followFirst(view);
    for (const [broadcast, update] of this.#updates ?? []) {
      const described = this.#welcome.get(broadcast);
      update.revision = described?.revision ?? -1;
      update.frame = described?.frame;
    }
  }

  /** The client sees another view: it is told of everything again. */
  rescoped(view: ScopeView): void {
    if (this.#welcome === null) return;
    this.#welcome = NOTHING;
    this.#followFirst(view);
    for (const update of this.#updates?.values() ?? []) update.revision = -1;
  }

  /** Another host may be the first one. */
  hostsChanged(view: ScopeView): void {
    if (this.#welcome !== null && view.host()?.broadcast !== this.#first) this.#followFirst(view);
  }

  /** Whether something about a host is news to the client. */
  isDue(broadcast: Broadcast): boolean {
    if (this.#welcome === null) return false;
    const known = this.#updates?.get(broadcast) ?? this.#welcome.get(broadcast);
    return known?.revision !== broadcast.stream.revision;
  }

  /** The message that is due about a host; `undefined` when it would say nothing new, or the last one was just sent. */
  next(broadcast: Broadcast, view: ScopeView, nowMs: number): Frame | undefined {
    const { revision, host } = broadcast.stream;
    const update = this.#updates?.get(broadcast);
    if (update !== undefined && nowMs - update.sentMs < MIN_INTERVAL_MS) return undefined;
    const known = (update ?? this.#welcome?.get(broadcast))?.frame;
    const frame = view.host(host.id)?.hostFrame;
    const isNews = frame !== undefined && frame !== known;
    const sentMs = isNews ? nowMs : (update?.sentMs ?? Number.NEGATIVE_INFINITY);
    this.#updates ??= new Map();
    this.#updates.set(broadcast, { revision, frame: isNews ? frame : known, sentMs });
    return isNews ? frame : undefined;
  }

  stop(): void {
    this.#release();
    this.#welcome = null;
    this.#updates = null;
    this.#first = undefined;
  }

  #followFirst(view: ScopeView): void {
    this.#release();
    this.#first = view.host()?.broadcast;
    this.#release = this.#first?.follow(this.#owner) ?? (() => {});
  }
}
