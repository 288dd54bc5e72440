import type { MqttClient } from 'mqtt';

/** Far more than what this agent subscribes to. */
const MAX_BYTES = 262_144;
/** What this agent sends of its own accord, each half minute at least. */
const OWN_PACKETS: ReadonlySet<string | undefined> = new Set(['publish', 'subscribe', 'pingreq']);

/**
 * Ends connections whose broker sends more than 256 kB between two packets of this agent, or what is no MQTT: the library would collect up to 256 MB of
 * one packet, and read on whatever comes.
 */
export function limitIncoming(client: MqttClient): void {
  let received = 0;
  const watch = (): void => {
    const { stream } = client;
    received = 0;
    stream.on('data', (chunk: Uint8Array) => {
      received += chunk.byteLength;
      if (received > MAX_BYTES) stream.destroy();
    });
  };
  watch();
  // Told just before the next connection gets a stream of its own.
  client.on('reconnect', () => process.nextTick(watch));
  client.on('packetsend', ({ cmd }) => {
    if (OWN_PACKETS.has(cmd)) received = 0;
  });
  client.on('error', () => client.stream.destroy());
}
