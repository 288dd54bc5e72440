import type {
  ConnectionPurpose,
  Transport,
  TransportConnection,
  TransportEvents,
} from '../client/transport.ts';
import { decodePollCursor } from '../client/server-frames.ts';
import { pollEndpoint } from './endpoints.ts';
import { globalFetch, type Fetch } from './fetch.ts';
import { authorization, reportRefusal } from './http-answer.ts';
import { oneWayConnection } from './one-way-connection.ts';

/** How long the agent may hold a request without news (TR-3). */
const WAIT_MS = 25_000;

/** The live protocol by long polling (TR-3): one request at a time, each with the cursor of the previous answer. */
export class LongPollTransport implements Transport {
  readonly name = 'long poll';
  readonly #agentUrl: string;
  readonly #fetch: Fetch;

  constructor(agentUrl: string, request: Fetch = globalFetch) {
    this.#agentUrl = agentUrl;
    this.#fetch = request;
  }

  connect(purpose: ConnectionPurpose, events: TransportEvents): TransportConnection {
    let isOpen = false;
    const onlyOnce: TransportEvents = {
      ...events,
      opened: (name) => {
        if (!isOpen) events.opened(name);
        isOpen = true;
      },
    };
    return oneWayConnection(events, (signal) => this.#poll(purpose, onlyOnce, signal));
  }

  /** Polls until aborted or refused. The first request has the positions of the subscriptions instead of a cursor. */
  async #poll(purpose: ConnectionPurpose, events: TransportEvents, signal: AbortSignal): Promise<void> {
    let cursor: string | undefined;
    while (!signal.aborted) {
      const response = await this.#fetch(pollEndpoint(this.#agentUrl), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...authorization(purpose.token) },
        body: JSON.stringify({
          // The cursor has the positions; both together may exceed the size of a request.
          subscriptions: purpose
            .subscriptions()
            .map(({ action: _action, since, ...rest }) =>
              cursor === undefined && since ? { ...rest, since } : rest,
            ),
          ...(cursor === undefined ? {} : { cursor }),
          waitMs: WAIT_MS,
        }),
        cache: 'no-store',
        // Never send the token to another address.
        redirect: 'error',
        signal,
      });
      if (!response.ok) {
        await reportRefusal(response, events, signal);
        return;
      }
      const text = await response.text();
      if (signal.aborted) return;
      cursor = decodePollCursor(text);
      events.opened(this.name);
      events.received(text);
    }
  }
}
