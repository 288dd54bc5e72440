import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** Lines that wait to be written beyond that are lost. */
const MOST_WAITING_CHARACTERS = 1 << 20;

/**
 * A log on standard output: readable when that is a terminal, else one JSON object per line. What cannot be written, as on a full disk, is
 * lost, and the agent goes on.
 */
export async function createLog(level: LogLevel): Promise<Logger> {
  if (!process.stdout.isTTY) {
    return pino({ level, base: null, timestamp: () => `,"time":"${isoTime(new Date())}"` }, createOutput());
  }
  // In this process, not as a pino transport: worker transports do not survive bundling.
  const { default: pretty } = await import('pino-pretty');
  return pino({ level, base: null }, pretty({ translateTime: 'SYS:HH:MM:ss', hideObject: true, sync: true }));
}

function createOutput(): ReturnType<typeof pino.destination> {
  const output = pino.destination({ fd: 1, sync: false, maxLength: MOST_WAITING_CHARACTERS });
  const flush = output.flushSync.bind(output);
  let isFailing = false;
  output.on('error', () => (isFailing = true));
  output.on('write', () => (isFailing = false));
  // When the process ends. Until it works: for ever, while the disk is full.
  output.flushSync = () => {
    if (!isFailing) flush();
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
