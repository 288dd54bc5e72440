import type { DiscordChannel } from '../../alert-settings.ts';
import type { Message } from '../message.ts';
import { readAddress } from '../secrets.ts';
import { sendJson } from '../send.ts';

const COLORS = { trouble: 0xd03b3b, warning: 0xfab219, well: 0x0ca30c } as const;
const MAX_TITLE = 256;

/** Posts to a webhook of Discord, as an embed in which nobody is called. */
export async function sendToDiscord(
  settings: DiscordChannel,
  { title, lines, url, mood }: Message,
  signal: AbortSignal,
): Promise<void> {
  const description = lines.map(escapeMarkdown).join('\n');
  await sendJson(
    await readAddress(settings.address),
    {
      embeds: [
        {
          title: cut(escapeMarkdown(title), MAX_TITLE),
          // A label of nothing but markup grows to twice its length.
          description: cut(description, 4096),
          color: COLORS[mood],
          ...(url === null ? {} : { url }),
        },
      ],
      allowed_mentions: { parse: [] },
    },
    { signal },
  );
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]()<:@-]/g, String.raw`\$&`);
}

/** Neither half a character nor a lone backslash at the end. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 2).replace(/\p{Surrogate}$|\\+$/u, '')}…`;
}
