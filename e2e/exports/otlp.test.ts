import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { throughProto } from '../../agent/testing/otlp-proto.ts';
import { startReceiver, type Received, type Receiver } from '../../agent/testing/receiver.ts';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { lastingPort } from '../lasting-port.ts';
import { linesOf } from './server-program.ts';

interface Sums {
  readonly timeUnixNano: string;
  readonly startTimeUnixNano: string;
  readonly asInt: string;
}

let folder: string;
let headers: string;
let port: number;
let receiver: Receiver;
let agent: AgentProcess;
/** What the receiver answers with. */
let status: number;
let body: string;
/** The requests that it has taken. */
let taken: Received[];

const startOtlp = (): Promise<Receiver> =>
  startReceiver((response, request) => {
    if (status === 200) taken.push(request);
    response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end(body);
  }, port);

beforeAll(async () => {
  status = 200;
  body = '{}';
  taken = [];
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  headers = join(folder, 'headers');
  writeFileSync(headers, '# For the tenant\nAuthorization: Bearer first\nX-Scope-OrgID: 7\n');
  port = await lastingPort('agent');
  receiver = await startOtlp();
  agent = await startAgent({
    args: ['--otlp', `http://127.0.0.1:${port}/base/`, '--otlp-headers', headers, '--push-interval', '1'],
  });
});
afterAll(async () => {
  await agent.kill();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

/** A request as the published messages read it, which must be as it was sent. */
function decode(request: Received): unknown {
  expect(request.headers['content-encoding']).toBe('gzip');
  expect(request.headers['content-type']).toBe('application/json');
  const sent: unknown = JSON.parse(String(gunzipSync(request.body)));
  const read: unknown = JSON.parse(JSON.stringify(throughProto(sent)));
  expect(read).toEqual(sent);
  return read;
}

function forksOf(request: Received): Sums | undefined {
  const read = decode(request) as {
    resourceMetrics: {
      scopeMetrics: { metrics: { name: string; sum?: { dataPoints: Sums[] } }[] }[];
    }[];
  };
  const metrics = read.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
  return metrics.find(({ name }) => name === 'system.process.created')?.sum?.dataPoints[0];
}

it('a receiver gets requests that the published messages read unchanged, with the headers of the file', async () => {
  await expect.poll(() => taken.length).toBeGreaterThan(0);
  const [first] = taken;
  if (first === undefined) throw new Error('nothing was taken');
  expect(first.path).toBe('/base/v1/metrics');
  expect(first.headers).toMatchObject({ authorization: 'Bearer first', 'x-scope-orgid': '7' });
  const { resourceMetrics } = decode(first) as {
    resourceMetrics: { resource: { attributes: { key: string }[] } }[];
  };
  expect(resourceMetrics[0]?.resource.attributes.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['service.name', 'service.instance.id', 'host.name', 'os.type']),
  );
  writeFileSync(headers, 'Authorization: Bearer second\n');
  await expect.poll(() => taken.at(-1)?.headers.authorization).toBe('Bearer second');
});

it.runIf(process.platform === 'linux')(
  'a receiver that is overloaded, then away, gets all of it later, in order and with its own times',
  async () => {
    status = 429;
    const refusedFrom = receiver.requests.length;
    await expect.poll(() => receiver.requests.length - refusedFrom).toBeGreaterThan(1);
    await receiver.close();
    await expect
      .poll(() => linesOf(agent.log, 'OTLP'))
      .toEqual([`OTLP: 127.0.0.1:${port} answers with 429; values wait in memory until they are taken`]);
    const before = taken.length;
    status = 200;
    receiver = await startOtlp();
    await expect.poll(() => linesOf(agent.log, 'OTLP').at(-1)).toBe('OTLP: values are taken again');
    await expect.poll(() => taken.length - before).toBeGreaterThan(4);
    const sums = taken.map((request) => forksOf(request));
    expect(new Set(sums.map((sum) => sum?.startTimeUnixNano)).size).toBe(1);
    const seconds = sums.slice(1).map((sum) => Math.floor(Number(sum?.timeUnixNano) / 1e9));
    // A sample of a busy machine may be late, but none is missing for longer.
    for (const [index, second] of seconds.entries())
      expect(second - (seconds[index - 1] ?? second - 1)).toBeLessThanOrEqual(2);
    const counts = sums.map((sum) => Number(sum?.asInt));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  },
);

it('what a receiver refuses is dropped and told once, and what it takes in part once too', async () => {
  status = 400;
  body = 'Bearer second\nhunter2';
  await expect
    .poll(() => linesOf(agent.log, 'OTLP').at(-1))
    .toBe(`OTLP: 127.0.0.1:${port} answers with 400; such values are dropped`);
  status = 200;
  body = JSON.stringify({ partialSuccess: { rejectedDataPoints: '3', errorMessage: 'hunter2' } });
  const before = taken.length;
  await expect.poll(() => taken.length - before).toBeGreaterThan(2);
  const lines = linesOf(agent.log, 'OTLP');
  expect(lines.filter((line) => line.includes('but for 3 values'))).toHaveLength(1);
  expect(lines.at(-1)).toBe('OTLP: values are taken again');
  expect(JSON.stringify(agent.log)).not.toMatch(/hunter2|Bearer/);
});
