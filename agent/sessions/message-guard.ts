import { MessageError } from '../../shared/protocol/codec.ts';

/** A batch of subscriptions that resume is as deep: batch, messages, subscription, position. */
const MAX_DEPTH = 4;
const MAX_KEYS = 32;
/** Names by which a careless copy of an object would change all objects. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** Control characters, lone surrogates, and what turns the direction of text. */
const UNFIT = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** An object or array that is open. */
interface Level {
  readonly isObject: boolean;
  keys: number;
  /** Of the value that comes; `null` before a key, and in arrays. */
  key: string | null;
  isAuth: boolean;
  hasAction: boolean;
}

/**
 * Looks at the text of a client's message before it is parsed, so that a hostile one costs no more than reading it once. What is not JSON is
 * left to the parser. Of a key that comes twice the last counts, as for `JSON.parse`.
 * @throws MessageError `invalid_message`, with a sentence that names the fix and nothing of the message
 */
export function guardMessage(text: string): void {
  const levels: Level[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const level = levels.at(-1);
    switch (text[index]) {
      case '{':
      case '[':
        if (levels.length === MAX_DEPTH) refuse(`nest objects and arrays at most ${MAX_DEPTH} deep`);
        levels.push({ isObject: text[index] === '{', keys: 0, key: null, isAuth: false, hasAction: false });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        if (level !== undefined) level.key = null;
        break;
      case '"': {
        const end = endOfString(text, index);
        const content = readString(text.slice(index, end + 1));
        if (content === null) return;
        if (UNFIT.test(content)) {
          refuse('leave out control characters, lone surrogates and marks of text direction');
        }
        if (level?.isObject === true) takeIn(level, content);
        index = end;
        break;
      }
      default:
    }
  }
}

/** A string of an object: a key, or the value of one. */
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

/** Where the string ends that begins at `start`: its closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

/** @param literal with its quotes; `null` when it is none */
function readString(literal: string): string | null {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return null;
  }
}

function refuse(fix: string): never {
  throw new MessageError('invalid_message', `Invalid message: ${fix}`);
}
