import { CONNECTION_BROKEN } from '../protocol/close-codes.ts';
import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../client/transport.ts';
import { sseEndpoint } from './endpoints.ts';
import { globalFetch, type Fetch } from './fetch.ts';
import { authorization, reportRefusal } from './http-answer.ts';
import { oneWayConnection } from './one-way-connection.ts';

/**
 * The live protocol as server-sent events (TR-2), read with `fetch`: an `EventSource` can send a token only in the URL. Opened by the
 * first byte, since a proxy may hold back the rest.
 */
export class SseTransport implements Transport {
  readonly name = 'SSE';
  readonly #agentUrl: string;
  readonly #fetch: Fetch;

  constructor(agentUrl: string, request: Fetch = globalFetch) {
    this.#agentUrl = agentUrl;
    this.#fetch = request;
  }

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    return oneWayConnection(events, (signal) => this.#read(purpose, events, signal));
  }

  async #read(purpose: ConnectionPurpose, events: TransportEvents, signal: AbortSignal): Promise<void> {
    const url = sseEndpoint(this.#agentUrl);
    const subscriptions = purpose.subscriptions().map(({ action: _action, ...rest }) => rest);
    url.searchParams.set('subscriptions', JSON.stringify(subscriptions));
    const response = await this.#fetch(url, {
      headers: { Accept: 'text/event-stream', ...authorization(purpose.token) },
      cache: 'no-store',
      // Never send the token to another address.
      redirect: 'error',
      signal,
    });
    if (signal.aborted) return;
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
    if (!response.ok || !isStream || response.body === null) {
      await reportRefusal(response, events, signal);
      return;
    }
    let isOpen = false;
    const firstByte = new TransformStream<Uint8Array<ArrayBuffer>, BufferSource>({
      transform: (chunk, stream) => {
        if (!isOpen && !signal.aborted) events.opened(this.name);
        isOpen = true;
        stream.enqueue(chunk);
      },
    });
    const messages = response.body
      .pipeThrough(firstByte)
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(eventStreamData())
      .getReader();
    for (;;) {
      const { done, value } = await messages.read();
      if (signal.aborted) return;
      if (done) break;
      events.received(value);
    }
    events.closed(CONNECTION_BROKEN, '');
  }
}

/**
 * Extracts the data of each event from a text of server-sent events, split anywhere (HTML standard, section 9.2.6). Ignores names, ids
 * and retry times: the protocol has its own. Drops an unfinished event at the end.
 */
export function eventStreamData(): TransformStream<string, string> {
  let unfinished = '';
  let isAfterReturn = false;
  let data: string[] = [];
  return new TransformStream({
    transform: (chunk, stream) => {
      if (chunk === '') return;
      const lines = (unfinished + (isAfterReturn ? chunk.replace(/^\n/, '') : chunk)).split(/\r\n?|\n/);
      isAfterReturn = chunk.endsWith('\r');
      unfinished = lines.pop() ?? '';
      for (const line of lines) {
        const field = /^data(?:: ?(.*))?$/s.exec(line);
        if (field !== null) {
          data.push(field[1] ?? '');
        } else if (line === '') {
          if (data.length > 0) stream.enqueue(data.join('\n'));
          data = [];
        }
      }
    },
  });
}
