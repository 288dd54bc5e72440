import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { Format } from './exposition.ts';

/** Versions of the formats that are written, and that a client can read which names none. */
const OPENMETRICS = { type: 'application/openmetrics-text', version: '1.0.0' };
const TEXT = { type: 'text/plain', version: '0.0.4' };

/**
 * The format that `Accept` prefers: OpenMetrics only where it is named, since a browser accepts anything. Of equal ones the first, as Prometheus'
 * own exporters choose; text for a client that accepts neither.
 */
export function formatFor(c: Context): Format {
  const chosen = accepts(c, {
    header: 'Accept',
    supports: ['text', 'openmetrics'],
    default: 'text',
    match: (ranges) => {
      const acceptable = ranges.filter(({ q }) => q > 0);
      for (const { type, params } of acceptable) {
        const isOf = (format: typeof TEXT): boolean =>
          type.toLowerCase() === format.type && [undefined, format.version].includes(params['version']);
        if (isOf(OPENMETRICS)) return 'openmetrics';
        if (isOf(TEXT) || type === '*/*' || type.toLowerCase() === 'text/*') return 'text';
      }
      return 'text';
    },
  });
  return chosen === 'openmetrics' ? chosen : 'text';
}
