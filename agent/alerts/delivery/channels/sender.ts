import type { ChannelSettings } from '../../alert-settings.ts';
import type { Message } from '../message.ts';

/**
 * Sends one message to a channel.
 * @throws DeliveryError
 */
export type Sender<Settings extends ChannelSettings> = (
  settings: Settings,
  message: Message,
  signal: AbortSignal,
) => Promise<void>;
