import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomAt } from '../../agent/store/history/testing/random-at.ts';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { Follower, startAgent } from '../harness/agent.ts';
import { openHistory } from '../history/open-history.ts';

const INTERVAL_MS = 1000;
/** A window of an hour, and where to go on from it. */
const SECONDS = 4000;
const FLUSH_EVERY = 100;

/** Writes more than an hour of all series of this host, up to now, as an agent of an earlier run. Returns the folder, below `parent`. */
export async function pastHour(parent: string, name: string): Promise<string> {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  const agent = await startAgent({ flags: ['--history', 'off'] });
  const follower = await Follower.start(agent.url, { tables: [] });
  const catalogue = follower.series.map((one): MetricDescriptor => ({
    ...one,
    kind: 'gauge',
    help: '',
    source: '',
    group: one.group ?? '',
  }));
  const now = catalogue.map((one) => follower.value(one.name) ?? 0);
  follower.stop();
  await agent.stop();
  const { history, close } = openHistory(folder, INTERVAL_MS);
  const endMs = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS;
  for (let seq = 1; seq <= SECONDS; seq += 1) {
    const timestampMs = endMs - (SECONDS - seq) * INTERVAL_MS;
    history.append(
      {
        epoch: 'earlier',
        seq,
        timestampMs,
        gridIndex: timestampMs / 100,
        // Each on its own way around the value of this host.
        values: now.map((value, column) => value * (0.25 + 1.5 * randomAt(column, seq))),
        ...(seq === 1 ? { catalogue } : {}),
      },
      { catalogue, tables: [] },
    );
    if (seq % FLUSH_EVERY === 0) history.flush();
  }
  history.flush();
  close();
  return folder;
}

export const scratchFolder = (): string => join(tmpdir(), `bench-interactions-${process.pid}`);
