/** What `/healthz` answers. */
export interface Health {
  readonly status: 'ok';
  readonly version: string;
  /** Since the agent was started. */
  readonly uptimeSeconds: number;
  /** How late the last sample began. */
  readonly samplerLagMs: number;
}

export function readHealth(version: string, uptimeMs: number, samplerLagMs: number): Health {
  return {
    status: 'ok',
    version,
    uptimeSeconds: Math.floor(uptimeMs / 1000),
    samplerLagMs: Math.round(samplerLagMs),
  };
}
