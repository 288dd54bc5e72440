import { randomBytes } from 'node:crypto';
import { encodeAlert } from '../../shared/protocol/codec.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import { Frame } from './frame.ts';
import type { ScopedHost } from './scope-view.ts';

/** Revisions count within one run of the agent. */
const RUN = randomBytes(6).toString('base64url');

/**
 * What a subscription has told of its host's alerts: a cursor into the board, never a queue. Alerts change with samples, so that nothing else has to
 * wake a client.
 */
export class AlertCursor {
  readonly #board: AlertBoard | null;
  readonly #sub: string;
  #host: ScopedHost;
  /** The board's `rulesRevision` that was told; -1 if everything has to be. */
  #rules = -1;
  /** The board's revision up to which all was told. */
  #told = -1;
  #isPartTold = false;

  /** @param position of an earlier poll or stream, as `position` was then */
  constructor(host: ScopedHost, sub: string, position?: string) {
    this.#host = host;
    this.#board = host.broadcast.alerts;
    this.#sub = sub;
    const [run, scope, rules, told] = position?.split('.') ?? [];
    if (run !== RUN || scope !== host.scopeDigest) return;
    this.#rules = Number(rules);
    this.#told = Number(told);
  }

  get position(): string {
    return [RUN, this.#host.scopeDigest, this.#rules, this.#told].join('.');
  }

  /** Whether `next` may have a frame. */
  get isDue(): boolean {
    if (this.#board === null) return this.#rules < 0;
    return (
      this.#isPartTold || this.#rules !== this.#board.rulesRevision || this.#told !== this.#board.revision
    );
  }

  /** What the client has not been told; `undefined` if nothing that it may see has changed. */
  next(): Frame | undefined {
    if (!this.isDue) return undefined;
    const complete = this.#rules !== (this.#board?.rulesRevision ?? 0);
    const { text, upTo, isAll } = this.#host.alertsAfter(complete ? -1 : this.#told);
    this.#rules = this.#board?.rulesRevision ?? 0;
    this.#told = upTo;
    this.#isPartTold = !isAll;
    if (!complete && text === '[]') return undefined;
    const head = { sub: this.#sub, host: this.#host.id, complete };
    return Frame.of(encodeAlert(head, text, complete ? this.#host.alertLines : undefined));
  }

  /** Continues with the view that another scope has of the host. */
  moveTo(host: ScopedHost): void {
    this.#host = host;
    this.#rules = -1;
  }
}
