import { expect, it } from 'vitest';
import { preferredLanguage } from '../../locales/languages.ts';
import { listed, unknown } from '../../testing/pretend-hosts.ts';
import { hostOverviewMessages } from './host-overview-messages.ts';
import { whyOf, type Words } from './host-words.ts';

const language = preferredLanguage(['en']);
const nowMs = Date.now();
const wordsOf = (commonReason: string | null): Words => ({
  language,
  messages: hostOverviewMessages(language),
  nowMs,
  nameOf: ({ label }) => label,
  commonReason,
});

it('says since when a host is unknown and why, where the top of the page does not', () => {
  const host = unknown('a', 'the broker cannot be reached');
  const since = { ...host, status: { ...host.status, sinceMs: nowMs - 360_000 } };
  const said = (summary = host, common: string | null = null, isShort = false): string =>
    whyOf(listed(summary), wordsOf(common), isShort).replaceAll('\u00A0', ' ');
  expect(said()).toBe('Unknown: the broker cannot be reached');
  expect(said(since)).toMatch(/^Unknown since .*\d\d:\d\d, for 6 min: the broker cannot be reached$/);
  expect(said(since, null, true)).toBe('Unknown: the broker cannot be reached');
  expect(said(since, 'the broker cannot be reached')).toBe('Unknown');
});
