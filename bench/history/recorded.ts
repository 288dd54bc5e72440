import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import { randomAt } from '../../agent/store/history/testing/random-at.ts';
import { Follower, startAgent } from '../harness/agent.ts';

/** Samples of a real agent at 1 Hz. */
export interface HostRecording {
  readonly catalogue: readonly MetricDescriptor[];
  /** By second, then in the order of the catalogue; `null` is unknown. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** When each row was taken, Unix ms. */
  readonly timesMs: readonly number[];
}

/** What a recording has on a line: the series of a subscription, or a sample of it. */
type Line =
  | { readonly sub: string; readonly series: readonly string[] }
  | readonly [sub: string, seq: number, ts: number, values: (number | null)[]];

const BLOCK_SECONDS = 60;

/** @param folder with `catalogue.json` (descriptors) and `rows.ndjson` (see `Line`), or the same as `.gz` */
export function readRecording(folder: string): HostRecording {
  const known = new Map(
    (JSON.parse(textOf(`${folder}/catalogue.json`)) as MetricDescriptor[]).map((one) => [one.name, one]),
  );
  const names = new Map<string, readonly string[]>();
  const samples = new Map<number, Map<string, (number | null)[]>>();
  const times = new Map<number, number>();
  for (const text of textOf(`${folder}/rows.ndjson`).split('\n')) {
    // A recording that was cut off ends within a line.
    if (!text.endsWith(']') && !text.endsWith('}')) continue;
    const line = JSON.parse(text) as Line;
    if ('sub' in line) {
      if (!names.has(line.sub)) names.set(line.sub, line.series);
      continue;
    }
    const [sub, seq, ts, values] = line;
    times.set(seq, ts);
    const parts = samples.get(seq) ?? new Map<string, (number | null)[]>();
    samples.set(seq, parts.set(sub, values));
  }
  const catalogue = [...names.values()].flat().flatMap((name) => known.get(name) ?? []);
  const whole = [...samples]
    .map(([seq, parts]) => ({
      timeMs: times.get(seq) ?? 0,
      row: [...names.keys()].flatMap((sub) => parts.get(sub) ?? []),
    }))
    .filter(({ row }) => row.length === catalogue.length);
  if (whole.length === 0) throw new Error(`${folder} has no samples`);
  return { catalogue, rows: whole.map(({ row }) => row), timesMs: whole.map(({ timeMs }) => timeMs) };
}

/** The recording, and more of it: minutes of it in random order, each as it was. */
export function* continued({ rows }: HostRecording, seconds: number): Generator<readonly (number | null)[]> {
  const blocks = Math.max(1, Math.floor(rows.length / BLOCK_SECONDS));
  for (let second = 0; second < seconds; second += 1) {
    const block = Math.floor(second / BLOCK_SECONDS);
    const from = block < blocks ? block : Math.floor(randomAt(1, block) * blocks);
    const row = rows[from * BLOCK_SECONDS + (second % BLOCK_SECONDS)] ?? rows.at(-1);
    if (row !== undefined) yield row;
  }
}

/** Records everything of a new agent on this host, which should be as busy as the figures are to be true of. */
export async function record(folder: string, seconds: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const agent = await startAgent({ flags: ['--history', 'off'] });
  const follower = await Follower.start(agent.url, { tables: [] });
  const catalogue = follower.series.map((one) => ({ kind: 'gauge', help: '', source: '', ...one }));
  writeFileSync(`${folder}/catalogue.json`, JSON.stringify(catalogue));
  writeFileSync(
    `${folder}/rows.ndjson`,
    `${JSON.stringify({ sub: 'all', series: follower.series.map(({ name }) => name) })}\n`,
  );
  await new Promise<void>((resolve) => {
    let left = seconds;
    follower.onSample = ({ seq, timestampMs, values }) => {
      appendFileSync(`${folder}/rows.ndjson`, `${JSON.stringify(['all', seq, timestampMs, values])}\n`);
      left -= 1;
      if (left === 0) resolve();
    };
  });
  follower.stop();
  await agent.stop();
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString();
}
