import { pino, type Logger } from 'pino';

/** A log whose lines a test can read, as `level message`. */
export function capturedLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const write = (line: string): void => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    lines.push(`${pino.levels.labels[level]} ${msg}`);
  };
  return { log: pino({ level: 'info' }, { write }), lines };
}
