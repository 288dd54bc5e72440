import type { Logger } from 'pino';
import type { SampleSink } from './sample-sink.ts';

/** Writes the identity of every sample to the log, at level `trace`. */
export function traceLog(log: Logger): SampleSink {
  return {
    accept: (_host, { epoch, seq, timestampMs }) => log.trace({ epoch, seq, ts: timestampMs }, 'Sample'),
    stop: () => Promise.resolve(),
  };
}
