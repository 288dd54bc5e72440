import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import * as v from 'valibot';
import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import { systemClock } from '../../agent/clock.ts';
import { LocalHost } from '../../agent/hosts/local-host.ts';
import { batchSchema } from '../../agent/nats/bodies.ts';
import { Publisher } from '../../agent/nats/publish/publisher.ts';
import { ABOUT_STREAM, LOG_STREAM } from '../../agent/nats/subjects.ts';
import type { Sample } from '../../agent/sampling/sample.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { metric } from '../../agent/testing/fake-collector.ts';
import type { NatsServer } from './nats-server.ts';

const BEGAN_MS = 1_700_000_000_000;

export interface PublishingHostOptions {
  readonly name?: string;
  readonly intervalMs?: number;
  readonly catalogue?: readonly MetricDescriptor[];
  readonly tables?: readonly TableDescriptor[];
  readonly credentialsFile?: string;
  readonly caFile?: string;
}

/** A host whose samples a test takes, and its real publisher. */
export class PublishingHost {
  readonly host: LocalHost;
  readonly publisher: Publisher;
  readonly lines: readonly string[];

  constructor(servers: string, options: PublishingHostOptions = {}) {
    const { log, lines } = capturedLog();
    const { catalogue = [metric('cpu')], tables, intervalMs = 1000 } = options;
    this.lines = lines;
    this.host = new LocalHost({
      host: { id: 'host', label: 'host', facts: {} },
      catalogue,
      intervalMs,
      ...(tables === undefined ? {} : { tables }),
    });
    const { name = 'web-1', credentialsFile = null, caFile = null } = options;
    this.publisher = new Publisher(
      {
        settings: { servers: [servers], name, credentialsFile, caFile },
        stateFolder: '/nowhere',
        host: this.host,
        alerts: undefined,
        clock: systemClock,
        log,
      },
      name,
    );
    this.host.onSample((sample) => this.publisher.accept(this.host, sample));
  }

  /** Takes samples at the host's own interval, as fast as it can; each value is the sample's number. */
  take(count = 1, more: Partial<Sample> = {}): void {
    for (let index = 0; index < count; index += 1) {
      const { head, catalogue } = this.host.store;
      const seq = head.seq + 1;
      const width = (more.catalogue ?? catalogue).length;
      this.host.append({
        timestampMs: BEGAN_MS + seq * this.host.intervalMs,
        gridIndex: (seq * this.host.intervalMs) / this.host.unitMs,
        values: Array.from({ length: width }, () => seq),
        ...more,
      });
    }
  }
}

/** A sample of the log. */
export interface LoggedSample {
  readonly epoch: string;
  readonly catalogueId: string;
  readonly seq: number;
  readonly before: number;
  readonly values: readonly (number | null)[];
}

/** What a test sees of a server, with all rights. */
export class Observer {
  readonly client: NatsConnection;

  private constructor(client: NatsConnection) {
    this.client = client;
  }

  static async of({ url }: NatsServer): Promise<Observer> {
    return new Observer(
      await connect({
        servers: url,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        waitOnFirstConnect: true,
      }),
    );
  }

  /** @param limits of the stream that is the log */
  async addStreams(limits: Parameters<typeof this.updateLog>[0] = {}): Promise<void> {
    const { streams } = await this.#manager();
    await streams.add({ name: LOG_STREAM, subjects: ['metrics.*.log'], allow_direct: true, ...limits });
    await streams.add({
      name: ABOUT_STREAM,
      subjects: ['metrics.*.about'],
      max_msgs_per_subject: 1,
      allow_direct: true,
    });
  }

  async updateLog(limits: {
    readonly max_bytes?: number;
    readonly max_msg_size?: number;
    readonly discard?: 'new' | 'old';
  }): Promise<void> {
    await (await this.#manager()).streams.update(LOG_STREAM, limits);
  }

  async deleteLog(): Promise<void> {
    await (await this.#manager()).streams.delete(LOG_STREAM);
  }

  /** Removes the log and what hosts tell of themselves. */
  async deleteStreams(): Promise<void> {
    await this.deleteLog();
    await (await this.#manager()).streams.delete(ABOUT_STREAM);
  }

  /** Number of messages in the log. */
  async batchCount(): Promise<number> {
    const { streams } = await this.#manager();
    return (await streams.info(LOG_STREAM)).state.messages;
  }

  /** Bodies of the log, oldest first; `null` for what is no batch. */
  async batches(): Promise<readonly (v.InferOutput<typeof batchSchema> | null)[]> {
    const manager = await this.#manager();
    const { state } = await manager.streams.info(LOG_STREAM);
    const found = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage(LOG_STREAM, { seq });
      const body = message === null ? undefined : v.safeParse(batchSchema, parsed(message.string()));
      found.push(body?.success === true ? body.output : null);
    }
    return found;
  }

  /** All samples of the log, in its order. */
  async samples(): Promise<readonly LoggedSample[]> {
    return (await this.batches()).flatMap((batch) =>
      batch === null
        ? []
        : batch.b.map(({ q, p, v: values }) => ({
            epoch: batch.e,
            catalogueId: batch.c,
            seq: q,
            before: p,
            values,
          })),
    );
  }

  /** Numbers of the samples of one run in the log, in its order. */
  async logged(epoch: string): Promise<readonly number[]> {
    return (await this.samples()).filter((sample) => sample.epoch === epoch).map(({ seq }) => seq);
  }

  /** Collects the bodies of core messages from now on. */
  async collect(subject: string): Promise<readonly unknown[]> {
    const found: unknown[] = [];
    this.client.subscribe(subject, { callback: (_error, message) => void found.push(message.json()) });
    await this.client.flush();
    return found;
  }

  async end(): Promise<void> {
    await this.client.close();
  }

  async #manager(): ReturnType<typeof jetstreamManager> {
    return jetstreamManager(this.client, { checkAPI: false, timeout: 1000 });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The numbers from `first` to `last`. */
export function numbers(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
