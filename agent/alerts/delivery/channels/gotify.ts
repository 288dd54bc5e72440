import type { GotifyChannel } from '../../alert-settings.ts';
import type { Message } from '../message.ts';
import { readAddress, readSecret } from '../secrets.ts';
import { sendJson } from '../send.ts';

/** From 4 a phone makes a sound, from 8 it shows the message at once. */
const PRIORITIES = { trouble: 8, warning: 5, well: 4 } as const;

export async function sendToGotify(
  settings: GotifyChannel,
  { title, lines, url, mood }: Message,
  signal: AbortSignal,
): Promise<void> {
  const address = await readAddress(settings.address);
  await sendJson(
    `${address.replace(/\/$/, '')}/message`,
    {
      title,
      message: lines.join('\n'),
      priority: PRIORITIES[mood],
      ...(url === null ? {} : { extras: { 'client::notification': { click: { url } } } }),
    },
    { signal, headers: { 'X-Gotify-Key': await readSecret(settings.token, 'token') } },
  );
}
