import { pino, stdTimeFunctions, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** A log on standard output: readable when that is a terminal, else one JSON object per line. */
export async function createLog(level: LogLevel): Promise<Logger> {
  if (!process.stdout.isTTY) return pino({ level, base: null, timestamp: stdTimeFunctions.isoTime });
  // In this process, not as a pino transport: worker transports do not survive bundling.
  const { default: pretty } = await import('pino-pretty');
  return pino({ level, base: null }, pretty({ translateTime: 'SYS:HH:MM:ss', hideObject: true, sync: true }));
}
