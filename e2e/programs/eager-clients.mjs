/**
 * Clients of an agent in a process that a test can stop: `node eager-clients.mjs http://127.0.0.1:PORT/ COUNT`. Each subscribes to ten long
 * frames per second; a message to the parent reports that all have received one.
 */
import process from 'node:process';
import { WebSocket } from 'ws';

const [url = '', count = ''] = process.argv.slice(2);
const clients = Array.from({ length: Number(count) }, () => {
  const client = new WebSocket(`${url.replace(/^http/, 'ws')}metrics`, 'metrics-panel.v1');
  client.on('open', () => {
    for (let number = 0; number < 8; number += 1) {
      const sub = `${number}${'x'.repeat(250)}`;
      client.send(JSON.stringify({ action: 'subscribe', sub, metrics: ['*'], intervalMs: 100 }));
    }
  });
  return new Promise((resolve) => {
    client.on('message', (/** @type {Buffer} */ text) => {
      if (text.toString().includes('"type":"metrics"')) resolve(undefined);
    });
  });
});
await Promise.all(clients);
process.send?.('served');
