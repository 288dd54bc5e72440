import { ownText } from './locales/agent-texts.ts';
import type { Messages } from './locales/en.ts';

/** The cause of a gap in /*; reasons of a later agent as they are. */
export function gapReason(reason: string, { gaps }: Messages): string {
  return ownText(gaps, reason) ?? reason.replaceAll('_', ' ');
}
