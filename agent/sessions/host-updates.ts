import type { Broadcast, Follower } from './broadcast.ts';
import type { Frame } from './frame.ts';
import type { ScopeView } from './scope-view.ts';

/** A host where something comes and goes all the time has its catalogue sent no more often. */
const MIN_INTERVAL_MS = 1000;

interface Known {
  /** Of the stream, when the client was last told; -1 when it has to be told again. */
  revision: number;
  frame: Frame | null;
  sentMs: number;
}

/** The `host` messages that a client gets after its welcome: about the first host, and about those that it follows. */
export class HostUpdates {
  readonly #owner: Follower;
  readonly #known = new Map<Broadcast, Known>();
  #isWelcomed = false;
  #release: () => void = () => {};

  constructor(owner: Follower) {
    this.#owner = owner;
  }

  /** Hosts that the client has been told of. */
  get followed(): Iterable<Broadcast> {
    return this.#known.keys();
  }

  /** The client gets a welcome, and with it everything that the view shows now. */
  welcomed(view: ScopeView): void {
    this.#isWelcomed = true;
    const first = view.host();
    const sentMs = (first && this.#known.get(first.broadcast)?.sentMs) ?? Number.NEGATIVE_INFINITY;
    this.#known.clear();
    this.#followFirst(view);
    if (first === undefined) return;
    const { revision } = first.broadcast.stream;
    this.#known.set(first.broadcast, { revision, frame: first.hostFrame, sentMs });
  }

  /** The client sees another view: it is told of everything again. */
  rescoped(view: ScopeView): void {
    if (!this.#isWelcomed) return;
    this.#followFirst(view);
    for (const known of this.#known.values()) known.revision = -1;
  }

  /** Whether something about a host is news to the client. */
  isDue(broadcast: Broadcast): boolean {
    return this.#isWelcomed && this.#known.get(broadcast)?.revision !== broadcast.stream.revision;
  }

  /** The message that is due about a host; `undefined` when it would say nothing new, or the last one was just sent. */
  next(broadcast: Broadcast, view: ScopeView, nowMs: number): Frame | undefined {
    const { revision, host } = broadcast.stream;
    const known = this.#known.get(broadcast);
    if (nowMs - (known?.sentMs ?? Number.NEGATIVE_INFINITY) < MIN_INTERVAL_MS) return undefined;
    const frame = view.host(host.id)?.hostFrame;
    if (frame === undefined || frame === known?.frame) {
      if (known !== undefined) known.revision = revision;
      return undefined;
    }
    this.#known.set(broadcast, { revision, frame, sentMs: nowMs });
    return frame;
  }

  stop(): void {
    this.#release();
    this.#known.clear();
  }

  #followFirst(view: ScopeView): void {
    this.#release();
    this.#release = view.host()?.broadcast.follow(this.#owner) ?? (() => {});
  }
}
