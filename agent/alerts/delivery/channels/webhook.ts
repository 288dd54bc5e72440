import type { WebhookChannel } from '../../alert-settings.ts';
import type { Message } from '../message.ts';
import { readAddress, readSecret } from '../secrets.ts';
import { send } from '../send.ts';
import { fillTemplate, fillText, type TemplateFields } from '../template.ts';

/** Posts the message as JSON, or what a template makes of it. */
export async function sendToWebhook(
  settings: WebhookChannel,
  { id, fields }: Message,
  signal: AbortSignal,
): Promise<void> {
  // Under the message's own names, so that those of the settings win. The key lets a receiver notice what a crash made us send twice.
  const headers = new Headers({ 'Idempotency-Key': id });
  for (const [name, template] of Object.entries(settings.headers))
    headers.set(name, headerText(fillText(template, fields)));
  const secrets = Object.entries(settings.secretHeaders).map(
    async ([name, source]) => [name, await readSecret(source, `header ${name}`)] as const,
  );
  for (const [name, secret] of await Promise.all(secrets)) headers.set(name, secret);
  const body = bodyOf(settings.body, headers.get('Content-Type'), fields);
  if (!headers.has('Content-Type'))
    headers.set(
      'Content-Type',
      typeof settings.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    );
  const { method } = settings;
  await send(await readAddress(settings.address), {
    method,
    headers: Object.fromEntries(headers),
    body,
    signal,
  });
}

function bodyOf(
  template: WebhookChannel['body'],
  contentType: string | null,
  fields: TemplateFields,
): string {
  if (template === null) return JSON.stringify(fields);
  if (typeof template === 'string') return fillText(template, fields, escapeFor(contentType ?? ''));
  return JSON.stringify(fillTemplate(template, fields));
}

/** A text that claims to be of some format stays so, whatever a label is. */
function escapeFor(contentType: string): ((text: string) => string) | undefined {
  if (/json/i.test(contentType)) return (text) => JSON.stringify(text).slice(1, -1);
  if (/urlencoded/i.test(contentType)) return encodeURIComponent;
  if (/html|xml/i.test(contentType)) return escapeMarkup;
  return undefined;
}

function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** HTTP takes Latin-1 only, and one line. */
function headerText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\u0020-\u007E\u00A0-\u00FF]/gu, '?')
    .slice(0, 1000)
    .trim();
}
