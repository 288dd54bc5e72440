import type { NtfyChannel } from '../../alert-settings.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { Message } from '../message.ts';
import { readAddress, readSecret } from '../secrets.ts';
import { sendJson } from '../send.ts';

const PRIORITIES = { trouble: 4, warning: 3, well: 3 } as const;
const TAGS = { trouble: 'rotating_light', warning: 'warning', well: 'white_check_mark' } as const;

/** Publishes as JSON (https://docs.ntfy.sh/publish/#publish-as-json), which takes any character, as headers do not. */
export async function sendToNtfy(
  settings: NtfyChannel,
  { title, lines, url, mood }: Message,
  signal: AbortSignal,
): Promise<void> {
  const { server, topic } = partsOf(await readAddress(settings.address));
  const token = settings.token === null ? null : await readSecret(settings.token, 'token');
  await sendJson(
    server,
    {
      topic,
      title,
      message: lines.join('\n'),
      priority: PRIORITIES[mood],
      tags: [TAGS[mood]],
      ...(url === null ? {} : { click: url }),
    },
    { signal, ...(token === null ? {} : { headers: { Authorization: `Bearer ${token}` } }) },
  );
}

/** `https://ntfy.sh/my-topic`: such messages go to the server, and name the topic. */
function partsOf(address: string): { readonly server: string; readonly topic: string } {
  const url = URL.canParse(address) ? new URL(address) : null;
  const topic = url?.pathname.split('/').at(-1);
  if (url === null || topic === undefined || topic === '')
    throw new DeliveryError('its address has no topic at its end: https://ntfy.sh/TOPIC');
  return { server: new URL('.', url).href, topic: decodeURIComponent(topic) };
}
