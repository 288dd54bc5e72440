import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../../shared/client/transport.ts';
import { sseEndpoint } from './endpoints.ts';
import { eventStreamData } from './event-stream.ts';
import { authorization, reportRefusal } from './http-answer.ts';
import { oneWayConnection } from './one-way-connection.ts';

const BROKEN = 1006;

/**
 * The live protocol as server-sent events (TR-2), read with `fetch`: an `EventSource` cannot send a token other than in the
 * address. Open when the first byte is there, since a proxy may hold back the rest.
 */
export class SseTransport implements Transport {
  readonly name = 'SSE';
  readonly #agentUrl: string;

  constructor(agentUrl: string) {
    this.#agentUrl = agentUrl;
  }

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    return oneWayConnection(events, (signal) => this.#read(purpose, events, signal));
  }

  async #read(purpose: ConnectionPurpose, events: TransportEvents, signal: AbortSignal): Promise<void> {
    const url = sseEndpoint(this.#agentUrl);
    url.searchParams.set('subscriptions', JSON.stringify(purpose.subscriptions()));
    const response = await fetch(url, {
      headers: { Accept: 'text/event-stream', ...authorization(purpose.token) },
      cache: 'no-store',
      // What is shown to this agent is for no other that it may name.
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
    events.closed(BROKEN, '');
  }
}
