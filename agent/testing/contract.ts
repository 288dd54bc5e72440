import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { asyncApiDocument } from '../../tools/lib/asyncapi/document.ts';
import { partsOf, type JsonSchema } from '../../tools/lib/asyncapi/json-schemas.ts';
import { PING, PONG } from '../../shared/protocol/constants.ts';
import { isRecord } from '../../shared/protocol/wire-json.ts';
import { CHANNEL_MESSAGES, type Channel } from '../../tools/lib/asyncapi/channels.ts';

/** The schemas of one channel and direction, by what their messages have as `action` or `type`. */
type Described = ReadonlyMap<string, { readonly name: string; readonly isValid: () => ValidateFunction }>;
type Direction = 'client' | 'server';

/**
 * Compares messages with the AsyncAPI document. Unlike clients, it takes no field that the document does not have: later agents may add some, and this one's are
 * to be documented.
 */
class Contract {
  readonly #described: Readonly<Record<Channel, Readonly<Record<Direction, Described>>>>;

  constructor() {
    const markdown = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
    const document = asyncApiDocument('1.2.3', markdown);
    const { schemas } = document.components;
    Object.values(schemas).forEach(close);
    // Formats say how wide an integer is, and unions of types are meant.
    const ajv = new Ajv({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'asyncapi');
    const validator = (name: string): ValidateFunction => {
      const reference = `asyncapi#/components/schemas/${name}`;
      // Compiled with the first message of it.
      return ajv.getSchema(reference) ?? ajv.compile({ $ref: reference });
    };
    const describe = (names: readonly string[]): Described =>
      new Map(
        names.flatMap((name) => {
          const schema = schemas[name];
          return schema === undefined ? [] : [[wireNameOf(schema), { name, isValid: () => validator(name) }]];
        }),
      );
    const both = ({ client, server }: { [D in Direction]: readonly string[] }) => ({
      client: describe(client),
      server: describe(server),
    });
    const { live, plain, eventStream, longPoll } = CHANNEL_MESSAGES;
    this.#described = {
      live: both(live),
      plain: both(plain),
      eventStream: both(eventStream),
      longPoll: both(longPoll),
    };
  }

  /** What is wrong with a message, and where; empty if the document describes it. */
  faultsOf(channel: Channel, direction: Direction, message: unknown): string[] {
    const wireName = wireNameIn(message);
    const described = this.#described[channel][direction].get(wireName);
    if (described === undefined) return [`no message "${wireName}" of the ${direction} on ${channel}`];
    const { name, isValid } = described;
    // Members of a batch are compared one by one, so that a fault names its message.
    const members = isRecord(message) && Array.isArray(message['messages']) ? message['messages'] : [];
    const ofMembers = members.flatMap((member) =>
      this.faultsOf(channel === 'longPoll' ? 'eventStream' : channel, direction, member),
    );
    const validate = isValid();
    if (ofMembers.length > 0 || validate(message)) return ofMembers;
    return (validate.errors ?? []).map((error) => `${name}${reasonOf(error)}`);
  }
}

let contract: Contract | undefined;

/** What is wrong with a frame of one channel, by the AsyncAPI document, which is made for the first of them: `Metrics/seq must be integer`. */
export function faultsOf(channel: Channel, direction: Direction, frame: string): ReadonlySet<string> {
  contract ??= new Contract();
  return new Set(contract.faultsOf(channel, direction, messageOf(frame)));
}

function messageOf(frame: string): unknown {
  if (frame === PING || frame === PONG) return frame;
  try {
    return JSON.parse(frame);
  } catch {
    return frame;
  }
}

/** @throws Error that names message and field if the document does not describe this frame of an agent */
export function expectDescribed(channel: Channel, frame: string): void {
  const faults = faultsOf(channel, 'server', frame);
  if (faults.size > 0) throw new Error(sentenceOf([...faults].join('; '), frame));
}

export function sentenceOf(fault: string, frame: string): string {
  return `asyncapi.json does not describe what was exchanged: ${fault}, in ${frame.slice(0, 300)}`;
}

function reasonOf({ instancePath, message = '', params }: ErrorObject): string {
  const field: unknown = params['additionalProperty'];
  return `${instancePath} ${message}${typeof field === 'string' ? ` (${field})` : ''}`;
}

function close(schema: JsonSchema): void {
  if (schema.properties !== undefined) schema.additionalProperties ??= false;
  partsOf(schema).forEach(close);
}

function wireNameOf({ const: text, properties = {} }: JsonSchema): string {
  const [first = ''] = Object.keys(properties);
  return text ?? properties['action']?.const ?? properties['type']?.const ?? first;
}

/** Samples in their short form have no type: their only field says what they are. */
function wireNameIn(message: unknown): string {
  if (!isRecord(message)) return String(message);
  const { action, type } = message;
  if (typeof action === 'string') return action;
  return typeof type === 'string' ? type : (Object.keys(message)[0] ?? '');
}
