import { pino, type Logger } from 'pino';
import type { LogLevel } from '../config.ts';

/** A log in memory: `lines` as `level message`, `entries` as parsed JSON. */
export function capturedLog(level: LogLevel = 'info'): {
  log: Logger;
  lines: string[];
  entries: unknown[];
} {
  const lines: string[] = [];
  const entries: unknown[] = [];
  const write = (line: string): void => {
    const entry = JSON.parse(line) as { level: number; msg: string };
    entries.push(entry);
    lines.push(`${pino.levels.labels[entry.level]} ${entry.msg}`);
  };
  return { log: pino({ level }, { write }), lines, entries };
}
