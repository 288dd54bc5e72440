import type { TransportConnection, TransportEvents } from '../../shared/client/transport.ts';

const BROKEN = 1006;
const CLOSED = 1005;

/**
 * A connection without a way back. `run` makes its requests until they end or `signal` is aborted; what it throws ends the
 * connection. To renew it is to abort one run, which tells nothing more, and to begin another. Several renewals in a row are one:
 * a run begins a moment after it was asked for.
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
        // Browsers say no more of a network that failed than that it did.
        events.closed(BROKEN, error instanceof TypeError ? '' : String(error));
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
      queueMicrotask(() => events.closed(CLOSED, ''));
    },
  };
}
