import type { Logger } from 'pino';
import * as v from 'valibot';
import type { Clock } from '../../clock.ts';
import { guardedFetch, OutboundError, type OutboundAnswer } from '../../outbound/guarded-fetch.ts';
import { readSecretFile } from '../../outbound/secret-file.ts';
import type { Outcome, Send } from '../push-queue.ts';
import type { Exporter } from '../exporter.ts';
import { queuedExporter } from '../queued-exporter.ts';
import { OtlpEncoder } from './otlp-json.ts';
import { parseHeaders } from './headers.ts';

export interface OtlpSettings {
  /** The base of the receiver's addresses. */
  readonly url: string;
  readonly headersFile: string | null;
}

const METRICS_PATH = '/v1/metrics';

export function createOtlpExporter(settings: OtlpSettings, clock: Clock, log: Logger): Exporter {
  const encoder = new OtlpEncoder();
  const send = sendOtlp(settings, log);
  return queuedExporter((reading) => encoder.encode(reading), { title: 'OTLP', send, clock, log });
}

/** Sends gzipped OTLP/JSON as the specification of OTLP/HTTP 1.x asks for. */
function sendOtlp({ url, headersFile }: OtlpSettings, log: Logger): Send {
  const address = metricsAddress(url);
  let isPartialTold = false;
  return async (body, signal) => {
    try {
      const own = headersFile === null ? {} : parseHeaders(await readSecretFile(headersFile), headersFile);
      const headers = { ...own, 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
      const answer = await guardedFetch(address, { headers, body, signal });
      const rejected = answer.isOk ? rejectedPoints(answer.text) : null;
      if (rejected !== null && !isPartialTold) {
        isPartialTold = true;
        log.warn(`OTLP: ${new URL(url).host} has taken a push but for ${rejected} values; this is told once`);
      }
      return outcomeOf(address, answer);
    } catch (error) {
      if (error instanceof OutboundError) return { kind: 'later', reason: error.message, afterMs: null };
      throw error;
    }
  };
}

/** A base takes the path of metrics, as in OTEL_EXPORTER_OTLP_ENDPOINT. */
export function metricsAddress(base: string): string {
  const url = new URL(base);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(METRICS_PATH) ? path : path + METRICS_PATH;
  return url.href;
}

/** The only statuses after which a request may be sent again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

function outcomeOf(address: string, { status, isOk, retryAfterMs }: OutboundAnswer): Outcome {
  if (isOk) return { kind: 'taken' };
  const reason = `${new URL(address).host} answers with ${status}`;
  if (RETRYABLE.has(status)) return { kind: 'later', reason, afterMs: retryAfterMs };
  const hint =
    status === 401 || status === 403
      ? ': give what it wants with --otlp-headers'
      : status === 404
        ? `: --otlp must be what comes before ${METRICS_PATH}`
        : '';
  return { kind: 'refused', reason: `${reason}${hint}` };
}

const partialSchema = v.object({
  partialSuccess: v.object({
    rejectedDataPoints: v.pipe(v.union([v.string(), v.number()]), v.transform(Number)),
  }),
});

/** How many values a receiver has dropped, of a partial success; `null` for none. */
function rejectedPoints(text: string): number | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  const partial = v.safeParse(partialSchema, answer);
  const count = partial.success ? partial.output.partialSuccess.rejectedDataPoints : 0;
  return count > 0 ? count : null;
}
