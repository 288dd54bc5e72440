/**
 * What does the history cost, and how fast does it answer? Bytes and processor time of writing, the event loop beside a busy disk, reads with a
 * warm and a cold page cache, 100 agents killed, starts with much history, the whole agent with and without.
 *
 *   npm run build && npx tsx bench/history.ts [--recorded FOLDER] [--only writing,delay,reads,starts,agents,kills] [--filled FOLDER]
 *
 * `--recorded`: a recording of a host (bench/history/recorded.ts); without it, one is made of an agent here first (`--minutes 30`).
 * `--filled`: a history to read; made there if it is not (a year, a sample in five minutes, and `--days 2` at 1 Hz: a minute of processor time). `--disk`: where to write.
 * Linux; root for control groups.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { begin } from './harness/bench.ts';
import { bundleProgram } from './harness/pages.ts';
import { measureAgents } from './history/agents.ts';
import { measureKills } from './history/kills.ts';
import { historyFile } from './history/open-history.ts';
import { measureReads } from './history/reads.ts';
import { record } from './history/recorded.ts';
import { measureStarts, padded } from './history/starts.ts';
import { fill, FILLED_UNTIL_MS, measureDelay, measureWriting } from './history/writing.ts';

const options = begin({
  recorded: '',
  minutes: 30,
  only: 'writing,delay,reads,starts,agents,kills',
  filled: '',
  days: 2,
  bytes: 500e6,
  disk: os.tmpdir(),
  hours: 24,
  rounds: 5,
  windows: 5,
  seconds: 60,
  'warm-up': 60,
  starts: 15,
  kills: 100,
});

const parts = new Set(options.only.split(','));
const recorded = options.recorded === '' ? temporary() : options.recorded;
if (options.recorded === '') await record(recorded, options.minutes * 60);
const script = await bundleProgram('history/history-process.ts');
const filled = options.filled === '' ? temporary() : options.filled;

if (parts.has('writing')) await measureWriting(script, recorded, options.disk, options.hours, options.rounds);
if (parts.has('delay')) await measureDelay(script, recorded, options.disk, options.seconds, options.rounds);
if (parts.has('reads') || parts.has('starts')) {
  mkdirSync(filled, { recursive: true });
  if (!existsSync(historyFile(filled))) await fill(script, recorded, filled, options.days);
}
if (parts.has('reads')) await measureReads(script, filled, FILLED_UNTIL_MS, options.rounds);
if (parts.has('starts'))
  await measureStarts(padded(filled, temporary(), options.bytes), options.bytes, options.starts);
if (parts.has('agents')) await measureAgents(options.windows, options.seconds, options['warm-up']);
if (parts.has('kills')) await measureKills(options.kills);
process.exit(0);

function temporary(): string {
  const folder = mkdtempSync(`${options.disk}/metrics-panel-bench-history-`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
