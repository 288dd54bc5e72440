import { MessageError } from '../../shared/protocol/codec.ts';

/** The depth of a batch of resuming subscriptions: batch, messages, subscription, position. */
const MAX_DEPTH = 4;
const MAX_KEYS = 32;
/** Keys through which a careless copy of an object would change all objects (prototype pollution). */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
/** Control characters, lone surrogates, and marks of text direction. */
const UNFIT = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** An open object or array. */
interface Level {
  readonly isObject: boolean;
  keys: number;
  /** Key of the next value; `null` before a key, and in arrays. */
  key: string | null;
  isAuth: boolean;
  hasAction: boolean;
}

/**
 * Checks the text of a client's message before it is parsed, so that a hostile message costs only one pass. Leaves invalid JSON to the parser. The
 * last of duplicate keys counts, as in `JSON.parse`.
 * @throws MessageError `invalid_message`, with a sentence that names the fix and quotes nothing
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

/** Index of the closing quote of the string that begins at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

/** @param literal with its quotes @returns `null` if it is not a JSON string */
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
