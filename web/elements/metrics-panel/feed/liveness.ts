import type { ConnectionStatus } from '../../../../shared/client/connection-status.ts';
import { browserClock } from '../../../browser/browser-clock.ts';
import type { Standing } from '../../connection-badge/standing.ts';

/** No sample for this many intervals, plus slack for the network: the charts no longer show the present. */
const STALE_AFTER_INTERVALS = 3;
const STALE_SLACK_MS = 1000;

/** Judges by the arrival of samples whether a connected panel shows the present. */
export class Liveness {
  readonly #changed: () => void;
  /** `silent`: samples are overdue. `recovering`: they were, and the connection has not yet had time to send one. */
  #lateness: 'none' | 'recovering' | 'silent' = 'none';
  /** Arrival of the newest present sample; before the first one, the start of the wait for it. */
  #heardMs = 0;
  #cancelTimer: () => void = () => {};

  /** @param changed called when samples become overdue */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** @param isBehind the agent is still sending backfill */
  standingOf(status: ConnectionStatus, isBehind: boolean): Standing {
    if (status.state !== 'connected') return status;
    if (this.#lateness === 'silent')
      return { state: 'silent', transport: status.transport, sinceMs: this.#heardMs };
    return this.#lateness === 'recovering' || isBehind ? { state: 'catchingUp' } : status;
  }

  /** A new subscription begins. @param keepsBuffer the shown buffer stays until the new one is filled */
  restart(isBehind: boolean, keepsBuffer: boolean): void {
    if (isBehind || this.#lateness !== 'none') this.#lateness = 'recovering';
    else if (!keepsBuffer) this.#heardMs = browserClock.now();
    this.stop();
  }

  reconnected(intervalMs: number): void {
    if (this.#lateness !== 'silent') return;
    this.#lateness = 'recovering';
    this.expectSample(intervalMs);
  }

  /** The agent answered; its first sample may take a whole interval. */
  answered(intervalMs: number): void {
    this.#lateness = 'none';
    this.expectSample(intervalMs);
  }

  /** A sample of the present arrived. */
  heard(intervalMs: number): void {
    this.#heardMs = browserClock.now();
    this.answered(intervalMs);
  }

  /** Restarts the timer; when it fires, samples are overdue. */
  expectSample(intervalMs: number): void {
    this.stop();
    this.#cancelTimer = browserClock.schedule(
      () => {
        this.#lateness = 'silent';
        this.#changed();
      },
      intervalMs * STALE_AFTER_INTERVALS + STALE_SLACK_MS,
    );
  }

  stop(): void {
    this.#cancelTimer();
  }
}
