/**
 * How many bytes is a sample? The same series in each form of the live protocol, from an agent of this host: the plain profile, which
 * names each value; v1, whose series are announced once; v1 that was asked to be compact; and v1 in MessagePack.
 *
 *   npm run build && npx tsx bench/frame-size.ts [--samples 15] [--metrics cpu,memory,…]
 *
 * Without `--metrics`: the first 12 of the catalogue, and all. Bytes of the message in a WebSocket frame, medians. Plain samples come each second.
 */
import { SUBPROTOCOL } from '../shared/protocol/constants.ts';
import { Follower, startAgent } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { DIALECTS, type Dialect } from './harness/dialects.ts';
import { SlimSocket } from './harness/slim-socket.ts';
import { median } from './harness/statistics.ts';

const { samples, metrics } = begin({ samples: 15, metrics: '' });

interface Form {
  readonly name: string;
  readonly dialect: Dialect;
  readonly request?: object;
  /** Of the bytes with names. */
  readonly atMost?: number;
}

const { protocol: _none, ...plain } = DIALECTS.agent;
const isCompact = (payload: Buffer): boolean => payload.toString('latin1', 0, 5) === '{"m":';
const FORMS: readonly Form[] = [
  { name: 'plain, names each value', dialect: plain },
  { name: SUBPROTOCOL, dialect: DIALECTS.agent },
  {
    name: `${SUBPROTOCOL}, compact`,
    dialect: { ...DIALECTS.agent, isBroadcast: isCompact },
    request: { compact: true },
    atMost: 0.4,
  },
  { name: `${SUBPROTOCOL}.msgpack`, dialect: DIALECTS['agent-msgpack'], atMost: 1 / 3 },
];

const agent = await startAgent();
const follower = await Follower.start(agent.url);
const names = follower.series.map(({ name }) => name);
follower.stop();
const selections = metrics === '' ? [names.slice(0, 12), ['*']] : [metrics.split(',')];
for (const selection of selections) {
  const bytes = await Promise.all(FORMS.map((form) => measured(form, selection)));
  const [named = Number.NaN] = bytes;
  const count = selection[0] === '*' ? names.length : selection.length;
  printTable(
    `${count} series, ${samples} samples (${selection.join()})`,
    FORMS.map(({ name }, index) => ({
      form: name,
      bytes: String(bytes[index]),
      'of the plain form': `${((bytes[index] ?? Number.NaN) / named).toFixed(2)} ×`,
    })),
  );
  console.log('');
  if (selection[0] === '*') continue;
  for (const [index, { name, atMost }] of FORMS.entries()) {
    if (atMost !== undefined) printVerdict(name, (bytes[index] ?? Number.NaN) / named, atMost, '×');
  }
}
await agent.stop();

function measured({ dialect, request }: Form, selection: readonly string[]): Promise<number> {
  const { path, protocol, say } = dialect;
  const lengths: number[] = [];
  return new Promise((resolve, reject) => {
    const socket = new SlimSocket({
      port: agent.port,
      path,
      ...(protocol === undefined ? {} : { protocol }),
      opened: (opened) =>
        say?.(opened, { action: 'subscribe', metrics: selection, intervalMs: 100, ...request }),
      message: (payload) => {
        if (!dialect.isBroadcast(payload)) return;
        lengths.push(payload.length);
        if (lengths.length < samples) return;
        resolve(median(lengths));
        socket.destroy();
      },
      closed: (code) => reject(new Error(`A viewer was closed with ${code}`)),
    });
  });
}
