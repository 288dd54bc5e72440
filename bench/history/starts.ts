import { copyFileSync } from 'node:fs';
import { checkpoint } from '../../agent/store/history/database.ts';
import { Follower, startAgent } from '../harness/agent.ts';
import { printTable, printVerdict } from '../harness/bench.ts';
import { quantile, Rounds } from '../harness/statistics.ts';
import { historyFile, openHistory } from './open-history.ts';

const WITHOUT = 'without history';
const WITH = 'with this history';

/** From the start of an agent to the first sample at a client, in turns. @param folder of a history, which grows a little */
export async function measureStarts(folder: string, bytes: number, rounds: number): Promise<void> {
  const times = await Rounds.run([WITHOUT, WITH], rounds, async (name) => {
    const startMs = performance.now();
    const agent = await startAgent({
      flags: name === WITH ? ['--history-folder', folder, '--history-max-size', '2GB'] : ['--history', 'off'],
    });
    const follower = await Follower.start(agent.url, { metrics: ['cpu'], tables: [] });
    const elapsedMs = performance.now() - startMs;
    follower.stop();
    await agent.stop();
    return elapsedMs;
  });
  printTable(
    `${rounds} starts of each with ${(bytes / 1e6).toFixed(0)} MB of history, to the first sample with \`cpu\`, ms`,
    [WITHOUT, WITH].map((name) => ({
      agent: name,
      median: times.median(name, Number).toFixed(0),
      'p10 to p90': [0.1, 0.9].map((q) => quantile(times.of(name), q).toFixed(0)).join(' to '),
    })),
  );
  console.log('');
  printVerdict('start to first sample', times.ratio(WITH, WITHOUT, Number), 1.1, '× without');
}

/** Copies a history, and makes it so large with its own chunks of seconds, again and again before the oldest. */
export function padded(from: string, folder: string, bytes: number): string {
  copyFileSync(historyFile(from), historyFile(folder));
  const { connection, path, close } = openHistory(folder);
  const number = (sql: string): number => Number(Object.values(connection.prepare(sql).get() ?? {})[0]);
  const span = number('SELECT max(id) - min(id) + 1 FROM seconds');
  const spanMs = number('SELECT max(end_ms) - min(begin_ms) FROM seconds');
  const least = number('SELECT min(id) FROM seconds');
  const copy = connection.prepare(`INSERT INTO seconds
    SELECT id - :ids, chunk - :ids, part, run, begin_ms - :ms, end_ms - :ms, first_seq, last_seq, rows, weight, data
    FROM seconds WHERE id >= ${least}`);
  for (let times = 1; number('PRAGMA page_count') * number('PRAGMA page_size') < bytes; times += 1) {
    copy.run({ ids: times * span, ms: times * spanMs });
  }
  checkpoint(connection, path, () => {});
  close();
  return folder;
}
