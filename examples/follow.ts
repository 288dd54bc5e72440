/**
 * Follows an agent from Node and prints its samples:
 *
 *   npx tsx examples/follow.ts http://localhost:8080 cpu memory
 *
 * Cut the network or restart the agent meanwhile: missed samples follow later, or a line says which are lost.
 */
import { matchesGlob } from '../shared/protocol/catalogue.ts';
import { MetricsClient } from '../shared/client/metrics-client.ts';
import { nodeClock } from './node-clock.ts';
import { WsTransport } from './ws-transport.ts';

const [url = 'http://localhost:8080', ...asked] = process.argv.slice(2);
const metrics = asked.length > 0 ? asked : ['cpu', 'memory'];
if (!/^https?:\/\/./.test(url)) {
  console.error('usage: npx tsx examples/follow.ts http://localhost:8080 cpu memory');
  process.exit(1);
}
const token = process.env['METRICS_PANEL_TOKEN'];

const client = new MetricsClient({
  transport: new WsTransport(url),
  clock: nodeClock,
  random: Math.random,
  ...(token === undefined ? {} : { token }),
});
const time = (unixMs: number): string => new Date(unixMs).toISOString();
let names: string[] = [];

client.onStatus((status) => {
  console.error('reason' in status ? `${status.state}: ${status.reason}` : status.state);
  // Such as a wrong token: the client does not try again.
  if (status.state === 'error') process.exitCode = 1;
});
client.subscribe(
  { metrics },
  {
    subscribed: ({ series }) => {
      names = series.map(({ name }) => name);
      const missing = metrics.filter((metric) => !names.some((name) => matchesGlob(metric, name)));
      if (missing.length > 0) console.error(`not shown by this agent: ${missing.join(', ')}`);
    },
    sample: ({ timestampMs, values }) =>
      console.log(time(timestampMs), names.map((name, i) => `${name}=${values[i] ?? 'unknown'}`).join(' ')),
    gap: ({ fromMs, toMs, reason }) => console.log(`${time(fromMs)} … ${time(toMs)} missing: ${reason}`),
    refused: ({ error }) => console.error(error),
  },
);
client.start();
process.once('SIGINT', () => client.stop());
