import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../agent/testing/contract.ts';
import { decodeClientMessage, decodePoll, MessageError } from '../../../shared/protocol/codec.ts';
import { CLIENT_LIMITS, CLIENT_SCHEMAS } from '../../../shared/protocol/messages.ts';
import { CHANNEL_MESSAGES } from './channels.ts';
import { asyncApiDocument } from './document.ts';
import { partsOf, referredName, type JsonSchema } from './json-schemas.ts';
import { OF_CLIENT, OF_SERVER } from './messages.ts';
import { readProtocolPage, type MessageWords } from './protocol-page.ts';

const MARKDOWN = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
const document = asyncApiDocument('1.2.3', MARKDOWN);
const { messages, schemas } = document.components;
const page = readProtocolPage(MARKDOWN);

describe('the AsyncAPI document', () => {
  it('has every message that has a schema, in a channel and under the name of a class', () => {
    const inChannels = new Set(
      Object.values(CHANNEL_MESSAGES).flatMap(({ client, server }) => [...client, ...server]),
    );
    const expected = [...OF_CLIENT, ...OF_SERVER].map(({ name }) => name);
    expect([...inChannels]).toEqual(expect.arrayContaining(expected));
    expect(new Set(Object.keys(messages))).toEqual(inChannels);
    for (const name of Object.keys(messages)) expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  const exemplified = Object.values(CHANNEL_MESSAGES).flatMap(({ client, server }) => [...client, ...server]);
  // All of a request for a stream is in its address.
  it.each([...new Set(exemplified)].filter((name) => name !== 'EventStreamRequest'))(
    'shows an example of %s',
    (name) => {
      expect(messages[name]?.examples?.length).toBeGreaterThan(0);
    },
  );

  const examples = Object.entries(CHANNEL_MESSAGES).flatMap(([channel, directions]) =>
    Object.entries(directions).flatMap(([direction, names]) =>
      [...names].flatMap((name: string) =>
        (messages[name]?.examples ?? []).map(({ payload }) => [name, channel, direction, payload] as const),
      ),
    ),
  );
  it.each(examples)(
    'describes every field of its example of %s on %s',
    (_name, channel, direction, payload) => {
      const frame = typeof payload === 'string' ? payload : JSON.stringify(payload);
      expect([...faultsOf(channel as 'live', direction as 'client', frame)]).toEqual([]);
    },
  );

  it('says of each field the type that docs/protocol.md says', () => {
    const wrong: string[] = [];
    for (const { name, words } of described()) {
      for (const [path, { type }] of words.fields) {
        const schema = schemaAt(schemas[name] ?? {}, path.split('.'));
        if (schema !== undefined && !isOfType(schema, type)) wrong.push(`${name}: ${path} is ${type}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has integers where the page says so, with its least', () => {
    expect(schemas['Metrics']?.properties).toMatchObject({
      seq: { type: 'integer', format: 'int64', minimum: 1 },
      prev: { type: 'integer', format: 'int64', minimum: 0 },
      values: { items: { type: ['number', 'null'] } },
    });
    expect(schemas['HostSummary']?.properties?.['ts']?.type).toEqual(['integer', 'null']);
    expect(schemas['History']?.properties?.['ts']).toMatchObject({ items: { type: 'integer' } });
  });

  it('gives every object a name, and no message alternatives, so that generators of code make one class of each', () => {
    const nameless = Object.entries(schemas).flatMap(([name, schema]) =>
      partsOf(schema).some((part) =>
        [part, ...partsOf(part)].some(({ properties }) => properties !== undefined),
      )
        ? [name]
        : [],
    );
    expect(nameless).toEqual([]);
    const divided = Object.keys(messages).filter((name) => schemas[name]?.anyOf ?? schemas[name]?.oneOf);
    expect(divided).toEqual([]);
    expect(schemas['Welcome']?.properties?.['limits']).toEqual({
      $ref: '#/components/schemas/WelcomeLimits',
    });
    expect(schemas['HostSummary']?.properties?.['disk']).toMatchObject({
      title: 'HostSummaryDiskOrNull',
      anyOf: [{ $ref: '#/components/schemas/HostSummaryDisk' }, { type: 'null' }],
    });
  });

  it('has the defaults of the page, and words for fields that no table of it has', () => {
    const { every, compact, alerts } = schemas['Subscribe']?.properties ?? {};
    expect([every?.default, compact?.default, alerts?.default]).toEqual([false, false, false]);
    for (const [name, field] of [
      ['Position', 'epoch'],
      ['Position', 'seq'],
      ['Position', 'ts'],
      ['PollAnswer', 'cursor'],
      ['PlainMetrics', 'metrics'],
    ] as const)
      expect(schemas[name]?.properties?.[field]?.description, `${name}.${field}`).toMatch(/\w{3}/);
  });

  it('has the words of the page, without links', () => {
    expect(schemas['Metrics']?.properties?.['values']?.description).toBe(
      '`values[i]` belongs to `series[i]`',
    );
    expect(messages['Subscribed']?.['summary']).toBe('The answer to `subscribe`.');
    expect(JSON.stringify(document)).not.toMatch(/\]\(#|see \[/);
  });

  it('names the limits', () => {
    expect(document).toMatchObject({ info: { version: '1.2.3', 'x-limits': CLIENT_LIMITS } });
    expect(schemas['ClientBatch']?.properties?.['messages']).toMatchObject({ maxItems: 64 });
  });
});

describe('what the document takes of a client', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'asyncapi');
  const validatorOf = (name: string) => ajv.compile({ $ref: `asyncapi#/components/schemas/${name}` });
  const VALIDATORS = new Map(OF_CLIENT.map(({ wireName, name }) => [wireName, validatorOf(name)]));

  // JSON Schema counts characters, the agent UTF-16 code units.
  const text = fc.oneof(
    fc.constantFrom('', 'cpu', 'default', 'memory.*'),
    fc.string({ maxLength: 3, unit: 'binary-ascii' }),
    fc.constantFrom('c'.repeat(CLIENT_LIMITS.stringLength), 'c'.repeat(CLIENT_LIMITS.stringLength + 1)),
  );
  const number = fc.oneof(
    fc.constantFrom(
      -1,
      0,
      1,
      0.5,
      1000,
      CLIENT_LIMITS.historyPoints,
      CLIENT_LIMITS.historyPoints + 1,
      2 ** 53,
    ),
    fc.nat(),
  );
  const list = fc.oneof(
    fc.array(text, { maxLength: 3 }),
    fc.constantFrom(Array(8).fill('a'), Array(9).fill('a'), Array(64).fill('a'), Array(65).fill('a'), [1]),
  );
  const wrong = fc.constantFrom<unknown>(null, true, 'text', 7, [], {});
  const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    sub: text,
    host: text,
    hosts: list,
    metrics: list,
    tables: list,
    intervalMs: number,
    every: fc.boolean(),
    since: fc.record({ epoch: text, seq: number, ts: number }, { requiredKeys: [] }),
    backfill: number,
    alerts: fc.boolean(),
    from: number,
    to: number,
    points: number,
    id: fc.oneof(text, number),
    v: number,
    token: fc.oneof(text, fc.constantFrom('t'.repeat(CLIENT_LIMITS.tokenLength), 't'.repeat(4097))),
    colour: text,
  };
  const fields = fc.record(
    Object.fromEntries(
      Object.entries(FIELDS).map(([name, value]) => [
        name,
        fc.oneof({ arbitrary: value, weight: 12 }, { arbitrary: wrong, weight: 1 }),
      ]),
    ),
    { requiredKeys: [] },
  );
  /** A few of the fields: of many, one is always wrong. */
  const some = fc
    .tuple(fields, fc.subarray(Object.keys(FIELDS), { maxLength: 4 }))
    .map(([all, names]) => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))));

  const isTaken = (decode: (frame: string) => unknown, message: unknown): boolean => {
    try {
      decode(JSON.stringify(message));
      return true;
    } catch (error) {
      if (error instanceof MessageError) return false;
      throw error;
    }
  };

  it.each(OF_CLIENT.filter(({ wireName }) => wireName !== 'batch'))(
    'is what the agent takes: $name',
    ({ wireName, name }) => {
      const example: unknown = messages[name]?.examples?.[0]?.payload;
      const key = CLIENT_SCHEMAS.action.has(wireName) ? 'action' : 'type';
      let takenCount = 0;
      fc.assert(
        fc.property(some, fc.boolean(), (others, isWhole) => {
          const message: Record<string, unknown> = {
            ...(isWhole ? Object(example) : {}),
            [key]: wireName,
            ...others,
          };
          // What JSON Schema cannot say.
          const { from, to } = message;
          if (wireName === 'history' && typeof from === 'number' && typeof to === 'number' && from >= to)
            return;
          const isValid = VALIDATORS.get(wireName)?.(message) ?? false;
          expect(isTaken(decodeClientMessage, message), JSON.stringify(message)).toBe(isValid);
          if (isValid) takenCount += 1;
        }),
        { numRuns: 2000 },
      );
      expect(takenCount).toBeGreaterThan(100);
    },
  );

  it('is what the agent takes: PollRequest', () => {
    const isValid = validatorOf('PollRequest');
    const request = fc.record(
      {
        subscriptions: fc.array(some, { maxLength: 2 }),
        cursor: fc.oneof(text, wrong),
        waitMs: fc.oneof(number, wrong),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(request, (message) => {
        expect(isTaken(decodePoll, message), JSON.stringify(message)).toBe(isValid(message));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Messages whose fields are on the page. */
function described(): { name: string; words: MessageWords }[] {
  return [
    ...OF_CLIENT.map(({ wireName, name }) => ({ name, words: page.message('client', wireName) })),
    ...OF_SERVER.map(({ wireName, name }) => ({ name, words: page.message('server', wireName) })),
    { name: 'PollRequest', words: page.message('poll', '') },
  ];
}

/** The schema of a field, as `hosts[].facts.cores` leads there. */
function schemaAt(schema: JsonSchema, [step, ...rest]: readonly string[]): JsonSchema | undefined {
  const whole = schemas[referredName(schema)] ?? schema;
  if (step === undefined) return whole;
  const object = whole.anyOf?.find(({ type }) => type === 'object') ?? whole;
  const field = object.properties?.[step.replace('[]', '')];
  if (field === undefined) return undefined;
  const [item = {}] = [field.items ?? []].flat();
  return schemaAt(step.endsWith('[]') ? item : field, rest);
}

/** @param said as in a table of the page: `integer, Unix ms, or null` */
function isOfType({ type, const: literal, anyOf = [] }: JsonSchema, said: string): boolean {
  const types = [type ?? [], ...anyOf.map((choice) => choice.type ?? [])].flat();
  const [, quoted] = /^`"(\w+)"`/.exec(said) ?? [];
  if (quoted !== undefined) return literal === quoted;
  if (said.startsWith('as ') || said.startsWith('`')) return true;
  const [first = ''] = said.split(/[ ,]/);
  return types.includes(first) && (!said.includes('or integer') || types.includes('integer'));
}
