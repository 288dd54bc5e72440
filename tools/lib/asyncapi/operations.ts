import {
  authErrorSchema,
  authSuccessSchema,
  cancelledSchema,
  CLIENT_LIMITS,
  errorMessageSchema,
  historySchema,
  hostsSchema,
  plainErrorSchema,
  plainMetricsSchema,
  pollRequestSchema,
  subscribedSchema,
  subscribeSchema,
  unsubscribedSchema,
  welcomeSchema,
} from '../../../shared/protocol/messages.ts';
import {
  CHANNEL_MESSAGES,
  names,
  PLAIN_ANSWERS,
  PLAIN_REQUESTS,
  type Channel,
  type Reference,
} from './channels.ts';
import { nameOf } from './json-schemas.ts';
import { OF_CLIENT } from './messages.ts';

/** What can answer a client's message, beside an error. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  hello: names(welcomeSchema),
  subscribe: names(subscribedSchema, hostsSchema),
  unsubscribe: names(unsubscribedSchema),
  history: names(historySchema, cancelledSchema),
  cancel: names(cancelledSchema),
  auth: names(authSuccessSchema, authErrorSchema),
};

interface Operation {
  readonly action: 'send' | 'receive';
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly [other: string]: unknown;
}

/** What the agent receives and sends. A request has its answers. */
export function operationsOf(): Record<string, Operation> {
  const channelOf = (channel: Channel): Reference => ({ $ref: `#/channels/${channel}` });
  const messagesOn = (channel: Channel, all: readonly string[]): Reference[] =>
    all.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  const receive = (
    channel: Channel,
    name: string,
    answers: readonly string[],
    more: object = {},
  ): Operation => ({
    action: 'receive',
    channel: channelOf(channel),
    messages: messagesOn(channel, [name]),
    ...(answers.length === 0
      ? {}
      : { reply: { channel: channelOf(channel), messages: messagesOn(channel, answers) } }),
    ...more,
  });
  const requests = OF_CLIENT.map(({ wireName, name }): [string, Operation] => {
    const answers = ANSWERS[wireName] ?? [];
    return [
      `receive${name}`,
      receive('live', name, answers.length === 0 ? [] : [...answers, nameOf(errorMessageSchema)]),
    ];
  });
  const plainRequests = PLAIN_REQUESTS.map((name): [string, Operation] => {
    const { wireName = '' } = OF_CLIENT.find((message) => message.name === name) ?? {};
    const answers = (ANSWERS[wireName] ?? []).filter((answer) => PLAIN_ANSWERS.includes(answer));
    const samples = name === nameOf(subscribeSchema) ? names(plainMetricsSchema) : [];
    return [
      `receivePlain${name}`,
      receive('plain', name, [...samples, ...answers, nameOf(plainErrorSchema)]),
    ];
  });
  return {
    ...Object.fromEntries(requests),
    receivePing: receive('live', 'Ping', ['Pong']),
    send: {
      action: 'send',
      channel: channelOf('live'),
      summary: 'Everything that the agent sends: answers, samples, and what else happens.',
      messages: messagesOn('live', CHANNEL_MESSAGES.live.server),
    },
    ...Object.fromEntries(plainRequests),
    receivePlainPing: receive('plain', 'Ping', ['Pong']),
    sendPlain: {
      action: 'send',
      channel: channelOf('plain'),
      summary: 'Everything that the agent sends in the plain profile.',
      messages: messagesOn('plain', CHANNEL_MESSAGES.plain.server),
    },
    openEventStream: receive('eventStream', 'EventStreamRequest', CHANNEL_MESSAGES.eventStream.server, {
      summary: 'A stream of events, until either side ends it.',
      bindings: {
        http: {
          method: 'GET',
          query: {
            type: 'object',
            properties: {
              subscriptions: {
                type: 'string',
                description: `A JSON array of at most ${CLIENT_LIMITS.subscriptions} objects with the fields of Subscribe, except its action.`,
              },
            },
            required: ['subscriptions'],
          },
          bindingVersion: '0.3.0',
        },
      },
    }),
    poll: receive('longPoll', nameOf(pollRequestSchema), CHANNEL_MESSAGES.longPoll.server, {
      summary: 'One request; its answer comes when something is due.',
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
    }),
  };
}
