import type { ChannelSettings } from '../alert-settings.ts';
import { DeliveryError } from './delivery-error.ts';
import { composeTest } from './message.ts';
import { plainText } from './plain-text.ts';
import { sendMessage } from './send-message.ts';

export interface TestOptions {
  readonly dashboardUrl: string | null;
  /** Of the host that sends it, for people. */
  readonly hostLabel: string;
  readonly signal?: AbortSignal;
}

/**
 * Sends a message that says it is a test.
 * @returns what went wrong, as a sentence without secrets; `null` for nothing
 */
export async function sendTest(
  channel: ChannelSettings,
  { dashboardUrl, hostLabel, signal = new AbortController().signal }: TestOptions,
): Promise<string | null> {
  try {
    await sendMessage(
      channel,
      composeTest(plainText(hostLabel), { dashboardUrl, nowMs: Date.now() }),
      signal,
    );
    return null;
  } catch (error) {
    return problemOf(channel.name, error);
  }
}

/** Why a message did not get through a channel, as a sentence. */
export function problemOf(channel: string, error: unknown): string {
  // Anything else is a defect, and its message might hold anything.
  const reason = error instanceof DeliveryError ? error.message : 'the message could not be sent';
  return `${plainText(channel)}: ${plainText(reason, 300)}.`;
}
