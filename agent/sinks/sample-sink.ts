import type { HostRegistry } from '../hosts/host-registry.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { SequencedSample } from '../store/sample-store.ts';

/** Receives every sample of every host: exporters, alerts, publishers and histories are sinks. */
export interface SampleSink {
  /** Called in the turn in which the sample came, so anything slow belongs elsewhere. */
  accept(host: HostStream, sample: SequencedSample): void;
  /** Settles when everything accepted has been dealt with. */
  stop(): Promise<void>;
}

/**
 * Passes samples on to a sink. Returns the undo, which also stops the sink.
 * @param failed called with what `accept` throws; the sessions and other sinks get the sample all the same
 */
export function attachSink(
  hosts: HostRegistry,
  sink: SampleSink,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const accept = (host: HostStream, sample: SequencedSample): void => {
    try {
      sink.accept(host, sample);
    } catch (error) {
      failed(error);
    }
  };
  const detach = hosts.forEach((host) => host.onSample((sample) => accept(host, sample)));
  return () => {
    detach();
    return sink.stop();
  };
}

/**
 * Stops sinks all at once, since the agent has less than two seconds to end, and then the one that keeps what they still save.
 * @param undos of `attachSink`
 * @param failed called with what a sink could not end with; the others are stopped all the same
 */
export async function stopSinks(
  undos: readonly (() => Promise<void>)[],
  last: (() => Promise<void>) | null,
  failed: (error: unknown) => void,
): Promise<void> {
  await Promise.all(undos.map((undo) => undo().catch(failed)));
  await last?.();
}
