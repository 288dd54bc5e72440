import {
  headers as makeHeaders,
  NoRespondersError,
  RequestError,
  TimeoutError,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import { LOG_STREAM, ABOUT_STREAM } from '../../../agent/nats/subjects.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Breakable } from './route.ts';

/** A message of a stream. */
export interface Kept {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

interface Sent {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
  readonly headers?: MsgHdrs | undefined;
}

interface Listener {
  readonly link: MemoryNatsLink;
  readonly subject: string;
  readonly heard: (message: Sent) => void;
}

interface Stream {
  readonly subject: RegExp;
  readonly onlyLast: boolean;
  messages: Kept[];
  last: number;
}

const NO_RESPONDERS = 503;
const NOT_FOUND = 404;
const WRONG_LAST_SEQUENCE = 10_071;
/** When whoever waits on a dead connection gives it up, and how long after that it dials again. */
const DEAD_AFTER_MS = 30_000;
const RETRY_MS = 1000;

/** As much of a nats-server as agents and gateways use, in memory and on a clock: subjects, requests, and two streams. */
export class MemoryNats {
  readonly clock: Clock;
  readonly links = new Set<MemoryNatsLink>();
  readonly #listeners = new Set<Listener>();
  readonly #streams = new Map<string, Stream>();
  isUp = true;

  constructor(clock: Clock) {
    this.clock = clock;
    this.makeStreams();
  }

  makeStreams(): void {
    this.#streams.set(LOG_STREAM, stream(/^metrics\.[\w-]+\.log$/, false));
    this.#streams.set(ABOUT_STREAM, stream(/^metrics\.[\w-]+\.about$/, true));
  }

  connect(): MemoryNatsLink {
    const link = new MemoryNatsLink(this);
    this.links.add(link);
    return link;
  }

  /** Loses the last messages of the log, as after a loss of power. */
  rollBack(count: number): void {
    const log = this.#streams.get(LOG_STREAM);
    if (log === undefined) return;
    log.messages = log.messages.slice(0, Math.max(0, log.messages.length - count));
    log.last = log.messages.at(-1)?.seq ?? 0;
    for (const link of this.links) link.reset();
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  forget(link: MemoryNatsLink): void {
    for (const listener of this.#listeners) if (listener.link === link) this.#listeners.delete(listener);
    this.links.delete(link);
  }

  kept(name: string): readonly Kept[] {
    return this.#streams.get(name)?.messages ?? [];
  }

  /** A message has arrived here. */
  take(from: MemoryNatsLink, message: Sent): void {
    const { subject, reply } = message;
    const direct = /^\$JS\.API\.DIRECT\.GET\.([A-Z_]+)\.(.+)$/.exec(subject);
    const answer = (data: string, status: Record<string, string> = {}, code = 0): void => {
      if (reply !== undefined)
        from.send({ subject: reply, data: bytes(data), headers: headersOf(status, code) });
    };
    if (direct !== null) {
      const found = this.kept(direct[1] ?? '').findLast((kept) => kept.subject === direct[2]);
      if (found === undefined) answer('', {}, NOT_FOUND);
      else answer(text(found.data), { 'Nats-Sequence': String(found.seq) });
      return;
    }
    const receivers = [...this.#listeners].filter((one) => matches(one.subject, subject));
    for (const { link, heard } of receivers) link.deliver(() => heard(message));
    const stored = [...this.#streams.values()].find((one) => one.subject.test(subject));
    if (stored !== undefined) this.#store(stored, message, answer);
    else if (receivers.length === 0) answer('', {}, NO_RESPONDERS);
  }

  #store(into: Stream, { subject, data, headers }: Sent, answer: (data: string) => void): void {
    const expected = headers?.get('Nats-Expected-Last-Subject-Sequence') ?? '';
    const last = into.messages.findLast((kept) => kept.subject === subject)?.seq ?? 0;
    if (expected !== '' && Number(expected) !== last) {
      const description = `wrong last sequence: ${last}`;
      answer(JSON.stringify({ error: { code: 400, err_code: WRONG_LAST_SEQUENCE, description } }));
      return;
    }
    if (into.onlyLast) into.messages = into.messages.filter((kept) => kept.subject !== subject);
    into.last += 1;
    into.messages.push({ seq: into.last, subject, data });
    answer(JSON.stringify({ stream: 'S', seq: into.last }));
  }
}

/** One client's way to the server, with faults; connects again by itself. */
export class MemoryNatsLink implements Breakable {
  readonly #server: MemoryNats;
  readonly #clock: Clock;
  readonly #changed = new Set<() => void>();
  readonly #cancels = new Set<() => void>();
  readonly #up: (() => void)[] = [];
  readonly #down: (() => void)[] = [];
  readonly #moving = new Set<(() => void)[]>();
  readonly #client: NatsConnection;
  #inboxes = 0;
  #isConnected = false;
  #isCut = false;
  #isStalled = false;
  #isSwallowing = false;
  #latencyMs = 1;
  #isClosed = false;

  constructor(server: MemoryNats) {
    this.#server = server;
    this.#clock = server.clock;
    this.#client = this.#createClient();
    this.#after(1, () => this.#dial());
  }

  get client(): NatsConnection | undefined {
    return this.#isConnected ? this.#client : undefined;
  }

  get reason(): string | undefined {
    return this.#isConnected ? undefined : 'cut';
  }

  get linkCount(): number {
    return this.#isConnected ? 1 : 0;
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  listen(subject: string, heard: (message: Sent) => void): () => void {
    return this.#server.listen({ link: this, subject, heard });
  }

  /** A core message. */
  publish(subject: string, data: string): void {
    this.transmit({ subject, data: bytes(data) });
  }

  transmit(message: Sent): void {
    if (this.#isConnected) this.#queue(this.#up, () => this.#server.take(this, message));
  }

  /** From the server. */
  send(message: Sent): void {
    this.#server.take(this, message);
  }

  deliver(arrived: () => void): void {
    if (this.#isConnected) this.#queue(this.#down, arrived);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#isConnected = false;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    this.#server.forget(this);
    return Promise.resolve();
  }

  cut(): void {
    this.#isCut = true;
    this.reset();
  }

  reset(): void {
    this.#up.length = 0;
    this.#down.length = 0;
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#tell();
    this.#after(RETRY_MS, () => this.#dial());
  }

  stall(): void {
    this.#isStalled = true;
  }

  swallow(): void {
    this.#isSwallowing = true;
    this.#up.length = 0;
    this.#down.length = 0;
    this.#after(DEAD_AFTER_MS, () => {
      if (this.#isSwallowing) this.reset();
    });
  }

  slowDown(latencyMs: number): void {
    this.#latencyMs = latencyMs;
  }

  restore(): void {
    this.#isCut = false;
    this.#isStalled = false;
    this.#latencyMs = 1;
    const wasSwallowing = this.#isSwallowing;
    this.#isSwallowing = false;
    // What was lost meanwhile is lost for good on this connection, as after a resend in TCP it would not be: so it is another one.
    if (wasSwallowing) this.reset();
    this.#pump(this.#up);
    this.#pump(this.#down);
  }

  #dial(): void {
    if (this.#isClosed || this.#isConnected) return;
    if (this.#isCut || this.#isSwallowing || this.#isStalled || !this.#server.isUp) {
      this.#after(RETRY_MS, () => this.#dial());
      return;
    }
    this.#isConnected = true;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#changed) listener();
  }

  #queue(queue: (() => void)[], delivery: () => void): void {
    if (this.#isSwallowing) return;
    queue.push(delivery);
    if (queue.length === 1) this.#pump(queue);
  }

  #pump(queue: (() => void)[]): void {
    if (this.#isStalled || this.#moving.has(queue) || queue.length === 0) return;
    this.#moving.add(queue);
    this.#after(this.#latencyMs, () => {
      this.#moving.delete(queue);
      if (!this.#isStalled) {
        // All that was sent at once arrives at once.
        const arrived = queue.splice(0);
        for (const delivery of arrived) delivery();
      }
      this.#pump(queue);
    });
  }

  #after(ms: number, task: () => void): () => void {
    const cancel = this.#clock.schedule(() => {
      this.#cancels.delete(cancel);
      task();
    }, ms);
    this.#cancels.add(cancel);
    return () => {
      cancel();
      this.#cancels.delete(cancel);
    };
  }

  /** What agents use of a client of NATS. */
  #createClient(): NatsConnection {
    const messageOf = ({ subject, data, reply, headers }: Sent): object => ({
      subject,
      data,
      reply,
      headers,
      string: () => text(data),
      json: () => JSON.parse(text(data)) as unknown,
      respond: (answer: Uint8Array | string = '') => {
        if (reply !== undefined) this.transmit({ subject: reply, data: bytes(answer) });
        return true;
      },
    });
    const client = {
      info: { version: '2.9.10', max_payload: 1_048_576 },
      isClosed: () => this.#isClosed,
      publish: (
        subject: string,
        data: Uint8Array | string = '',
        { reply, headers }: { reply?: string; headers?: MsgHdrs } = {},
      ) => this.transmit({ subject, data: bytes(data), reply, headers }),
      subscribe: (
        subject: string,
        { callback }: { callback: (error: Error | null, message: object) => void },
      ) => {
        const unsubscribe = this.listen(subject, (message) => callback(null, messageOf(message)));
        return { unsubscribe, getSubject: () => subject, isClosed: () => false };
      },
      request: (
        subject: string,
        data: Uint8Array | string = '',
        { timeout = 1000, headers }: { timeout?: number; headers?: MsgHdrs } = {},
      ) =>
        new Promise((resolve, reject) => {
          this.#inboxes += 1;
          const reply = `_INBOX.memory.${this.#inboxes}`;
          const end = (): void => {
            cancel();
            undo();
          };
          const cancel = this.#after(timeout, () => {
            end();
            reject(new TimeoutError());
          });
          const undo = this.listen(reply, (message) => {
            end();
            if (message.headers?.code === NO_RESPONDERS)
              reject(new RequestError('no responders', { cause: new NoRespondersError(subject) }));
            else resolve(messageOf(message));
          });
          this.transmit({ subject, data: bytes(data), reply, headers });
        }),
      flush: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    return client as unknown as NatsConnection;
  }
}

function stream(subject: RegExp, onlyLast: boolean): Stream {
  return { subject, onlyLast, messages: [], last: 0 };
}

function matches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  if (!/[*>]/.test(pattern)) return false;
  const [asked, given] = [pattern.split('.'), subject.split('.')];
  return (
    asked.every((part, index) => part === '>' || part === '*' || part === given[index]) &&
    (asked.at(-1) === '>' || asked.length === given.length)
  );
}

function headersOf(values: Record<string, string>, code: number): MsgHdrs {
  const made = code === 0 ? makeHeaders() : makeHeaders(code, 'as a server would say');
  for (const [name, value] of Object.entries(values)) made.set(name, value);
  return made;
}

function bytes(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? new TextEncoder().encode(data) : data;
}

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
