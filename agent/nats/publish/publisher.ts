import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { AlertBoard } from '../../alerts/alert-board.ts';
import type { Clock } from '../../clock.ts';
import type { PublishSettings } from '../../config.ts';
import type { Following, HostStream } from '../../hosts/host-stream.ts';
import type { LocalHost } from '../../hosts/local-host.ts';
import type { SampleSink } from '../../sinks/sample-sink.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import { NatsLink } from '../connection.ts';
import { subjectsOf, type Subjects } from '../subjects.ts';
import { AboutSender } from './about.ts';
import { Answers } from './answers.ts';
import { Beats } from './beats.ts';
import { Catalogues } from './catalogues.ts';
import { hostName } from './host-name.ts';
import { LastingSubscriptions } from './lasting-subscriptions.ts';
import { LogSender } from './log-sender.ts';
import type { PublishHealth } from './publish-health.ts';
import { RateLeases } from './rate-leases.ts';
import { Rivals } from './rivals.ts';
import { SampleTexts } from './sample-texts.ts';

export interface PublisherOptions {
  readonly settings: PublishSettings;
  readonly stateFolder: string;
  readonly host: LocalHost;
  /** Absent where no alerts are evaluated. */
  readonly alerts: AlertBoard | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Default: one of its own, by `settings`. */
  readonly link?: PublisherLink;
}

/** What it needs of a connection. */
export type PublisherLink = Pick<NatsLink, 'client' | 'reason' | 'publish' | 'onChange' | 'close'>;

/** An agent has less than two seconds to end. */
const LAST_LOG_MS = 500;

/** Begins to publish; a server that is away is no error. @throws StateError if this host can keep no name */
export async function startPublisher(options: PublisherOptions): Promise<Publisher> {
  const name = options.settings.name ?? (await hostName(options.stateFolder));
  return new Publisher(options, name);
}

/** Publishes one host to NATS: each sample live, all of them in a log, and answers to gateways that ask. */
export class Publisher implements SampleSink {
  readonly #options: PublisherOptions;
  readonly #name: string;
  readonly #subjects: Subjects;
  readonly #catalogues: Catalogues;
  readonly #texts: SampleTexts;
  readonly #leases: RateLeases;
  readonly #logSender: LogSender;
  readonly #about: AboutSender;
  readonly #subscriptions: LastingSubscriptions;
  readonly #beats: Beats;
  readonly #rivals: Rivals;
  readonly #link: PublisherLink;
  /** Gateways get each sample, and make of them what their viewers ask for. */
  readonly #following: Following;
  #isReplaced = false;

  constructor(options: PublisherOptions, name: string) {
    const { settings, host, alerts, clock, log } = options;
    this.#options = options;
    this.#name = name;
    const subjects = subjectsOf(name);
    this.#subjects = subjects;
    const catalogues = new Catalogues(host);
    this.#catalogues = catalogues;
    this.#texts = new SampleTexts(host, catalogues);
    this.#leases = new RateLeases(host, clock);
    const stride = host.intervalMs / host.unitMs;
    this.#following = host.follow({ stride, backfill: 0, tables: false, every: true });
    this.#rivals = new Rivals({
      run: { e: host.epoch, s: host.status.sinceMs ?? 0 },
      publish: (text) => this.#link.publish(subjects.run, text),
      clock,
      yielded: () => this.#yield(),
    });
    this.#logSender = new LogSender({
      host,
      texts: this.#texts,
      subject: subjects.log,
      clock,
      log,
      suspectsRival: () => this.#rivals.ask(),
    });
    this.#about = new AboutSender({
      host,
      label: settings.name,
      catalogues,
      subject: subjects.about,
      clock,
      log,
    });
    const failed = (error: unknown): void =>
      log.debug({ err: error }, 'A question of a gateway was not answered');
    const answers = new Answers({
      host,
      catalogues,
      texts: this.#texts,
      subjects,
      aboutText: () => this.#about.text,
      wantsRate: (request) => this.#leases.add(request),
      client: () => this.#link.client,
      failed,
    });
    this.#subscriptions = new LastingSubscriptions(
      new Map([...answers.callbacks, [subjects.run, (message) => this.#rivals.hear(message.string())]]),
      failed,
    );
    this.#beats = new Beats({
      host,
      label: settings.name,
      catalogues,
      alerts,
      clock,
      publish: (text) => this.#link.publish(subjects.beat, text),
    });
    this.#link = options.link ?? new NatsLink({ settings, name, clock, log });
    this.#link.onChange(() => this.#linkChanged(this.#link.client));
    log.info({ name }, `Publishing this host to NATS as ${name}`);
  }

  get health(): PublishHealth {
    const name = this.#name;
    if (this.#isReplaced)
      return { state: 'replaced', name, reason: 'another agent publishes under this name' };
    const { reason } = this.#link;
    if (reason !== undefined) return { state: 'away', name, reason };
    return { state: 'ok', name, log: this.#logSender.health };
  }

  accept(_host: HostStream, sample: SequencedSample): void {
    if (this.#isReplaced) return;
    const isOther = this.#catalogues.sampleTaken();
    if (this.#link.client === undefined) return;
    this.#link.publish(this.#subjects.live, this.#texts.live(sample, this.#leases.wantsTables));
    if (isOther) this.#beats.hurry();
    this.#about.sampleTaken();
    this.#logSender.sampleTaken();
  }

  /** Logs what waits and says goodbye, if there is a server that takes it at once. */
  async stop(): Promise<void> {
    this.#leases.clear();
    if (this.#link.client !== undefined) {
      this.#beats.bye('the agent was stopped');
      let cancel = (): void => {};
      const patience = new Promise<void>((resolve) => {
        cancel = this.#options.clock.schedule(resolve, LAST_LOG_MS);
      });
      await Promise.race([this.#logSender.stop(), patience]);
      cancel();
    }
    await this.#end();
  }

  #linkChanged(client: NatsConnection | undefined): void {
    if (this.#isReplaced) return;
    if (client === undefined) this.#beats.stop();
    else {
      this.#subscriptions.connected(client);
      this.#rivals.tell();
      this.#beats.start();
    }
    this.#about.connected(client);
    this.#logSender.connected(client);
  }

  /** Until somebody has decided which of the two agents is meant. */
  #yield(): void {
    this.#isReplaced = true;
    this.#options.log.error(
      { name: this.#name },
      `Another agent that was started later publishes under the name ${this.#name}: this one has stopped publishing; give one of the two another name with --publish-as (METRICS_PANEL_PUBLISH_AS), and start it again`,
    );
    this.#beats.stop();
    this.#leases.clear();
    this.#about.connected(undefined);
    this.#logSender.connected(undefined);
    void this.#end();
  }

  async #end(): Promise<void> {
    this.#following.end();
    this.#beats.stop();
    this.#logSender.connected(undefined);
    await this.#link.close();
  }
}
