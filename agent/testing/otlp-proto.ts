import { createRequire } from 'node:module';

interface MessageType {
  verify(message: unknown): string | null;
  fromObject(object: unknown): unknown;
  toObject(message: unknown, options: { readonly longs: StringConstructor }): unknown;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}

interface Root {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: MessageType } };
      };
    };
  };
}

/** The messages of opentelemetry-proto, as the OpenTelemetry project has published them for Node. */
function publishedProto(): MessageType {
  const load = createRequire(import.meta.url);
  const root = load('@opentelemetry/otlp-proto-exporter-base/build/src/generated/root.js') as Root;
  return root.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
}

/**
 * Takes a request in JSON through the published messages to bytes and back.
 * @returns what a receiver reads: equal to the request, unless that has a name, type or place that the messages do not
 */
export function throughProto(request: unknown): unknown {
  const type = publishedProto();
  const message = type.fromObject(request);
  const problem = type.verify(message);
  if (problem !== null) throw new Error(problem);
  return type.toObject(type.decode(type.encode(message).finish()), { longs: String });
}
