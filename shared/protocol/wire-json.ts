/** The JSON of the wire, before validation. */
import type { ClientRequest, PlainServerMessage, ServerMessage } from './messages.ts';

export type MessageErrorCode = 'invalid_json' | 'invalid_message' | 'unknown_action';

/** A message that violates the protocol. `message` is a sentence for the sender and never quotes the input. */
export class MessageError extends Error {
  readonly code: MessageErrorCode;
  /** The request's `id` if one could be read, for the answer. */
  readonly id: string | number | undefined;

  constructor(code: MessageErrorCode, message: string, options?: ErrorOptions & { id?: string | number }) {
    super(message, options);
    this.name = 'MessageError';
    this.code = code;
    this.id = options?.id;
  }
}

/** NaN and infinities, which JSON does not have, become `null`: unknown. */
export function encode(message: ClientRequest | ServerMessage | PlainServerMessage): string {
  return JSON.stringify(message);
}

export function encodeBatch(members: readonly string[]): string {
  return `{"type":"batch","messages":[${members.join(',')}]}`;
}

/** @throws MessageError */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MessageError('invalid_json', 'Invalid JSON: expected one JSON object per message', { cause });
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
