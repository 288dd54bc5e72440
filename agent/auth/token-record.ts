import * as v from 'valibot';

const recordSchema = v.object({
  id: v.string(),
  /** Chosen by the operator. */
  label: v.string(),
  metrics: v.array(v.string()),
  tables: v.array(v.string()),
  hosts: v.array(v.string()),
  /** Origins of the pages that may use it; empty for all pages and programs. */
  origins: v.array(v.string()),
  /** Permissions (grant.ts); earlier versions wrote none, and absent means none. */
  may: v.optional(v.array(v.string())),
  /** Unix ms. */
  createdAtMs: v.number(),
  /** Unix ms; `null` for never. */
  expiresAtMs: v.nullable(v.number()),
});
const listSchema = v.object({ tokens: v.array(recordSchema) });

/** Everything about a token except the token itself. */
export type TokenRecord = v.InferOutput<typeof recordSchema>;

/** Returns `null` for invalid text. */
export function parseRecord(text: string): TokenRecord | null {
  return parse(recordSchema, text);
}

/** Parses the file in which earlier versions kept all tokens. Returns `null` for invalid text. */
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
