import type {
  AskEnd,
  Broker,
  BrokerMessage,
  KeptMessage,
  Patience,
} from '../../../agent/nats/gateway/broker.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { MemoryNats, MemoryNatsLink } from './memory-nats.ts';

const NO_RESPONDERS = 503;

/** What a gateway does with a broker, over a way to it that can be cut. */
export class MemoryBroker implements Broker {
  readonly #server: MemoryNats;
  readonly #link: MemoryNatsLink;
  readonly #clock: Clock;
  #inboxes = 0;

  constructor(server: MemoryNats, link: MemoryNatsLink) {
    this.#server = server;
    this.#link = link;
    this.#clock = server.clock;
  }

  get isConnected(): boolean {
    return this.#link.client !== undefined;
  }

  onLink(listener: () => void): () => void {
    return this.#link.onChange(listener);
  }

  listen(subject: string, heard: (message: BrokerMessage) => void): () => void {
    return this.#link.listen(subject, heard);
  }

  ask(
    subject: string,
    question: object,
    answered: (data: Uint8Array) => boolean,
    { firstMs, nextMs }: Patience,
  ): Promise<AskEnd> {
    if (!this.isConnected) return Promise.resolve('absent');
    return new Promise((resolve) => {
      this.#inboxes += 1;
      const reply = `_INBOX.gw.${this.#inboxes}`;
      const end = (how: AskEnd): void => {
        cancel();
        undo();
        forget();
        resolve(how);
      };
      const undo = this.#link.listen(reply, ({ data, headers }) => {
        if (headers?.code === NO_RESPONDERS) end('absent');
        else if (answered(data)) end('answered');
        else {
          cancel();
          cancel = this.#clock.schedule(() => end('silent'), nextMs);
        }
      });
      let cancel = this.#clock.schedule(() => end('silent'), firstMs);
      const forget = this.onLink(() => end('silent'));
      const data = new TextEncoder().encode(JSON.stringify(question));
      this.#link.transmit({ subject, data, reply });
    });
  }

  async *kept(stream: string, subject: string, fromSeq: number): AsyncGenerator<KeptMessage, void> {
    let from = fromSeq;
    for (;;) {
      const next = await this.firstKept(stream, subject, from);
      if (next === null) return;
      yield next;
      from = next.seq + 1;
    }
  }

  async firstKept(stream: string, subject: string, fromSeq: number): Promise<KeptMessage | null> {
    return (await this.#all(stream, subject)).find(({ seq }) => seq >= fromSeq) ?? null;
  }

  async lastKept(stream: string, subject: string): Promise<KeptMessage | null> {
    return (await this.#all(stream, subject)).at(-1) ?? null;
  }

  /** @throws Error while there is no connection */
  #all(stream: string, subject: string): Promise<readonly KeptMessage[]> {
    if (!this.isConnected) return Promise.reject(new Error('no connection'));
    const pattern = new RegExp(`^${subject.replaceAll('.', '\\.').replace('*', '[^.]+')}$`);
    return Promise.resolve(this.#server.kept(stream).filter((kept) => pattern.test(kept.subject)));
  }
}
