/** The skeleton of what the engine offers; see the brief. */
import type { HostStream } from '../../hosts/host-stream.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import type { Alert, AlertChange } from '../alert.ts';
import type { AlertRule } from '../alert-rule.ts';

export interface Engine {
  /** Evaluates every rule on a sample. */
  accept(host: HostStream, sample: SequencedSample): void;
  /** Changes the rules; subjects of rules that stay the same keep their progress. Alerts of removed rules end with the outcome `removed`. */
  setRules(rules: readonly AlertRule[]): void;
  /** What has happened since the last call, in order. */
  takeChanges(): readonly AlertChange[];
  /** Alerts that have not ended. */
  readonly active: Iterable<Alert>;
  /** What changed in a subject's progress since the last call: JSON by `subjectKey`, `null` for what is forgotten. */
  takeProgress(): ReadonlyMap<string, string | null>;
  /** Continues where an earlier run stopped. Called before the first sample. */
  restore(progress: ReadonlyMap<string, string>, alerts: readonly Alert[]): void;
}
