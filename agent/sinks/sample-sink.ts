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

/** Passes samples on to a sink. Returns the undo, which also stops the sink. */
export function attachSink(hosts: HostRegistry, sink: SampleSink): () => Promise<void> {
  const detach = hosts.forEach((host) => host.onSample((sample) => sink.accept(host, sample)));
  return () => {
    detach();
    return sink.stop();
  };
}
