import type * as Decoding from './message-pack-input.ts';
import type * as Encoding from '../../shared/protocol/msgpack-encoder.ts';

export type MessagePack = Pick<
  typeof Encoding,
  'batchHead' | 'encodeHistory' | 'encodeSamples' | 'encodeText'
> &
  Pick<typeof Decoding, 'decodeClientBytes'>;

let loaded: MessagePack | null = null;

/** To be awaited before a connection speaks MessagePack: an agent whose clients do not never loads it. `null` once it is loaded. */
export function loadMessagePack(): Promise<void> | null {
  return loaded === null ? load() : null;
}

/** @throws TypeError before it is loaded */
export function messagePack(): MessagePack {
  if (loaded === null) throw new TypeError('MessagePack is not loaded yet');
  return loaded;
}

async function load(): Promise<void> {
  const [encoding, decoding] = await Promise.all([
    import('../../shared/protocol/msgpack-encoder.ts'),
    import('./message-pack-input.ts'),
  ]);
  loaded = { ...encoding, ...decoding };
}
