import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** Lines beyond this are dropped while the output is blocked. */
const MAX_WAITING_CHARACTERS = 1 << 20;

/** How long exit waits for a blocked output to take the rest of the log. */
const FINAL_FLUSH_MS = 500;

/**
 * A log on standard output: readable on a terminal, else one JSON object per line. While the output is blocked (full disk, Ctrl-S, unread pipe)
 * lines wait or are dropped, and the agent continues.
 */
export async function createLog(level: LogLevel): Promise<Logger> {
  const output = createOutput();
  if (!process.stdout.isTTY) {
    return pino({ level, base: null, timestamp: () => `,"time":"${isoTime(new Date())}"` }, output);
  }
  // In this process, not as a pino transport: worker transports break when bundled.
  const { default: pretty } = await import('pino-pretty');
  const readable = pretty({ translateTime: 'SYS:HH:MM:ss', hideObject: true, destination: output });
  return pino({ level, base: null }, readable);
}

function createOutput(): ReturnType<typeof pino.destination> {
  let giveUpAtMs = Number.POSITIVE_INFINITY;
  const output = pino.destination({
    fd: 1,
    sync: false,
    maxLength: MAX_WAITING_CHARACTERS,
    retryEAGAIN: () => performance.now() < giveUpAtMs,
  });
  const flush = output.flushSync.bind(output);
  let isFailing = false;
  output.on('error', () => (isFailing = true));
  output.on('write', () => (isFailing = false));
  // pino calls this at exit, and would retry forever on a full disk.
  output.flushSync = () => {
    if (isFailing) return;
    giveUpAtMs = performance.now() + FINAL_FLUSH_MS;
    try {
      flush();
    } catch {
      // The rest is lost.
    }
  };
  return output;
}

/** As `toISOString` for years of four digits, which would load V8's time zone data (docs/decisions/0026). */
export function isoTime(date: Date): string {
  const month = twoDigits(date.getUTCMonth() + 1);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
  const ms = String(date.getUTCMilliseconds()).padStart(3, '0');
  return `${date.getUTCFullYear()}-${month}-${twoDigits(date.getUTCDate())}T${time}.${ms}Z`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
