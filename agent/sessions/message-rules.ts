import { MessageError } from '../../shared/protocol/codec.ts';

/** The depth of a batch of resuming subscriptions: batch, messages, subscription, position. */
const MAX_DEPTH = 4;
const MAX_KEYS = 32;
/** Keys through which a careless copy of an object would change all objects (prototype pollution). */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** Control characters, lone surrogates, and marks of text direction. */
const UNFIT = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** An open object or array. */
export interface Level {
  readonly isObject: boolean;
  keys: number;
  /** Key of the next value; `null` before a key, and in arrays. */
  key: string | null;
  isAuth: boolean;
  hasAction: boolean;
}

/** What holds for a client's message in any format: its parts, in their order. All throw MessageError `invalid_message`. */
export class MessageRules {
  readonly #levels: Level[] = [];

  /** The innermost object or array. */
  get level(): Level | undefined {
    return this.#levels.at(-1);
  }

  open(isObject: boolean): void {
    if (this.#levels.length === MAX_DEPTH) refuse(`nest objects and arrays at most ${MAX_DEPTH} deep`);
    this.#levels.push({ isObject, keys: 0, key: null, isAuth: false, hasAction: false });
  }

  close(): void {
    this.#levels.pop();
  }

  /** A key or a value. */
  string(content: string): void {
    if (UNFIT.test(content))
      refuse('leave out control characters, lone surrogates and marks of text direction');
    const { level } = this;
    if (level?.isObject === true) takeIn(level, content);
  }
}

/** Records a string in an object: a key or a value. */
function takeIn(level: Level, content: string): void {
  if (level.key === null) {
    level.key = content;
    level.keys += 1;
    level.hasAction ||= content === 'action';
    if (level.keys > MAX_KEYS) refuse(`give an object at most ${MAX_KEYS} keys`);
    if (FORBIDDEN_KEYS.has(content)) refuse(`name no key ${[...FORBIDDEN_KEYS].join(', ')}`);
  } else if (level.key === 'type') {
    level.isAuth ||= content === 'auth';
  }
  if (level.isAuth && level.hasAction) refuse('send "auth" and an "action" as two messages');
}

export function refuse(fix: string): never {
  throw new MessageError('invalid_message', `Invalid message: ${fix}`);
}
