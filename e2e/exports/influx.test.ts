import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { installedProgram, whetherInstalled } from '../installed-program.ts';
import { lastingPort } from '../lasting-port.ts';
import { linesOf, startServer, type ServerProgram } from './server-program.ts';

const PROGRAM = 'victoria-metrics';
const LOGIN = 'panel:secret';

describe.skipIf(installedProgram(PROGRAM) === undefined)(
  `VictoriaMetrics, which takes lines of InfluxDB${whetherInstalled(PROGRAM)}`,
  () => {
    let folder: string;
    let port: number;
    let store: ServerProgram;
    let agent: AgentProcess;

    const startStore = (): Promise<ServerProgram> =>
      startServer(
        installedProgram(PROGRAM) ?? '',
        [
          `-storageDataPath=${folder}/store`,
          `-httpListenAddr=127.0.0.1:${port}`,
          '-retentionPeriod=1',
          '-httpAuth.username=panel',
          '-httpAuth.password=secret',
        ],
        port,
      );

    const ask = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { Authorization: `Basic ${btoa(LOGIN)}` } });

    /** What is stored of a metric: values by time, Unix ms. */
    const stored = async (name: string): Promise<ReadonlyMap<number, number>> => {
      await ask('/internal/force_flush');
      const answer = await ask(`/api/v1/export?match[]=${encodeURIComponent(name)}`);
      const text = await answer.text();
      return new Map(
        text
          .split('\n')
          .filter((line) => line !== '')
          .flatMap((line) => {
            const { timestamps, values } = JSON.parse(line) as { timestamps: number[]; values: number[] };
            return timestamps.map((ts, index) => [ts, values[index] ?? Number.NaN] as const);
          }),
      );
    };

    /** What the agent itself has kept of it. */
    const measured = async (metric: string): Promise<ReadonlyMap<number, number>> => {
      const answer = await fetch(`${agent.url}history?metrics=${metric}&from=-10m`);
      const { ts, mean } = (await answer.json()) as { ts: number[]; mean: number[][] };
      return new Map(ts.map((time, index) => [time, mean[0]?.[index] ?? Number.NaN]));
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
      port = await lastingPort('agent');
      writeFileSync(join(folder, 'token'), `${LOGIN}\n`);
      store = await startStore();
      agent = await startAgent({
        args: ['--influx', `http://127.0.0.1:${port}/write`, '--push-interval', '1'],
        env: { METRICS_PANEL_INFLUX_TOKEN: join(folder, 'token') },
      });
    });
    afterAll(async () => {
      await agent.kill();
      await store.stop();
      rmSync(folder, { recursive: true });
    });

    it('has every value that was measured, at its own time, also those of an outage', async () => {
      await expect.poll(async () => (await stored('memory_used')).size).toBeGreaterThan(2);
      await store.stop();
      await expect
        .poll(() => linesOf(agent.log, 'Influx'))
        .toEqual([expect.stringContaining('ECONNREFUSED; values wait in memory until they are taken')]);
      const away = await measured('memory.used');
      // So that values of several seconds wait.
      await expect.poll(async () => (await measured('memory.used')).size).toBeGreaterThan(away.size + 3);
      store = await startStore();
      await expect.poll(() => linesOf(agent.log, 'Influx').at(-1)).toBe('Influx: values are taken again');
      // The first sample of an agent comes between two seconds, which its history merges.
      const first = [...(await stored('memory_used')).keys()].toSorted((a, b) => a - b)[2] ?? 0;
      const all = new Map([...(await measured('memory.used'))].filter(([ts]) => ts >= first));
      const last = Math.max(...all.keys());
      await expect.poll(async () => (await stored('memory_used')).has(last)).toBe(true);
      const found = [...(await stored('memory_used'))].filter(([ts]) => ts >= first && ts <= last);
      expect(new Map(found.toSorted(([a], [b]) => a - b))).toEqual(all);
    });

    it('tells things apart by tags', async () => {
      const answer = await ask('/api/v1/series?match[]=cpu_core_value');
      const { data } = (await answer.json()) as { data: Record<string, string>[] };
      expect(data.map(({ core }) => core)).toContain('0');
      expect(data[0]).toEqual({
        __name__: 'cpu_core_value',
        core: expect.any(String),
        host: expect.any(String),
      });
    });
  },
);
