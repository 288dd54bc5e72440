import type { SlackChannel } from '../../alert-settings.ts';
import type { Message } from '../message.ts';
import { readAddress } from '../secrets.ts';
import { sendJson } from '../send.ts';

/** Posts to an incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat). As text without markup, which has no escape there. */
export async function sendToSlack(
  settings: SlackChannel,
  { title, lines, url }: Message,
  signal: AbortSignal,
): Promise<void> {
  const text = [title, ...lines].map(escapeSlack);
  await sendJson(
    await readAddress(settings.address),
    {
      text: [...text, ...(url === null ? [] : [`<${escapeSlack(url)}|Open the dashboard>`])].join('\n'),
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
    },
    { signal },
  );
}

/** The three that Slack reads as markup, so no link and no `<!channel>`; and `@` without a name, which Mattermost would call. */
function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200B');
}
