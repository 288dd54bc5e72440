import type { AlertView } from '../../../shared/protocol/messages.ts';
import type { AlertBoard } from '../../alerts/alert-board.ts';
import { viewOf } from '../../alerts/alert-view.ts';
import type { Clock } from '../../clock.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import type { BeatBody } from '../bodies.ts';
import type { Catalogues } from './catalogues.ts';

export interface BeatsOptions {
  /** As of `AboutSenderOptions`. */
  readonly label: string | null;
  readonly host: LocalHost;
  readonly catalogues: Catalogues;
  /** Absent where no alerts are evaluated. */
  readonly alerts: AlertBoard | undefined;
  readonly clock: Clock;
  readonly publish: (text: string) => void;
}

const EVERY_MS = 10_000;
/** However often alerts change. */
const AT_MOST_EVERY_MS = 1000;
const MAX_ALERTS = 100;

/** Says every few seconds that this host is there and how it is, and at once when something fires or its catalogue changes. */
export class Beats {
  readonly #options: BeatsOptions;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #sentAlerts = '';
  #cancel: () => void = () => {};
  #unwatch: () => void = () => {};

  constructor(options: BeatsOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#unwatch = this.#options.alerts?.onChange(() => this.#alertsChanged()) ?? this.#unwatch;
    this.#send();
  }

  stop(): void {
    this.#cancel();
    this.#unwatch();
  }

  /** Sends one as soon as one may be sent. */
  hurry(): void {
    const { clock } = this.#options;
    this.#schedule(Math.max(0, this.#sentAtMs + AT_MOST_EVERY_MS - clock.now()));
  }

  /** The last one. */
  bye(reason: string): void {
    this.stop();
    this.#options.publish(JSON.stringify({ ...this.#body(), bye: reason }));
  }

  #send(): void {
    const { clock, publish } = this.#options;
    const body = this.#body();
    this.#sentAlerts = shapeOf(body.alerts);
    this.#sentAtMs = clock.now();
    this.#schedule(EVERY_MS);
    publish(JSON.stringify(body));
  }

  #schedule(delayMs: number): void {
    this.#cancel();
    if (delayMs === 0) this.#send();
    else this.#cancel = this.#options.clock.schedule(() => this.#send(), delayMs);
  }

  #body(): BeatBody {
    const { host, label, catalogues } = this.#options;
    const { id: _id, status: _status, epoch: _epoch, via: _via, ...own } = host.summary;
    const summary = { ...own, label: label ?? own.label };
    const alerts = this.#alerts();
    return {
      e: host.epoch,
      s: host.status.sinceMs ?? 0,
      q: host.store.head.seq,
      c: catalogues.current.id,
      summary,
      ...(alerts === undefined ? {} : { alerts }),
    };
  }

  #alerts(): AlertView[] | undefined {
    const { host, alerts } = this.#options;
    return alerts
      ?.changedAfter(host.host.id, -1)
      .map(({ alert }) => alert)
      .filter(({ endedMs }) => endedMs === null)
      .toSorted((a, b) => urgency(b) - urgency(a))
      .slice(0, MAX_ALERTS)
      .map((alert) => viewOf(alert));
  }

  /** Their values change all the time. */
  #alertsChanged(): void {
    if (shapeOf(this.#alerts()) !== this.#sentAlerts) this.hurry();
  }
}

function urgency({ state, severity }: AlertView): number {
  return (state === 'pending' ? 0 : 2) + (severity === 'trouble' ? 1 : 0);
}

function shapeOf(alerts: readonly AlertView[] | undefined): string {
  return JSON.stringify(
    alerts?.map(({ id, state, severity, acknowledgedMs, silencedUntilMs }) => [
      id,
      state,
      severity,
      acknowledgedMs,
      silencedUntilMs,
    ]) ?? [],
  );
}
