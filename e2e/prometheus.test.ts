import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from './agent-process.ts';
import { installedProgram, whetherInstalled } from './installed-program.ts';
import {
  NODE_EXPORTER,
  PROMETHEUS,
  startNodeExporter,
  startPrometheus,
  type Found,
  type PrometheusServer,
  type Server,
} from './prometheus-server.ts';

const PROGRAMS = [PROMETHEUS, NODE_EXPORTER];
const SECRET = 'a-secret-of-32-random-characters';
const isMissing = PROGRAMS.some((name) => installedProgram(name) === undefined);

/** What the first two rows of the dashboards for node_exporter ask, in our words; `JOB` is the exporter. */
const FIRST_ROWS: Readonly<Record<string, string>> = {
  'how busy processors are': 'sum(irate(node_cpu_seconds_total{job="JOB",mode!="idle"}[10s])) >= 0',
  'idle processors': 'avg(rate(node_cpu_seconds_total{job="JOB",mode="idle"}[10s])) >= 0',
  'processors that wait for disks': 'sum by (mode) (node_cpu_seconds_total{job="JOB",mode="iowait"})',
  'processors in each mode': 'count by (mode) (node_cpu_seconds_total{job="JOB"})',
  'number of processors': 'count(count by (cpu) (node_cpu_seconds_total{job="JOB"}))',
  'load per processor':
    'scalar(node_load1{job="JOB"}) / count(count by (cpu) (node_cpu_seconds_total{job="JOB"}))',
  'load of 5 minutes': 'node_load5{job="JOB"}',
  'load of 15 minutes': 'node_load15{job="JOB"}',
  memory: 'node_memory_MemTotal_bytes{job="JOB"}',
  'memory used': '1 - node_memory_MemAvailable_bytes{job="JOB"} / node_memory_MemTotal_bytes{job="JOB"}',
  'memory free': 'node_memory_MemFree_bytes{job="JOB"}',
  'memory cached':
    'node_memory_Cached_bytes{job="JOB"} + node_memory_Buffers_bytes{job="JOB"} + node_memory_SReclaimable_bytes{job="JOB"}',
  swap: 'node_memory_SwapTotal_bytes{job="JOB"}',
  'swap used': 'node_memory_SwapTotal_bytes{job="JOB"} - node_memory_SwapFree_bytes{job="JOB"}',
  'root file system': 'node_filesystem_size_bytes{job="JOB",mountpoint="/",fstype!="rootfs"}',
  'root file system used':
    '1 - node_filesystem_avail_bytes{job="JOB",mountpoint="/",fstype!="rootfs"} / node_filesystem_size_bytes{job="JOB",mountpoint="/",fstype!="rootfs"}',
  'file systems used':
    '1 - node_filesystem_avail_bytes{job="JOB",device!~"rootfs"} / node_filesystem_size_bytes{job="JOB",device!~"rootfs"}',
  uptime: 'node_time_seconds{job="JOB"} - node_boot_time_seconds{job="JOB"}',
  'pressure of processors': 'node_pressure_cpu_waiting_seconds_total{job="JOB"}',
  'pressure of memory': 'node_pressure_memory_waiting_seconds_total{job="JOB"}',
  'pressure of disks': 'node_pressure_io_waiting_seconds_total{job="JOB"}',
  received: 'node_network_receive_bytes_total{job="JOB",device!="lo"}',
  sent: 'node_network_transmit_bytes_total{job="JOB",device!="lo"}',
  'the host, by which a dashboard is chosen': 'node_uname_info{job="JOB"}',
};

/** These differ between two scrapes. */
const UNSTEADY = new Set(['how busy processors are', 'idle processors', 'load per processor', 'memory free']);
const NEAR = 0.05;
const NOTHING = 0.05;

describe.skipIf(isMissing)(`Prometheus${whetherInstalled(...PROGRAMS)}`, () => {
  let folder: string;
  let agent: AgentProcess;
  let exporter: Server;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prometheus-test-'));
    const credentials_file = join(folder, 'token');
    writeFileSync(credentials_file, SECRET);
    agent = await startAgent({ env: { METRICS_PANEL_TOKEN: SECRET } });
    exporter = await startNodeExporter();
    prometheus = await startPrometheus({
      ours: { port: agent.port, authorization: { credentials_file } },
      theirs: { port: exporter.port },
      tokenless: { port: agent.port },
    });
    for (const job of ['ours', 'theirs']) {
      await prometheus.until(`count_over_time(node_time_seconds{job="${job}"}[1m]) >= 5`, isOne);
    }
  }, 60_000);

  afterAll(async () => {
    await prometheus?.stop();
    await exporter?.stop();
    await agent?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('scrapes the agent with a token in a file, and not without', async () => {
    expect((await prometheus.query('up{job="ours"}')).map(({ value }) => value)).toEqual([1]);
    expect((await prometheus.query('up{job="tokenless"}')).map(({ value }) => value)).toEqual([0]);
    const { activeTargets } = (await prometheus.ask('/api/v1/targets')) as {
      readonly activeTargets: readonly { readonly scrapePool: string; readonly lastError: string }[];
    };
    expect(activeTargets.find(({ scrapePool }) => scrapePool === 'ours')?.lastError).toBe('');
    expect(activeTargets.find(({ scrapePool }) => scrapePool === 'tokenless')?.lastError).toMatch(/401/);
  });

  it.each([
    ['OpenMetrics', 'application/openmetrics-text;version=1.0.0', 'node_cpu_seconds'],
    ['text', 'text/plain;version=0.0.4', 'node_cpu_seconds_total'],
  ])('stores every series that is sent as %s', async (_name, accept, family) => {
    const headers = { Accept: accept, Authorization: `Bearer ${SECRET}` };
    const sent = await (await fetch(`${agent.url}metrics`, { headers })).text();
    expect(sent).toContain(`# TYPE ${family} counter\n`);
    const lines = sent.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    // Prometheus prefers OpenMetrics; the older format goes through a page that has nothing else.
    const page = await startPage(sent, `${accept}; charset=utf-8`);
    const other = await startPrometheus({ page: { port: page.port } });
    try {
      await other.until('scrape_samples_post_metric_relabeling{job="page"} > 0', isOne);
      const [scraped] = await other.query('scrape_samples_post_metric_relabeling{job="page"}');
      expect([await other.query('up{job="page"}').then(valuesOf), scraped?.value]).toEqual([
        [1],
        lines.length,
      ]);
      expect((await other.query('count({job="page",__name__!~"up|scrape_.*"})'))[0]?.value).toBe(
        lines.length,
      );
    } finally {
      await other.stop();
      await page.stop();
    }
  });

  it.each(Object.entries(FIRST_ROWS))('tells what node_exporter tells of %s', async (name, expression) => {
    const [theirs, ours] = await Promise.all(
      ['theirs', 'ours'].map((job) => prometheus.query(expression.replaceAll('JOB', job))),
    );
    expect(theirs?.length).toBeGreaterThan(0);
    const known = new Map((ours ?? []).map((found) => [keyOf(found), found.value]));
    const seen = (theirs ?? []).map((found) => [keyOf(found), known.get(keyOf(found))] as const);
    expect(seen.filter(([, value]) => value === undefined)).toEqual([]);
    if (UNSTEADY.has(name)) return;
    const off = (theirs ?? []).filter((found) => {
      const value = known.get(keyOf(found)) ?? Number.NaN;
      return !(
        Math.abs(value - found.value) <=
        NEAR * Math.max(Math.abs(value), Math.abs(found.value)) + NOTHING
      );
    });
    expect(off.map((found) => [found, known.get(keyOf(found))])).toEqual([]);
  });

  it('knows the agent and its host', async () => {
    const [uname] = await prometheus.query('node_uname_info{job="ours"}');
    expect(uname?.labels).toMatchObject({ nodename: os.hostname(), release: os.release(), sysname: 'Linux' });
    expect(await prometheus.query('metrics_panel_build_info{job="ours"}').then(valuesOf)).toEqual([1]);
    const [open] = await prometheus.query('process_open_fds{job="ours"}');
    expect(open?.value).toBeGreaterThan(10);
  });
});

/** Serves this text, whatever is asked for. */
async function startPage(
  text: string,
  type: string,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': type }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isOne(found: readonly Found[]): boolean {
  return found.length === 1;
}

function valuesOf(found: readonly Found[]): number[] {
  return found.map(({ value }) => value);
}

/** Labels that newer versions of node_exporter have are not compared. */
function keyOf({ labels }: Found): string {
  const { job: _job, instance: _instance, ...rest } = labels;
  return JSON.stringify(Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
