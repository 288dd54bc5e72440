import { ownText } from './locales/agent-texts.ts';
import type { Words } from './locales/en.ts';

/** The cause of a gap in words; reasons of a later agent as they are. */
export function gapReason(reason: string, { gaps }: Words): string {
  return ownText(gaps, reason) ?? reason.replaceAll('_', ' ');
}
