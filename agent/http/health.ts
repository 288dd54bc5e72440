/** The answer of `/healthz`. */
export interface Health {
  readonly status: 'ok';
  readonly version: string;
  readonly uptimeSeconds: number;
  /** How late the last sample started. */
  readonly samplerLagMs: number;
  /** Samples that were not sent to viewers that did not read (FC-1), in total. */
  readonly skippedSamples: number;
}

export function readHealth(
  version: string,
  uptimeMs: number,
  samplerLagMs: number,
  skippedSamples: number,
): Health {
  return {
    status: 'ok',
    version,
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    samplerLagMs: Math.round(samplerLagMs),
    skippedSamples,
  };
}
