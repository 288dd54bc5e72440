import {
  PING,
  plainMetricsSchema,
  pollAnswerSchema,
  pollRequestSchema,
  PONG,
  subscribeSchema,
} from '../../../shared/protocol/messages.ts';
import {
  describeFields,
  nameObjects,
  nameOf,
  partsOf,
  protocolSchemas,
  referenceTo,
  referredName,
  type JsonSchema,
  type JsonSchemas,
} from './json-schemas.ts';
import {
  BATCH_OF_CLIENT,
  BATCH_OF_SERVER,
  OF_CLIENT,
  OF_SERVER,
  summaryOf,
  type Message,
  type MessageObject,
} from './messages.ts';

/** Fields that the page's tables do not have a row for. */
const SAID_HERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Position: {
    epoch: 'the agent run of your last sample',
    seq: 'its number in that run; 0 before the first',
    ts: 'when it was taken, Unix ms: where the run is over, what is missing begins there',
  },
  [nameOf(pollAnswerSchema)]: {
    cursor: 'opaque: send it with the next poll, to get what comes after this answer',
  },
  [nameOf(plainMetricsSchema)]: { metrics: 'values by name; null is not known' },
};

/** Schemas of everything on the wire, with the page's words. */
export function describedSchemas(messages: readonly Message[]): JsonSchemas {
  const schemas: JsonSchemas = {
    ...protocolSchemas(),
    Ping: { type: 'string', const: PING },
    Pong: { type: 'string', const: PONG },
  };
  (schemas['RequestId'] ??= {}).description = "The client's name for a request; the answer to it carries it.";
  for (const { name, words } of messages) describeFields(schemas, name, words);
  for (const [name, fields] of Object.entries(SAID_HERE))
    for (const [field, description] of Object.entries(fields)) {
      const property = schemas[name]?.properties?.[field];
      if (property === undefined) throw new Error(`${name} has no "${field}"`);
      property.description ??= description;
    }
  for (const { name, words } of messages) {
    const schema = schemas[name];
    if (schema !== undefined && words.text !== '') schema.description = summaryOf(words);
  }
  // The page says "as in the catalogue".
  for (const [field, { description }] of Object.entries(schemas['MetricDescriptor']?.properties ?? {})) {
    const ofSeries = schemas['Series']?.properties?.[field];
    if (ofSeries !== undefined && field !== 'name' && description !== undefined)
      ofSeries.description = description;
  }
  const members = (all: readonly { name: string }[], batch: string): JsonSchema => ({
    oneOf: all.flatMap(({ name }) => (name === batch ? [] : [referenceTo(name)])),
  });
  schemas['ServerMessage'] = members(OF_SERVER, BATCH_OF_SERVER);
  schemas['ClientMessage'] = members(OF_CLIENT, BATCH_OF_CLIENT);
  schemas['Subscription'] = withoutAction(schemas[nameOf(subscribeSchema)] ?? {});
  // The agent checks members one by one: its schemas do not say what they are.
  fillIn(schemas, BATCH_OF_SERVER, 'messages', 'ServerMessage');
  fillIn(schemas, nameOf(pollAnswerSchema), 'messages', 'ServerMessage');
  fillIn(schemas, BATCH_OF_CLIENT, 'messages', 'ClientMessage');
  fillIn(schemas, nameOf(pollRequestSchema), 'subscriptions', 'Subscription');
  nameObjects(schemas);
  return schemas;
}

function withoutAction({ properties = {}, required = [], ...rest }: JsonSchema): JsonSchema {
  const { action: _action, ...fields } = properties;
  const others = required.filter((field) => field !== 'action');
  return {
    ...rest,
    description: 'The fields of Subscribe, except its action.',
    properties: fields,
    ...(others.length === 0 ? {} : { required: others }),
  };
}

function fillIn(schemas: JsonSchemas, name: string, list: string, member: string): void {
  const property = schemas[name]?.properties?.[list] ?? {};
  const field = schemas[referredName(property)] ?? property;
  if (field.items === undefined) throw new Error(`${name} has no list "${list}"`);
  field.items = referenceTo(member);
}

/** The schemas that messages need. */
export function reachable(schemas: JsonSchemas, messages: Record<string, MessageObject>): JsonSchemas {
  const needed: JsonSchemas = {};
  const visit = (schema: JsonSchema): void => {
    const name = referredName(schema);
    const referred = schemas[name];
    if (referred !== undefined && needed[name] === undefined) {
      needed[name] = referred;
      visit(referred);
    }
    partsOf(schema).forEach(visit);
  };
  for (const { payload = {} } of Object.values(messages)) visit(payload);
  return needed;
}
