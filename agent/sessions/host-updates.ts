import type { Broadcast, Follower } from './broadcast.ts';
import type { Frame } from './frame.ts';
import type { HostDescription, ScopeView } from './scope-view.ts';

/** Limits how often the catalogue of a constantly changing host is sent. */
const MIN_INTERVAL_MS = 1000;

const NOTHING: ReadonlyMap<Broadcast, HostDescription> = new Map();
const NONE: readonly Broadcast[] = [];

interface Update {
  /** The stream's revision in the last update; -1 if another update is due regardless. */
  revision: number;
  frame: Frame | undefined;
  sentMs: number;
}

/** The `host` messages that a client gets after its welcome: for the first host and for those it follows. */
export class HostUpdates {
  readonly #owner: Follower;
  /** The hosts in the client's welcome, shared with other clients; `null` before its welcome. */
  #welcome: ReadonlyMap<Broadcast, HostDescription> | null = null;
  /** Updates sent since; most clients get none. */
  #updates: Map<Broadcast, Update> | null = null;
  #late: Set<Broadcast> | null = null;
  #first: Broadcast | undefined;

  constructor(owner: Follower) {
    this.#owner = owner;
  }

  /** The first host, whose updates every client gets. */
  get first(): Broadcast | undefined {
    return this.#first;
  }

  /** Called when the client gets a welcome, which contains everything that the view shows now. */
  welcomed(view: ScopeView): void {
    this.#welcome = view.descriptions;
    this.#followFirst(view);
    for (const [broadcast, update] of this.#updates ?? []) {
      const described = this.#welcome.get(broadcast);
      update.revision = described?.revision ?? -1;
      update.frame = described?.frame;
    }
  }

  /** Called when the client gets another view: all hosts are due again. */
  rescoped(view: ScopeView): void {
    if (this.#welcome === null) return;
    this.#welcome = NOTHING;
    this.#followFirst(view);
    for (const update of this.#updates?.values() ?? []) update.revision = -1;
  }

  /** Called when another host may have become the first one. */
  hostsChanged(view: ScopeView): void {
    if (this.#welcome !== null && view.host()?.broadcast !== this.#first) this.#followFirst(view);
  }

  /** Whether a host may have changed since the client's last update. */
  isDue(broadcast: Broadcast): boolean {
    // Of a host that another agent samples nothing is known before that has answered.
    if (this.#welcome === null || !broadcast.stream.isDescribed) return false;
    const known = this.#updates?.get(broadcast) ?? this.#welcome.get(broadcast);
    return known?.revision !== broadcast.stream.revision;
  }

  /** The update due for a host; `undefined` if nothing visible has changed, or the last one was sent less than a second ago. */
  next(broadcast: Broadcast, view: ScopeView, nowMs: number): Frame | undefined {
    const update = this.#updates?.get(broadcast);
    if (update !== undefined && nowMs - update.sentMs < MIN_INTERVAL_MS) {
      this.#late ??= new Set();
      this.#late.add(broadcast);
      return undefined;
    }
    return this.#next(broadcast, view, nowMs);
  }

  /** @param atMs from when on the next update has to wait */
  #next(broadcast: Broadcast, view: ScopeView, atMs: number): Frame | undefined {
    const { revision, host } = broadcast.stream;
    const update = this.#updates?.get(broadcast);
    const known = (update ?? this.#welcome?.get(broadcast))?.frame;
    const frame = view.host(host.id)?.hostFrame;
    const isNews = frame !== undefined && frame !== known;
    const described = view.descriptions.get(broadcast);
    if (update === undefined && described !== undefined && described.frame === known) {
      // The client knows what a welcome would say now, and all who do share that.
      this.#welcome = view.descriptions;
      return undefined;
    }
    const sentMs = isNews ? atMs : (update?.sentMs ?? Number.NEGATIVE_INFINITY);
    this.#updates ??= new Map();
    this.#updates.set(broadcast, { revision, frame: isNews ? frame : known, sentMs });
    return isNews ? frame : undefined;
  }

  /** Whether an update waits, since it was due less than a second after the one before. */
  get isLate(): boolean {
    return this.#late !== null;
  }

  /** The hosts whose update was due less than a second after the one before; forgets them. */
  takeLate(): readonly Broadcast[] {
    if (this.#late === null) return NONE;
    const late = [...this.#late];
    this.#late = null;
    return late;
  }

  /** The update to send before the answer to a subscription; `undefined` if the client knows the host as it is. */
  introduction(broadcast: Broadcast, view: ScopeView): Frame | undefined {
    return this.isDue(broadcast) ? this.#next(broadcast, view, Number.NEGATIVE_INFINITY) : undefined;
  }

  /** Forgets what the client knows of hosts that it does not follow. */
  forgetOthers(followed: ReadonlySet<Broadcast>): void {
    for (const broadcast of this.#updates?.keys() ?? []) {
      if (broadcast !== this.#first && !followed.has(broadcast)) this.#updates?.delete(broadcast);
    }
  }

  stop(): void {
    this.#follow(undefined);
    this.#welcome = null;
    this.#updates = null;
    this.#late = null;
  }

  #followFirst(view: ScopeView): void {
    this.#follow(view.host()?.broadcast);
  }

  #follow(first: Broadcast | undefined): void {
    this.#first?.unfollow(this.#owner);
    this.#first = first;
    first?.follow(this.#owner);
  }
}
