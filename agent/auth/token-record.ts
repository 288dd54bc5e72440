import * as v from 'valibot';

const recordSchema = v.object({
  id: v.string(),
  /** What the operator calls it. */
  label: v.string(),
  metrics: v.array(v.string()),
  tables: v.array(v.string()),
  hosts: v.array(v.string()),
  /** Origins of the pages that may show it; empty for any, and for programs. */
  origins: v.array(v.string()),
  /** Unix ms. */
  createdAtMs: v.number(),
  /** Unix ms; `null` for never. */
  expiresAtMs: v.nullable(v.number()),
});
const listSchema = v.object({ tokens: v.array(recordSchema) });

/** What is known of a token that was made: everything but itself. */
export type TokenRecord = v.InferOutput<typeof recordSchema>;

/** `null` for a text that is none. */
export function parseRecord(text: string): TokenRecord | null {
  return parse(recordSchema, text);
}

/** Of the one file that earlier versions kept all tokens in; `null` for a text that is none. */
export function parseRecordList(text: string): readonly TokenRecord[] | null {
  return parse(listSchema, text)?.tokens ?? null;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string): T | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const result = v.safeParse(schema, value);
  return result.success ? result.output : null;
}
