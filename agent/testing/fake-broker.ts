import type { Clock } from '../clock.ts';
import type { AskEnd, Broker, BrokerMessage, KeptMessage, Patience } from '../nats/gateway/broker.ts';
import type { Bus } from './published-host.ts';

const STREAMS = [
  { name: 'METRICS', kind: 'log' },
  { name: 'METRICS_HOSTS', kind: 'about' },
] as const;

type Respond = (question: unknown, send: (body: object) => void) => void;

/** A broker in memory: delivers at once, and keeps what is published for its streams while it is connected. */
export class FakeBroker implements Broker, Bus {
  /** What is kept, in the order in which it came; may be changed by a test. */
  stored: KeptMessage[] = [];
  /** Whether there is JetStream. */
  hasStreams = true;
  /** Requests to streams. */
  reads = 0;
  readonly #clock: Clock;
  readonly #listeners = new Set<{ subject: string; heard: (message: BrokerMessage) => void }>();
  readonly #responders = new Map<string, Set<Respond>>();
  readonly #linkListeners = new Set<() => void>();
  #isConnected = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  set isConnected(isConnected: boolean) {
    this.#isConnected = isConnected;
    for (const listener of this.#linkListeners) listener();
  }

  /** Subjects that somebody listens to, each as often as that. */
  get subjects(): string[] {
    return [...this.#listeners].map(({ subject }) => subject).toSorted();
  }

  publish(subject: string, body: object): void {
    this.publishText(subject, JSON.stringify(body));
  }

  publishText(subject: string, text: string): void {
    if (!this.#isConnected) return;
    const data = new TextEncoder().encode(text);
    if (STREAMS.some(({ kind }) => subject.endsWith(`.${kind}`)))
      this.stored.push({ subject, data, seq: (this.stored.at(-1)?.seq ?? 0) + 1 });
    for (const listener of this.#listeners)
      if (matches(listener.subject, subject)) listener.heard({ subject, data });
  }

  answer(subject: string, respond: Respond): () => void {
    const all = this.#responders.get(subject) ?? new Set();
    this.#responders.set(subject, all.add(respond));
    return () => all.delete(respond);
  }

  onLink(listener: () => void): () => void {
    this.#linkListeners.add(listener);
    return () => this.#linkListeners.delete(listener);
  }

  listen(subject: string, heard: (message: BrokerMessage) => void): () => void {
    const listener = { subject, heard };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  ask(
    subject: string,
    question: object,
    answered: (data: Uint8Array) => boolean,
    { firstMs, nextMs }: Patience,
  ): Promise<AskEnd> {
    const responders = [...(this.#responders.get(subject) ?? [])];
    if (!this.#isConnected || responders.length === 0) return Promise.resolve('absent');
    return new Promise((resolve) => {
      let isOver = false;
      const end = (how: AskEnd): void => {
        isOver = true;
        cancel();
        resolve(how);
      };
      let cancel = this.#clock.schedule(() => end('silent'), firstMs);
      const send = (body: object): void => {
        if (isOver || !this.#isConnected) return;
        cancel();
        if (answered(new TextEncoder().encode(JSON.stringify(body)))) end('answered');
        else cancel = this.#clock.schedule(() => end('silent'), nextMs);
      };
      for (const respond of responders) respond(JSON.parse(JSON.stringify(question)), send);
    });
  }

  async *kept(stream: string, subject: string, fromSeq: number): AsyncGenerator<KeptMessage, void> {
    for (let next = fromSeq; ;) {
      const message = await this.firstKept(stream, subject, next);
      if (message === null) return;
      yield message;
      next = message.seq + 1;
    }
  }

  firstKept(stream: string, subject: string, fromSeq: number): Promise<KeptMessage | null> {
    return this.#read(() => this.#of(stream, subject).find(({ seq }) => seq >= fromSeq));
  }

  lastKept(stream: string, subject: string): Promise<KeptMessage | null> {
    return this.#read(() => this.#of(stream, subject).at(-1));
  }

  #read(find: () => KeptMessage | undefined): Promise<KeptMessage | null> {
    this.reads += 1;
    if (!this.#isConnected) return Promise.reject(new Error('the broker cannot be reached'));
    return Promise.resolve(find() ?? null);
  }

  #of(stream: string, pattern: string): KeptMessage[] {
    const { kind } = STREAMS.find(({ name }) => name === stream) ?? { kind: 'none' };
    if (!this.hasStreams) return [];
    return this.stored.filter(({ subject }) => subject.endsWith(`.${kind}`) && matches(pattern, subject));
  }
}

function matches(pattern: string, subject: string): boolean {
  const parts = subject.split('.');
  return pattern.split('.').every((part, at) => part === '*' || part === parts[at]);
}
