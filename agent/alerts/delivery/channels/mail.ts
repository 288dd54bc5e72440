import type { MailChannel } from '../../alert-settings.ts';
import { errorCode } from '../../../system-error.ts';
import { DeliveryError } from '../delivery-error.ts';
import type { Message } from '../message.ts';
import { plainText } from '../plain-text.ts';
import { readSecret } from '../secrets.ts';
import { explanationOf, isUnreached } from '../send.ts';

/** For a connection with its greeting, and for each answer. */
const STEP_MS = 10_000;
/** For everything: servers that look for spam take their time with each step. */
const TIMEOUT_MS = 60_000;

/** nodemailer’s code for the end by a signal. */
const ABORTED = 'EABORT';
/** And for an answer that it cannot read. */
const NO_SMTP = 'EPROTOCOL';
const MAX_REFERENCES = 20;

/** Sends a mail by SMTP. Mails about the same alert are one conversation. nodemailer is loaded with the first. */
export async function sendMail(settings: MailChannel, message: Message, signal: AbortSignal): Promise<void> {
  const { host, port, security, user, from, to } = settings;
  const pass = settings.password === null ? null : await readSecret(settings.password, 'password');
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    // What may go unencrypted need not be encrypted for a proven receiver.
    tls: { rejectUnauthorized: security !== 'plain' },
    ...(user === null ? {} : { auth: { user, pass: pass ?? '' } }),
    connectionTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    dnsTimeout: STEP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = domainOf(from);
  const idOf = (id: string): string => `<${id.replaceAll(/[^\w.-]/g, '')}@${domain}>`;
  const ended = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    await transport.sendMail({
      from,
      to: [...to],
      subject: plainText(message.title, 200),
      text: [...message.lines, ...(message.url === null ? [] : ['', message.url])].join('\n'),
      messageId: idOf(message.id),
      references: [...new Set(message.tellings.map(({ alert }) => alert.id))]
        .slice(0, MAX_REFERENCES)
        .map(idOf),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      signal: ended,
    });
  } catch (error) {
    if (signal.aborted && errorCode(error) === ABORTED)
      throw new DeliveryError(`The mail by ${host}:${port} was ended`);
    throw failureOf(error, `${host}:${port}`);
  } finally {
    transport.close();
  }
}

/** Not what the server says: it may repeat what it was told. */
function failureOf(error: unknown, where: string): DeliveryError {
  const code = errorCode(error) ?? 'unknown error';
  if (code === 'EAUTH') return new DeliveryError(`${where} refuses the login: check user and password`);
  if (code === 'ETIMEDOUT' || code === ABORTED) return new DeliveryError(`${where} did not answer in time`);
  if (error instanceof Error && 'command' in error && error.command === 'STARTTLS' && 'responseCode' in error)
    return new DeliveryError(`${where} offers no encryption`);
  if (error instanceof Error && 'responseCode' in error)
    return new DeliveryError(
      `${where} refuses the mail with ${String(error.responseCode)}: check from and to`,
    );
  if (code === NO_SMTP) return new DeliveryError(`${where} answers with something that is no SMTP`);
  // Which nodemailer tells in words alone.
  if (/\bcertificate\b/i.test(String(error)))
    return new DeliveryError(`${where} could not be reached: its certificate is not trusted here`);
  if (/\b(?:TLS|SSL)\b|ssl3_/i.test(String(error)))
    return new DeliveryError(`${where} could not be reached: it speaks no TLS that is understood here`);
  const [cause = code] = /\b(?:E[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+)\b/.exec(String(error)) ?? [];
  return new DeliveryError(`${where} could not be reached: ${cause}${explanationOf(cause)}`, {
    isUnreached: isUnreached(cause),
  });
}

function domainOf(address: string): string {
  const [, domain] = /@([\w.-]+)>?\s*$/.exec(address) ?? [];
  return domain ?? 'metrics-panel.invalid';
}
