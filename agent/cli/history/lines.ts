import * as v from 'valibot';
import { metricDescriptorSchema } from '../../../shared/protocol/catalogue.ts';

const time = v.pipe(v.number('must be a time in Unix ms'), v.finite('must be a time in Unix ms'));
const seq = v.pipe(
  v.number('must be a whole number from 1'),
  v.safeInteger('must be a whole number from 1'),
  v.minValue(1, 'must be a whole number from 1'),
);
/** Values by metric name, without unknown ones. */
const values = v.record(
  v.string(),
  v.pipe(v.number('must be a number'), v.finite('must be a number')),
  'must be an object of numbers by name',
);

/** What an export in NDJSON consists of, one a line. The metrics come first, and a run before its samples. */
export const lineSchema = v.variant(
  'type',
  [
    v.object({ type: v.literal('metrics'), metrics: v.array(metricDescriptorSchema) }),
    v.object({
      type: v.literal('run'),
      epoch: v.pipe(
        v.string('must be a text'),
        v.minLength(1, 'must not be empty'),
        v.maxLength(256, 'is too long'),
      ),
      intervalMs: v.pipe(
        v.number('must be a whole number of ms'),
        v.integer('must be a whole number of ms'),
        v.minValue(1, 'must be at least 1'),
        v.maxValue(60_000, 'must be at most 60000'),
      ),
      /** Number of its first sample. */
      firstSeq: seq,
    }),
    v.object({
      type: v.literal('gap'),
      from: v.number('must be a number'),
      to: v.number('must be a number'),
      fromTs: time,
      toTs: time,
      reason: v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty')),
    }),
    v.object({ type: v.literal('sample'), seq, ts: time, values }),
    v.object({ type: v.literal('point'), ts: time, mean: values, min: values, max: values }),
  ],
  'must be metrics, run, gap, sample or point',
);
export type Line = v.InferOutput<typeof lineSchema>;

/** @returns a line, or what is wrong with it: a sentence that names the field */
export function parseLine(text: string): Line | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'it is not JSON: give a file that "history export" has written';
  }
  const result = v.safeParse(lineSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  return field === null
    ? 'it is not an object: give a file that "history export" has written'
    : `${field} ${issue.message}`;
}
