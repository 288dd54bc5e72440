import * as v from 'valibot';

/** NATS lets no more through unless somebody says so, and no body of ours comes near. */
const MAX_BODY_BYTES = 1024 * 1024;
const decoder = new TextDecoder();

/** A body as its schema has it; `undefined` if it is none. */
export function readBody<const Schema extends v.GenericSchema>(
  schema: Schema,
  data: Uint8Array,
): v.InferOutput<Schema> | undefined {
  if (data.byteLength > MAX_BODY_BYTES) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoder.decode(data));
  } catch {
    return undefined;
  }
  const result = v.safeParse(schema, parsed, { abortEarly: true });
  return result.success && isFinite(result.output) ? result.output : undefined;
}

/** Whether it has no number that JSON can tell but not write, such as 1e999. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return (Array.isArray(value) ? value : Object.values(value)).every(isFinite);
}
