/**
 * How many bytes does a sample take, of a history that keeps it by seconds, minutes and quarter hours, beside Debian's VictoriaMetrics and
 * Prometheus (blocks that promtool writes), which keep it once? All of them get the same values of the same recording.
 *
 *   npx tsx bench/history-size.ts --recorded FOLDER
 *
 * `--recorded`: a recording of a host (bench/history/recorded.ts), taken as it is: one that is continued by its own minutes flatters whoever
 * compresses long blocks. Needs `apt-get install victoria-metrics prometheus`; without them it measures the history alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { begin, printTable, printVerdict } from './harness/bench.ts';
import { historySize, prometheusSize, victoriaMetricsSize } from './history/sizes.ts';
import { readRecording } from './history/recorded.ts';

const { recorded } = begin({ recorded: '' });
if (recorded === '')
  throw new RangeError('--recorded FOLDER is missing: a folder with catalogue.json and rows.ndjson');
const recording = readRecording(recorded);
const folder = mkdtempSync(`${os.tmpdir()}/metrics-panel-bench-size-`);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const samples = recording.rows.flat().filter((value) => value !== null).length;
const history = historySize(recording, folder);
const victoria = await victoriaMetricsSize(recording, folder);
const prometheus = prometheusSize(recording, folder);
const inChunks = (samples * history.rows) / recording.rows.length;
const perSample = (bytes: number | undefined, count = samples): string =>
  bytes === undefined ? 'not installed' : (bytes / count).toFixed(3);

printTable(
  `Bytes per sample, ${recording.rows.length} seconds of ${recording.catalogue.length} series, ${samples} samples`,
  [
    ...Object.entries(history.byPart).map(([part, bytes]) => ({
      what: `history: ${part}`,
      'bytes per sample': perSample(bytes, inChunks),
    })),
    { what: '**history, all of that**', 'bytes per sample': perSample(history.bytes, inChunks) },
    { what: 'VictoriaMetrics, data of merged parts', 'bytes per sample': perSample(victoria) },
    { what: 'Prometheus, chunks of blocks', 'bytes per sample': perSample(prometheus) },
  ],
);
console.log(`\nThe tail takes ${Math.round(history.tailBytes / 1000)} kB beside it, once.\n`);
printVerdict('history', history.bytes / inChunks, 0.85, 'bytes per sample');
if (victoria !== undefined)
  printVerdict('history', history.bytes / inChunks / (victoria / samples), 0.9, '× VictoriaMetrics');
if (prometheus !== undefined)
  printVerdict('history', history.bytes / inChunks / (prometheus / samples), 0.3, '× Prometheus');
printVerdict(
  'gathering and writing it',
  (100 * history.cpuMs) / 1000 / recording.rows.length,
  0.02,
  '% of a core at 1 Hz',
);
process.exit(0);
