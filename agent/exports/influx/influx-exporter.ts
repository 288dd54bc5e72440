import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { guardedFetch, OutboundError, type OutboundAnswer } from '../../outbound/guarded-fetch.ts';
import { readSecretFile } from '../../outbound/secret-file.ts';
import type { Exporter } from '../exporter.ts';
import { queuedExporter } from '../queued-exporter.ts';
import { toLines } from './lines.ts';
import type { Outcome, Send } from '../push-queue.ts';

export interface InfluxSettings {
  /** What lines are posted to, with `precision=ms`. */
  readonly url: string;
  readonly tokenFile: string | null;
}

export function createInfluxExporter(settings: InfluxSettings, clock: Clock, log: Logger): Exporter {
  return queuedExporter(toLines, { title: 'Influx', send: sendLines(settings), clock, log });
}

/** Sends lines, gzipped, to InfluxDB 1.x or 2, VictoriaMetrics, or whatever else takes them. */
function sendLines({ url, tokenFile }: InfluxSettings): Send {
  return async (body, signal) => {
    try {
      const token = tokenFile === null ? null : await readSecretFile(tokenFile);
      const headers = {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Encoding': 'gzip',
        ...(token === null ? {} : { Authorization: authorization(token) }),
      };
      return outcomeOf(url, await guardedFetch(url, { headers, body, signal }));
    } catch (error) {
      if (error instanceof OutboundError) return { kind: 'later', reason: error.message, afterMs: null };
      throw error;
    }
  };
}

/** No token has a colon. InfluxDB takes `USER:PASSWORD` either way, VictoriaMetrics and proxies only like this. */
export function authorization(secret: string): string {
  return secret.includes(':') ? `Basic ${Buffer.from(secret).toString('base64')}` : `Token ${secret}`;
}

/** What the operator can mend, and what passes: no token, no database, too many requests. */
const LATER: ReadonlyMap<number, string> = new Map([
  [401, ': give a valid token with --influx-token'],
  [403, ': give a token that may write with --influx-token'],
  [404, ': the path, database or bucket in --influx does not exist'],
  [408, ''],
  [429, ''],
]);

/** Lines of a whole push are refused for one bad line, and again if they are sent again. */
function outcomeOf(url: string, { status, isOk, retryAfterMs }: OutboundAnswer): Outcome {
  if (isOk) return { kind: 'taken' };
  const reason = `${new URL(url).host} answers with ${status}`;
  const hint = LATER.get(status);
  return status >= 500 || hint !== undefined
    ? { kind: 'later', reason: `${reason}${hint ?? ''}`, afterMs: retryAfterMs }
    : { kind: 'refused', reason };
}
