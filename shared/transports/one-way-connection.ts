import { CONNECTION_BROKEN, NO_CLOSE_CODE } from '../protocol/close-codes.ts';
import type { TransportConnection, TransportEvents } from '../client/transport.ts';

/**
 * A connection over which the client cannot send. `run` makes the requests until they end or `signal` is aborted; an error closes the
 * connection. Renewing aborts the run, which must not report anything more, and begins another in a microtask, so that several
 * renewals in a row begin one run.
 */
export function oneWayConnection(
  events: TransportEvents,
  run: (signal: AbortSignal) => Promise<void>,
): TransportConnection {
  const begin = (): AbortController => {
    const controller = new AbortController();
    const { signal } = controller;
    queueMicrotask(() => {
      if (signal.aborted) return;
      run(signal).catch((error: unknown) => {
        if (signal.aborted) return;
        controller.abort();
        // A TypeError is a network failure; its message says nothing useful.
        events.closed(CONNECTION_BROKEN, error instanceof TypeError ? '' : String(error));
      });
    });
    return controller;
  };
  let running = begin();
  return {
    canSend: false,
    send: () => {},
    renew: () => {
      running.abort();
      running = begin();
    },
    close: () => {
      running.abort();
      queueMicrotask(() => events.closed(NO_CLOSE_CODE, ''));
    },
  };
}
