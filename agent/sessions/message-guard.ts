import { MessageRules } from './message-rules.ts';

/**
 * Checks the text of a client's message before it is parsed, so that a hostile message costs only one pass. Leaves invalid JSON to the parser. The
 * last of duplicate keys counts, as in `JSON.parse`.
 * @throws MessageError `invalid_message`, with a sentence that names the fix and quotes nothing
 */
export function guardMessage(text: string): void {
  const rules = new MessageRules();
  for (let index = 0; index < text.length; index += 1) {
    switch (text[index]) {
      case '{':
      case '[':
        rules.open(text[index] === '{');
        break;
      case '}':
      case ']':
        rules.close();
        break;
      case ',':
        if (rules.level !== undefined) rules.level.key = null;
        break;
      case '"': {
        const end = endOfString(text, index);
        const content = readString(text.slice(index, end + 1));
        if (content === null) return;
        rules.string(content);
        index = end;
        break;
      }
      default:
    }
  }
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
