import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import * as catalogue from '../../../shared/protocol/catalogue.ts';
import * as messages from '../../../shared/protocol/messages.ts';
import type { FieldWords, MessageWords } from './protocol-page.ts';

/** JSON Schema draft-07, as far as schemas of the protocol need it. */
export interface JsonSchema {
  type?: string | string[];
  const?: string;
  default?: unknown;
  title?: string;
  description?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | JsonSchema[];
  additionalItems?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  $ref?: string;
}

export type JsonSchemas = Record<string, JsonSchema>;

const PREFIX = '#/components/schemas/';

export function referenceTo(name: string): { $ref: string } {
  return { $ref: PREFIX + name };
}

export function referredName({ $ref = '' }: JsonSchema): string {
  return $ref.slice(PREFIX.length);
}

/** What the protocol's modules export as a schema, with the name that a generated class could have: `hostDetailsSchema` is `HostDetails`. */
const NAMES: ReadonlyMap<unknown, string> = new Map([
  [messages.requestId, 'RequestId'],
  ...Object.entries({ ...catalogue, ...messages }).flatMap(([name, value]): [unknown, string][] =>
    name.endsWith('Schema')
      ? [[value, `${name.charAt(0).toUpperCase()}${name.slice(1, -'Schema'.length)}`]]
      : [],
  ),
]);

/** @throws Error if the schema is not exported, so that it has no name */
export function nameOf(schema: v.GenericSchema): string {
  const name = NAMES.get(schema);
  if (name === undefined)
    throw new Error('Export every schema of a message under a name that ends in "Schema"');
  return name;
}

function isSchema(value: unknown): value is v.GenericSchema {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
}

/** All of them by name. */
export function protocolSchemas(): JsonSchemas {
  const named: Record<string, v.GenericSchema> = {};
  for (const [schema, name] of NAMES) if (isSchema(schema)) named[name] = schema;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own type has every keyword of every draft
  const schemas = toJsonSchemaDefs(named, {
    // Fields with a default may be absent on the wire.
    typeMode: 'input',
    // Functions. What they check stands beside them as metadata; a test compares the outcome with what the agent takes.
    ignoreActions: ['check'],
    overrideRef: ({ referenceId }) => PREFIX + referenceId,
  }) as JsonSchemas;
  for (const schema of Object.values(schemas)) simplify(schema);
  return schemas;
}

/** Says the same in the form that generators of code understand best. */
function simplify(schema: JsonSchema): void {
  for (const part of partsOf(schema)) simplify(part);
  if (schema.const !== undefined) schema.type = 'string';
  delete schema.propertyNames;
  // An empty list. Generated Java would not compile.
  if (Array.isArray(schema.default)) delete schema.default;
  if (schema.required?.length === 0) delete schema.required;
  joinTypes(schema);
}

/** One list of types where a value of any of them may be, if at most one of them is described further. */
function joinTypes(schema: JsonSchema): void {
  const choices = schema.anyOf ?? [];
  const described = choices.filter((choice) => Object.keys(choice).join() !== 'type');
  if (choices.length === 0 || described.length > 1) return;
  if (described.some(({ type, properties }) => type === undefined || properties !== undefined)) return;
  delete schema.anyOf;
  Object.assign(schema, ...described, { type: choices.flatMap(({ type = [] }) => type) });
}

/** The schemas directly inside a schema. */
export function partsOf({
  properties = {},
  items = [],
  additionalItems,
  anyOf = [],
  oneOf = [],
  additionalProperties,
}: JsonSchema): JsonSchema[] {
  const rest = [additionalItems, additionalProperties].filter((part) => typeof part === 'object');
  return [...Object.values(properties), ...[items].flat(), ...anyOf, ...oneOf, ...rest];
}

/** Gives each object inside a schema a schema of its own, with a name that a generated class can have: `WelcomeLimits`. */
export function nameObjects(schemas: JsonSchemas): void {
  const named = (schema: JsonSchema, name: string): JsonSchema => {
    nameInside(schema, name);
    if (schema.properties === undefined) return schema;
    if (schemas[name] !== undefined) throw new Error(`two schemas would be called ${name}`);
    schemas[name] = schema;
    return referenceTo(name);
  };
  const nameInside = (schema: JsonSchema, name: string): void => {
    for (const [property, inner] of Object.entries(schema.properties ?? {}))
      (schema.properties ??= {})[property] = named(
        inner,
        `${name}${property.charAt(0).toUpperCase()}${property.slice(1)}`,
      );
    if (schema.items !== undefined && !Array.isArray(schema.items))
      schema.items = named(schema.items, name.replace(/s$/, ''));
    if (schema.anyOf === undefined) return;
    schema.anyOf = schema.anyOf.map((choice) => named(choice, name));
    // An object or null. Generators would number what has no name.
    if (schema.anyOf.some(({ $ref }) => $ref !== undefined)) schema.title ??= `${name}OrNull`;
  };
  for (const [name, schema] of Object.entries(schemas)) nameInside(schema, name);
}

/** Adds what docs/protocol.md says of each field: its meaning, and which numbers are integers. What several messages share is described by the first. */
export function describeFields(schemas: JsonSchemas, name: string, { fields }: MessageWords): void {
  const describe = (schema: JsonSchema, path: string): void => {
    const whole = schemas[referredName(schema)];
    if (whole !== undefined) describe(whole, path);
    for (const choice of schema.anyOf ?? []) describe(choice, path);
    for (const item of [schema.items ?? []].flat()) describe(item, `${path}[]`);
    for (const [property, inner] of Object.entries(schema.properties ?? {})) {
      const at = path === '' ? property : `${path}.${property}`;
      const words = fields.get(at) ?? wordsOfList(fields, at);
      // Beside `$ref` nothing else counts.
      const described = schemas[referredName(inner)] ?? inner;
      if (words !== undefined && words.meaning !== '') described.description ??= words.meaning;
      if (words?.isFalseByDefault === true) described.default ??= false;
      if (words !== undefined) countInIntegers(inner, words.type);
      describe(inner, at);
    }
  };
  describe(schemas[name] ?? {}, '');
}

/** The page describes a list with the first field of its members. */
function wordsOfList(fields: MessageWords['fields'], path: string): FieldWords | undefined {
  const [, first] = [...fields].find(([field]) => field.startsWith(`${path}[].`)) ?? [];
  return first === undefined ? undefined : { ...first, type: 'array' };
}

/** Of numbers that clients take as they come, only the page says that they are integers: `integer from 1`, `array of integers`. */
function countInIntegers(schema: JsonSchema, type: string): void {
  const [, plural, from] = /^(integer|array of integers)(?: from (\d+))?/.exec(type) ?? [];
  const [number] = plural === 'array of integers' ? [schema.items ?? []].flat() : [schema];
  const types = [number?.type ?? []].flat();
  if (plural === undefined || number === undefined || !/number|integer/.test(types.join(' '))) return;
  const [first = 'integer', ...rest] = types.map((one) => (one === 'number' ? 'integer' : one));
  number.type = rest.length === 0 ? first : [first, ...rest];
  number.format = (number.maximum ?? Infinity) < 2 ** 31 ? 'int32' : 'int64';
  if (from !== undefined) number.minimum ??= Number(from);
}
