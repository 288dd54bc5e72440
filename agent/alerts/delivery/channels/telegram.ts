import type { TelegramChannel } from '../../alert-settings.ts';
import type { Message } from '../message.ts';
import { readSecret } from '../secrets.ts';
import { sendJson } from '../send.ts';

const SERVER = 'https://api.telegram.org';

/** Sends through a bot. Without a parse mode: what is bold is told by position, so no label can be markup. */
export async function sendToTelegram(
  settings: TelegramChannel,
  { title, lines, url }: Message,
  signal: AbortSignal,
): Promise<void> {
  const token = await readSecret(settings.token, 'token');
  const server = (settings.server ?? SERVER).replace(/\/$/, '');
  await sendJson(
    `${server}/bot${encodeURIComponent(token).replace('%3A', ':')}/sendMessage`,
    {
      chat_id: settings.chat,
      text: [title, ...lines, ...(url === null ? [] : [url])].join('\n'),
      entities: [{ type: 'bold', offset: 0, length: title.length }],
      link_preview_options: { is_disabled: true },
    },
    { signal },
  );
}
