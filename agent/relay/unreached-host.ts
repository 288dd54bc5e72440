import type { HostStatus, HostSummary } from '../../shared/protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { HostFeed } from '../hosts/host-feed.ts';
import { RemoteHost } from '../hosts/remote-host.ts';

export interface UnreachedHostOptions {
  /** Of the agent. */
  readonly url: string;
  readonly isTaken: (id: string) => boolean;
  readonly via: string;
  readonly status: HostStatus;
  readonly clock: Clock;
}

/** As any other: there is never a sample. */
const INTERVAL_MS = 1000;

/** Stands for the hosts of an agent that was not reached so far, so that nobody takes them for forgotten. */
export function unreachedHost({ url, isTaken, via, status, clock }: UnreachedHostOptions): {
  readonly stream: RemoteHost;
  summary: HostSummary;
} {
  const { hostname, port, protocol } = new URL(url);
  const label = `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;
  const summary: HostSummary = {
    // Two agents may be behind one proxy.
    id: isTaken(label) ? url : label,
    label,
    status,
    epoch: '',
    intervalMs: INTERVAL_MS,
    minIntervalMs: INTERVAL_MS,
    bootedAtMs: null,
    ts: null,
    cpu: null,
    memory: null,
    disk: null,
    network: null,
    pressure: null,
    alerts: null,
    via,
  };
  return { summary, stream: new RemoteHost({ summary, feed: SILENT, clock }) };
}

/** Has nothing, and says so. */
const SILENT: HostFeed = {
  open: (_start, _pace, listener) => {
    let isClosed = false;
    queueMicrotask(() => {
      if (!isClosed) listener.filled([]);
    });
    return {
      setPace: () => {},
      close: () => {
        isClosed = true;
      },
    };
  },
};
