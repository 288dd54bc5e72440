/**
 * What does a scrape by Prometheus cost, and do the dashboards for node_exporter work? Runs Debian's node_exporter and Prometheus beside the agent.
 *
 *   npm run build && npx tsx bench/prometheus.ts [--dashboard FILE] [--scrapes 200] [--list]     # Linux; a minute, with a dashboard three
 *
 * `--dashboard` is the JSON of a Grafana dashboard for node_exporter, such as `prometheus/node-exporter-full.json` of the public repository
 * rfmoz/grafana-dashboards: each of its queries is asked of both, at five moments. `--list` prints those that differ.
 */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { startNodeExporter, startPrometheus } from '../e2e/prometheus-server.ts';
import { startAgent } from './harness/agent.ts';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { cpuMs, residentBytes } from './harness/processes.ts';
import { filledIn, isNear, median, queriesOf, seriesKey } from './prometheus/dashboard.ts';

const options = begin({ dashboard: '', scrapes: 200, list: false });
/** Scrapes before the figures. */
const WARM_UP = 20;
const connections = new Agent({ keepAlive: true });
/** Of rates. */
const WINDOW = '60s';
const FILL_WINDOW_MS = 75_000;
const MOMENTS = 5;
const BETWEEN_MS = 5000;

const exporter = await startNodeExporter();
await measureScrapes();
if (options.dashboard !== '') await compareDashboard(options.dashboard);
await exporter.stop();
process.exit(0);

/** The agent samples once a minute, so that what it takes is taken by scrapes. */
async function measureScrapes(): Promise<void> {
  const agent = await startAgent({ flags: ['--interval', '60000'] });
  const ways = { 'this agent': agent, node_exporter: exporter } as const;
  const rows = [];
  const costs = new Map<string, number>();
  for (const accept of ['gzip', 'identity']) {
    const spent = new Map<string, number[]>();
    const sizes = new Map<string, number>();
    for (let count = 0; count < options.scrapes + WARM_UP; count += 1) {
      for (const [name, { pid, port }] of Object.entries(ways)) {
        const beforeMs = cpuMs(pid);
        sizes.set(name, await scrape(port, accept));
        // What threads finish after the answer belongs to it.
        await wait(20);
        if (count >= WARM_UP) spent.set(name, [...(spent.get(name) ?? []), cpuMs(pid) - beforeMs]);
      }
    }
    for (const [name, each] of spent) {
      const mean = each.reduce((sum, one) => sum + one, 0) / each.length;
      costs.set(`${name} ${accept}`, mean);
      rows.push({
        exporter: name,
        answer: accept,
        bytes: String(sizes.get(name)),
        'CPU, mean': `${mean.toFixed(2)} ms`,
        'CPU, median': `${median(each).toFixed(2)} ms`,
        resident: `${(residentBytes(ways[name as keyof typeof ways].pid) / 1e6).toFixed(1)} MB`,
      });
    }
  }
  await agent.stop();
  printTable(`Scrapes, ${options.scrapes} of each in turns`, rows);
  const cost = costs.get('this agent gzip') ?? Number.NaN;
  printVerdict('a scrape', cost, 3, 'ms of CPU');
  printVerdict('against node_exporter', cost / (costs.get('node_exporter gzip') ?? Number.NaN), 0.25, '×');
}

/** As Prometheus 2.42 asks. @returns the length of the body as it was sent */
async function scrape(port: number, encoding: string): Promise<number> {
  const accept =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  const request = get({
    host: '127.0.0.1',
    port,
    path: '/metrics',
    agent: connections,
    headers: { accept, 'accept-encoding': encoding },
  });
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk as Buffer));
  const body = Buffer.concat(chunks);
  const text = encoding === 'gzip' ? gunzipSync(body) : body;
  if (!text.includes('node_uname_info')) throw new Error('This is no exposition');
  return body.length;
}

async function compareDashboard(path: string): Promise<void> {
  const agent = await startAgent({ flags: [] });
  const prometheus = await startPrometheus({ theirs: { port: exporter.port }, ours: { port: agent.port } });
  const queries = queriesOf(path);
  await wait(FILL_WINDOW_MS);
  const moments: number[] = [];
  for (let count = 0; count < MOMENTS; count += 1) {
    await wait(BETWEEN_MS);
    moments.push(Date.now() - 2000);
  }
  const rows = new Map<string, Record<string, number>>();
  const differing: string[] = [];
  const asked = async (expression: string, job: string, port: number): Promise<Map<string, number>> => {
    const values = new Map<string, number[]>();
    const query = filledIn(expression, job, `127.0.0.1:${port}`, os.hostname(), WINDOW);
    for (const atMs of moments) {
      for (const found of await prometheus.query(query, atMs)) {
        const key = seriesKey(found);
        values.set(key, [...(values.get(key) ?? []), found.value]);
      }
    }
    return new Map([...values].map(([key, each]) => [key, median(each)]));
  };
  for (const { row, panel, expression } of queries) {
    const counts = rows.get(row) ?? { queries: 0, theirs: 0, ours: 0, 'all series': 0, 'within 5 %': 0 };
    rows.set(row, counts);
    const add = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
    const theirs = await asked(expression, 'theirs', exporter.port);
    const ours = await asked(expression, 'ours', agent.port);
    add('queries');
    if (theirs.size === 0) continue;
    add('theirs');
    if (ours.size > 0) add('ours');
    const missing = [...theirs.keys()].filter((key) => !ours.has(key));
    if (missing.length === 0) add('all series');
    const off = [...theirs].filter(([key, value]) => !isNear(value, ours.get(key) ?? Number.NaN));
    if (off.length === 0) add('within 5 %');
    else
      differing.push(
        `- ${row} / ${panel}: ${expression}\n  ${off
          .map(([key, value]) => `${key} ${value} ${ours.get(key)}`)
          .slice(0, 3)
          .join('\n  ')}`,
      );
  }
  const sum: Record<string, number> = {};
  for (const counts of rows.values()) {
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  }
  printTable(
    'Queries of the dashboard: with an answer from node_exporter, from the agent, with all its series, within 5 %',
    [...rows, ['all', sum] as const].map(([row, counts]) => ({
      row,
      ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])),
    })),
  );
  if (options.list) console.log(`\n${differing.join('\n')}`);
  await prometheus.stop();
  await agent.stop();
}
