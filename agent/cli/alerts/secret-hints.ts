import { stat } from 'node:fs/promises';
import type { Address, ChannelSettings, SecretSource } from '../../alerts/alert-settings.ts';
import { errorCode } from '../../system-error.ts';

/** Read or written by others than its owner and group. */
const BY_OTHERS = 0o007;

/** What may be wrong with the secrets of channels, a sentence each. */
export async function secretHints(channels: readonly ChannelSettings[]): Promise<readonly string[]> {
  const hints = await Promise.all(
    channels.flatMap((channel) => sourcesOf(channel).map((source) => hintOf(channel.name, source))),
  );
  return hints.filter((hint) => hint !== null);
}

function sourcesOf(channel: ChannelSettings): readonly SecretSource[] {
  const sources: readonly (Address | SecretSource | null)[] = [
    'address' in channel ? channel.address : null,
    'token' in channel ? channel.token : null,
    'password' in channel ? channel.password : null,
    ...('secretHeaders' in channel ? Object.values(channel.secretHeaders) : []),
  ];
  return sources.flatMap((source) => (source === null || 'url' in source ? [] : [source]));
}

async function hintOf(channel: string, source: SecretSource): Promise<string | null> {
  if ('env' in source) {
    return process.env[source.env] === undefined
      ? `${channel}: ${source.env} is not set here; the agent needs it`
      : null;
  }
  try {
    const { mode } = await stat(source.file);
    return (mode & BY_OTHERS) === 0
      ? null
      : `${channel}: other users can read ${source.file}: chmod 600 keeps it to its owner`;
  } catch (error) {
    return `${channel}: ${source.file} cannot be read (${errorCode(error) ?? String(error)})`;
  }
}
