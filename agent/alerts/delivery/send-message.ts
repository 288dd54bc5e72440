import type { ChannelSettings } from '../alert-settings.ts';
import type { Message } from './message.ts';

/**
 * Sends a message through a channel, whose code is loaded with its first message.
 * @throws DeliveryError
 */
export async function sendMessage(
  settings: ChannelSettings,
  message: Message,
  signal: AbortSignal,
): Promise<void> {
  switch (settings.type) {
    case 'webhook':
      return (await import('./channels/webhook.ts')).sendToWebhook(settings, message, signal);
    case 'ntfy':
      return (await import('./channels/ntfy.ts')).sendToNtfy(settings, message, signal);
    case 'slack':
      return (await import('./channels/slack.ts')).sendToSlack(settings, message, signal);
    case 'discord':
      return (await import('./channels/discord.ts')).sendToDiscord(settings, message, signal);
    case 'telegram':
      return (await import('./channels/telegram.ts')).sendToTelegram(settings, message, signal);
    case 'gotify':
      return (await import('./channels/gotify.ts')).sendToGotify(settings, message, signal);
    case 'mail':
      return (await import('./channels/mail.ts')).sendMail(settings, message, signal);
  }
}
