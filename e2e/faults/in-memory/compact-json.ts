import { PING, PONG } from '../../../shared/protocol/constants.ts';

type Message = Record<string, unknown>;

/** A client that asks for compact samples, for one that does not know them. */
export class CompactJson {
  readonly #subs = new Map<unknown, unknown>();

  /** @param text a message of the client @returns with `compact` in its subscriptions */
  ask(text: string): string {
    return text === PING ? text : JSON.stringify(eachOf(JSON.parse(text) as Message, asking));
  }

  /** @param text a message of the agent @returns with `metrics` for compact samples */
  expand(text: string): string {
    if (text === PONG) return text;
    return JSON.stringify(eachOf(JSON.parse(text) as Message, (message) => this.#expanded(message)));
  }

  #expanded(message: Message): Message {
    const { type, sub, channel, m } = message;
    if (type === 'subscribed') this.#subs.set(channel, sub);
    if (type === 'metrics') throw new Error('not compact');
    if (!Array.isArray(m)) return message;
    const [of, seq, distance, ts, ...values] = m as number[];
    return {
      type: 'metrics',
      sub: this.#subs.get(of),
      seq,
      prev: (seq ?? 0) - (distance ?? 0),
      ts,
      values,
    };
  }
}

function asking(message: Message): Message {
  return message['action'] === 'subscribe' ? { ...message, compact: true } : message;
}

function eachOf(message: Message, change: (message: Message) => Message): Message {
  if (message['type'] !== 'batch') return change(message);
  return { ...message, messages: (message['messages'] as Message[]).map((one) => change(one)) };
}
