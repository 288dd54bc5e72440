/** What `/healthz` answers. */
export interface Health {
  readonly status: 'ok';
  readonly version: string;
  /** Since the agent was started. */
  readonly uptimeSeconds: number;
  /** How late the last sample began. */
  readonly samplerLagMs: number;
  /** Samples that viewers were not sent because they did not read (FC-1), over all viewers. */
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
