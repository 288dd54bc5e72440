import { CLIENT_LIMITS } from '../../../shared/protocol/messages.ts';
import { channelsOf } from './channels.ts';
import { describedSchemas, reachable } from './described-schemas.ts';
import type { JsonSchemas } from './json-schemas.ts';
import { messageObject, messagesOf, type MessageObject } from './messages.ts';
import { operationsOf } from './operations.ts';
import { readProtocolPage } from './protocol-page.ts';

export interface AsyncApiDocument {
  readonly asyncapi: string;
  readonly components: {
    readonly messages: Readonly<Record<string, MessageObject>>;
    readonly schemas: JsonSchemas;
    readonly [other: string]: unknown;
  };
  readonly [other: string]: unknown;
}

const SECURITY =
  'The secret of the agent, or a token signed by it. Not needed where everything is open to the client.';

const DESCRIPTION = `How a client gets live samples from an agent. This document says which messages there are; docs/protocol.md says when they come, what continuity is, and
how a client reconnects.

**It only grows.** Within v1, later agents may send fields, messages, units, codes and reasons that this document does not have: ignore what is unknown. No field changes its meaning, type or
unit, and none is removed. The plain profile does not change at all.

\`null\` is not known; 0 is measured zero. Times are milliseconds since 1970.

Lengths of strings are measured in UTF-16 code units, as in JavaScript. The past (\`GET /history\`) and alerts (\`/alerts\`) are also served as plain HTTP, which is not described here.`;

/**
 * The AsyncAPI document of the live protocol, from the agent's view. Its structure comes from the schemas in shared/protocol, its words and most examples
 * from docs/protocol.md.
 *
 * @param version of the program
 * @param markdown docs/protocol.md
 */
export function asyncApiDocument(version: string, markdown: string): AsyncApiDocument {
  const page = readProtocolPage(markdown);
  const messages = messagesOf(page);
  const schemas = describedSchemas(messages);
  const components = {
    messages: Object.fromEntries(messages.map((message) => [message.name, messageObject(message, schemas)])),
    schemas: {},
    correlationIds: {
      request: {
        description: 'The client chooses it; the answer to the request carries it.',
        location: '$message.payload#/id',
      },
      subscription: {
        description: 'Name of the subscription, chosen by the client.',
        location: '$message.payload#/sub',
      },
    },
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        description: `${SECURITY} In the header \`Authorization\`, never in the address.`,
      },
      authMessage: {
        type: 'apiKey',
        in: 'password',
        description: `${SECURITY} As \`token\` of the message \`Auth\`, the first of the connection: browsers cannot set headers of a WebSocket.`,
      },
    },
  };
  const channels = channelsOf(page);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'metrics-panel',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
      tags: [{ name: 'metrics', description: 'Live metrics of hosts.' }],
      'x-limits': CLIENT_LIMITS,
    },
    defaultContentType: 'application/json',
    servers: serversOf(),
    channels,
    operations: operationsOf(),
    components: { ...components, schemas: reachable(schemas, components.messages) },
  };
}

function serversOf(): Record<string, unknown> {
  const server = (protocol: string, description: string, security: string) => ({
    host: '{host}:{port}',
    protocol,
    description,
    variables: {
      host: {
        default: '127.0.0.1',
        description: 'Name or address of the agent, or of a proxy in front of it.',
      },
      port: { default: '8080' },
    },
    security: [{ $ref: `#/components/securitySchemes/${security}` }],
  });
  const overTls = 'An agent with a certificate, or a TLS proxy in front of it.';
  return {
    webSocket: server('ws', 'An agent, on its own machine or in a trusted network.', 'authMessage'),
    webSocketOverTls: server('wss', overTls, 'authMessage'),
    http: server('http', 'The same agent, where no WebSocket gets through.', 'bearer'),
    https: server('https', overTls, 'bearer'),
  };
}
