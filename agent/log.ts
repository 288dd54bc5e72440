import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** Lines that wait to be written beyond that are lost. */
const MOST_WAITING_CHARACTERS = 1 << 20;

/** How long the end of the process waits for somebody to take what is left of the log. */
const LAST_WORDS_MS = 500;

/**
 * A log on standard output: readable when that is a terminal, else one JSON object per line. What cannot be written, as on a full disk, to a
 * terminal that was stopped (Ctrl-S) or to a pipe that nobody reads, waits or is lost, and the agent goes on.
 */
export async function createLog(level: LogLevel): Promise<Logger> {
  const output = createOutput();
  if (!process.stdout.isTTY) {
    return pino({ level, base: null, timestamp: () => `,"time":"${isoTime(new Date())}"` }, output);
  }
  // In this process, not as a pino transport: worker transports do not survive bundling.
  const { default: pretty } = await import('pino-pretty');
  const readable = pretty({ translateTime: 'SYS:HH:MM:ss', hideObject: true, destination: output });
  return pino({ level, base: null }, readable);
}

function createOutput(): ReturnType<typeof pino.destination> {
  let giveUpAtMs = Number.POSITIVE_INFINITY;
  const output = pino.destination({
    fd: 1,
    sync: false,
    maxLength: MOST_WAITING_CHARACTERS,
    retryEAGAIN: () => performance.now() < giveUpAtMs,
  });
  const flush = output.flushSync.bind(output);
  let isFailing = false;
  output.on('error', () => (isFailing = true));
  output.on('write', () => (isFailing = false));
  // When the process ends. Until it works: for ever, while the disk is full.
  output.flushSync = () => {
    if (isFailing) return;
    giveUpAtMs = performance.now() + LAST_WORDS_MS;
    try {
      flush();
    } catch {
      // Nobody takes it.
    }
  };
  return output;
}

/** What `toISOString` gives for a year of four digits. That one loads what V8 knows of time zones (docs/decisions/0026). */
export function isoTime(date: Date): string {
  const month = twoDigits(date.getUTCMonth() + 1);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
  const ms = String(date.getUTCMilliseconds()).padStart(3, '0');
  return `${date.getUTCFullYear()}-${month}-${twoDigits(date.getUTCDate())}T${time}.${ms}Z`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
