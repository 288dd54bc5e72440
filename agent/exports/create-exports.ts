import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ExportSettings } from '../config.ts';
import { OperatorError } from '../operator-error.ts';
import type { SampleSink } from '../sinks/sample-sink.ts';
import type { Exporter } from './exporter.ts';
import type { MqttExporterOptions } from './mqtt/mqtt-exporter.ts';

/** An exporter cannot work as it was set. */
class ExportError extends OperatorError {
  constructor(message: string, options?: ErrorOptions) {
    super('export', message, options);
    this.name = 'ExportError';
  }
}

/**
 * A sink for each exporter that is set. Nothing of the others is loaded.
 * @param settings `null` for none
 * @throws ExportError
 */
export async function createExports(
  settings: ExportSettings | null,
  clock: Clock,
  log: Logger,
): Promise<readonly SampleSink[]> {
  if (settings === null) return [];
  const { intervalMs, otlp, influx, mqtt } = settings;
  const exporters: Exporter[] = [];
  if (otlp !== null) {
    await checkSecret('--otlp-headers', otlp.headersFile);
    const { createOtlpExporter } = await import('./otlp/otlp-exporter.ts');
    exporters.push(createOtlpExporter(otlp, clock, log));
  }
  if (influx !== null) {
    await checkSecret('--influx-token', influx.tokenFile);
    const { createInfluxExporter } = await import('./influx/influx-exporter.ts');
    exporters.push(createInfluxExporter(influx, clock, log));
  }
  if (mqtt !== null) {
    await checkSecret('--mqtt-password', mqtt.passwordFile);
    const { startMqtt } = await import('./mqtt/mqtt-exporter.ts');
    const connect = await importConnect();
    exporters.push(await startMqtt({ settings: mqtt, clock, log, connect }));
  }
  const { PushSink } = await import('../sinks/push-sink.ts');
  return exporters.map((exporter) => new PushSink({ intervalMs, exporter, clock }));
}

/** So that a wrong path is told at the start. @throws ExportError */
async function checkSecret(flag: string, path: string | null): Promise<void> {
  if (path === null) return;
  const { readSecretFile } = await import('../outbound/secret-file.ts');
  try {
    await readSecretFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'its file is unreadable';
    throw new ExportError(`${flag}: ${why}: give a file that this user can read.`, { cause });
  }
}

/** The package is optional: most agents do without. @throws ExportError */
async function importConnect(): Promise<MqttExporterOptions['connect']> {
  try {
    return (await import('mqtt')).connect;
  } catch (cause) {
    throw new ExportError(
      '--mqtt needs the package mqtt, which is not installed: run "npm install mqtt" where the agent is.',
      { cause },
    );
  }
}
