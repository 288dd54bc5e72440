import * as v from 'valibot';
import type { Subject } from '../alert.ts';

const count = v.pipe(v.number(), v.finite());
const duration = v.pipe(count, v.minValue(0));

/** What is kept of a subject over a restart, beside its alert. Durations are observed time in ms. */
const progressSchema = v.object({
  /** Of the rule's condition. Progress towards one of another kind means nothing. */
  kind: v.string(),
  state: v.optional(v.picklist(['ok', 'pending', 'firing', 'clearing']), 'ok'),
  /** So long pending, or clearing. */
  heldMs: v.optional(duration, 0),
  /** Id of the alert that has not ended. */
  alert: v.optional(v.nullable(v.string()), null),
  /** So long without a value, and whether that was told. */
  noDataMs: v.optional(duration, 0),
  isNoDataTold: v.optional(v.boolean(), false),
  /** So long not in the catalogue. */
  goneMs: v.optional(duration, 0),
  /** So long nothing has come from the host. */
  silentMs: v.optional(duration, 0),
  /** The count of which everything has been told, and so long ago. */
  count: v.optional(v.nullable(count), null),
  sinceEventMs: v.optional(v.nullable(duration), null),
  bootId: v.optional(v.nullable(v.string()), null),
  bootedAtMs: v.optional(v.nullable(count), null),
});
export type Progress = v.InferOutput<typeof progressSchema>;

/** `null` for what is no progress: the subject is watched anew. */
export function parseProgress(text: string): Progress | null {
  try {
    return v.parse(progressSchema, JSON.parse(text));
  } catch {
    return null;
  }
}

const keySchema = v.tuple([v.string(), v.string(), v.nullable(v.string())]);

/** The subject of a `subjectKey`; `null` for another text. */
export function parseSubject(key: string): Subject | null {
  try {
    const [rule, host, metric] = v.parse(keySchema, JSON.parse(key));
    return { rule, host, metric };
  } catch {
    return null;
  }
}
