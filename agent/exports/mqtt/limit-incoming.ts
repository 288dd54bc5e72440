import type { MqttClient } from 'mqtt';

/** Far more than what this agent subscribes to. */
const MAX_PACKET_BYTES = 262_144;

/** Ends connections whose broker sends a larger packet: the library would collect up to 256 MB of one. */
export function limitIncoming(client: MqttClient): void {
  let unparsed = 0;
  client.on('packetreceive', () => (unparsed = 0));
  client.on('packetsend', ({ cmd }) => {
    // The first packet of each connection, which has a stream of its own.
    if (cmd !== 'connect') return;
    const { stream } = client;
    unparsed = 0;
    stream.on('data', (chunk: Uint8Array) => {
      unparsed += chunk.byteLength;
      if (unparsed > MAX_PACKET_BYTES) stream.destroy();
    });
  });
}
