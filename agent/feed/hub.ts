import { CLOSE_CODES } from '../../shared/close-codes.ts';
import type { Sample } from '../sampling/sample.ts';
import type { Connection, ConnectionListener, Profile } from '../transports/connection.ts';
import { Session, type SessionContext } from './session.ts';

const TICK_MS = 1000;
/** When a client may try again after a goodbye: a restart of the agent takes about that long. */
const RETRY_MS = 1000;

/** All sessions. Wakes them when a sample is there; one timer for all of them, and none while nobody is there. */
export class Hub {
  readonly #context: SessionContext;
  readonly #sessions = new Set<Session>();
  #cancelTick: () => void = () => {};

  constructor(context: SessionContext) {
    this.#context = context;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Begins a session on a connection that has just opened; it ends with the connection. */
  open(connection: Connection, profile: Profile): ConnectionListener {
    const session = new Session(connection, profile, this.#context, (ended) => {
      this.#sessions.delete(ended);
      if (this.#sessions.size === 0) this.#cancelTick();
    });
    this.#sessions.add(session);
    if (this.#sessions.size === 1) this.#scheduleTick();
    return session;
  }

  /** Takes a sample into the feed and sends it to whoever waits for it. */
  publish(sample: Sample): void {
    this.#context.feed.append(sample);
    for (const session of this.#sessions) session.wake();
  }

  /** Dismisses every session, with `goodbye` where it is understood and close 4201. */
  dismissAll(): void {
    const reason = 'The agent is shutting down';
    for (const session of this.#sessions) {
      session.dismiss({ type: 'goodbye', code: CLOSE_CODES.goingAway, reason, retryMs: RETRY_MS });
    }
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#context.clock.schedule(() => {
      this.#scheduleTick();
      for (const session of this.#sessions) session.tick();
    }, TICK_MS);
  }
}
