/**
 * Which functions does the processor time of a profile go to? Self time by function, the largest first, and by source file.
 *
 *   node --cpu-prof --cpu-prof-interval 150 --cpu-prof-dir /tmp/profile dist/agent/main.js --port 8080    # ended with Ctrl-C
 *   npx tsx bench/self-times.ts /tmp/profile/*.cpuprofile [--top 40] [--after 20]
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printTable } from './measure/table.ts';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Place {
  readonly name: string;
  readonly file: string;
}

interface Origin {
  readonly originalSource: string;
  readonly originalLine: number;
  readonly name: string;
}

/** The processor was not at work, or with somebody else. */
const IDLE = '(idle)';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    top: { type: 'string', default: '40' },
    /** Seconds that are left out, because everything is compiled in them. */
    after: { type: 'string', default: '0' },
  },
});
const maps = new Map<string, SourceMap | null>();
for (const path of positionals) show(path);

function show(path: string): void {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8')) as Profile;
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const byFunction = new Map<string, number>();
  const byFile = new Map<string, number>();
  let atUs = 0;
  let wholeUs = 0;
  let busyUs = 0;
  for (const [index, id] of samples.entries()) {
    const us = timeDeltas[index] ?? 0;
    atUs += us;
    if (atUs < Number(values.after) * 1e6) continue;
    wholeUs += us;
    const place = places.get(id);
    if (place === undefined || place.name === IDLE) continue;
    busyUs += us;
    add(byFunction, `${place.name} · ${place.file}`, us);
    add(byFile, place.file, us);
  }
  const share = `${(busyUs / 1000).toFixed(0)} ms of ${(wholeUs / 1e6).toFixed(1)} s (${((busyUs / wholeUs) * 100).toFixed(2)} %)`;
  printTable(`${basename(path)}: busy for ${share}`, largest(byFunction, busyUs));
  printTable('by file', largest(byFile, busyUs));
}

function add(sums: Map<string, number>, key: string, us: number): void {
  sums.set(key, (sums.get(key) ?? 0) + us);
}

function largest(sums: ReadonlyMap<string, number>, busyUs: number): Record<string, string>[] {
  return [...sums]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, Number(values.top))
    .map(([what, us]) => ({
      what,
      'self ms': (us / 1000).toFixed(1),
      'of busy': `${((us / busyUs) * 100).toFixed(1)} %`,
    }));
}

/** In the source, where the program has a map of it. */
function placeOf({ functionName, url, lineNumber, columnNumber }: CallFrame): Place {
  const own = { name: functionName || '(anonymous)', file: `${basename(url)}:${lineNumber + 1}` };
  // The declared type knows no name, and no place without a source.
  const entry: Partial<Origin> | undefined = mapOf(url)?.findEntry(lineNumber, columnNumber);
  if (entry?.originalSource === undefined || entry.originalLine === undefined) return own;
  const file = entry.originalSource.replace(/^(?:.*\/)?(?=(?:agent|shared|node_modules)\/)/, '');
  return { name: `${entry.name ?? own.name}:${entry.originalLine + 1}`, file };
}

function mapOf(url: string): SourceMap | null {
  if (!url.startsWith('file:')) return null;
  const path = `${fileURLToPath(url)}.map`;
  const known = maps.get(path);
  if (known !== undefined) return known;
  const map = existsSync(path)
    ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as SourceMapPayload)
    : null;
  maps.set(path, map);
  return map;
}
