import type { ExportSettings } from '../config.ts';
import type { Options } from './options.ts';
import { holdsSecret, named, needs, parseAddress } from './addresses.ts';
import { UsageError } from './usage-error.ts';

/**
 * Where to push to, from the flags for that. No error repeats an address, which may hold a password.
 * @returns `null` if no exporter is set
 * @throws UsageError
 */
export function readExports(options: Options): ExportSettings | null {
  const { otlp, otlpHeaders, influx, influxToken, mqtt, mqttPassword, pushInterval } = options;
  needs('--otlp-headers', otlpHeaders, '--otlp', otlp);
  needs('--influx-token', influxToken, '--influx', influx);
  needs('--mqtt-password', mqttPassword, '--mqtt', mqtt);
  if (otlp === undefined && influx === undefined && mqtt === undefined) return null;
  return {
    intervalMs: pushInterval * 1000,
    otlp: otlp === undefined ? null : { url: otlpUrl(otlp), headersFile: otlpHeaders ?? null },
    influx: influx === undefined ? null : { url: influxUrl(influx), tokenFile: influxToken ?? null },
    mqtt: mqtt === undefined ? null : { url: mqttUrl(mqtt), passwordFile: mqttPassword ?? null },
  };
}

function otlpUrl(text: string): string {
  const url = parseAddress('--otlp', text, ['http:', 'https:'], 'http://127.0.0.1:4318');
  if (url.username !== '' || url.password !== '')
    throw holdsSecret(
      '--otlp',
      'put a line "Authorization: Basic ..." into a file, and name that',
      '--otlp-headers',
    );
  return url.href;
}

function influxUrl(text: string): string {
  const example = 'http://127.0.0.1:8086/write?db=metrics';
  const url = parseAddress('--influx', text, ['http:', 'https:'], example);
  const { searchParams: query } = url;
  if (url.username !== '' || url.password !== '' || query.has('u') || query.has('p'))
    throw holdsSecret('--influx', 'put USER:PASSWORD into a file, and name that', '--influx-token');
  if (url.pathname === '/')
    throw new UsageError(
      `${named('--influx')} lacks the path: give what lines are posted to, such as ${example}, or /api/v2/write?org=ORG&bucket=BUCKET for InfluxDB 2.`,
    );
  query.set('precision', 'ms');
  return url.href;
}

function mqttUrl(text: string): string {
  const example = 'mqtt://panel@127.0.0.1:1883';
  const url = parseAddress('--mqtt', text, ['mqtt:', 'mqtts:', 'ws:', 'wss:'], example);
  if (url.password !== '')
    throw holdsSecret('--mqtt', 'put the password into a file, and name that', '--mqtt-password');
  const isWebSocket = url.protocol.startsWith('ws');
  if (url.hostname === '' || (!isWebSocket && (!/^\/?$/.test(url.pathname) || url.search !== '')))
    throw new UsageError(`${named('--mqtt')} takes a broker without a path: give one such as ${example}.`);
  return url.href;
}
