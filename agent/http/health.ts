import type { AlertsHealth } from '../alerts/alerts-health.ts';
import type { PublishHealth } from '../nats/publish/publish-health.ts';
import type { GatewayHealth } from '../nats/gateway/gateway-health.ts';
import type { RelayHealth } from '../relay/relay-health.ts';
import type { HistoryHealth } from '../store/history-health.ts';

/** The answer of `/healthz`. */
export interface Health {
  readonly status: 'ok';
  readonly version: string;
  readonly uptimeSeconds: number;
  /** How late the last sample started; absent where none are taken. */
  readonly samplerLagMs?: number;
  /** Samples that were not sent to viewers that did not read (FC-1), in total. */
  readonly skippedSamples: number;
  readonly history: HistoryHealth;
  readonly alerts: AlertsHealth;
  /** Absent if this host is not published. */
  readonly publish?: PublishHealth;
  /** Absent but for gateways. */
  readonly gateway?: GatewayHealth;
  /** Absent if no other agents are relayed. */
  readonly relays?: readonly RelayHealth[];
}

export interface HealthReadings {
  readonly version: string;
  readonly uptimeMs: number;
  /** Absent where none are taken. */
  readonly samplerLagMs?: number;
  readonly skippedSamples: number;
  /** Absent if none is kept. */
  readonly history: HistoryHealth | undefined;
  /** Absent if there are none. */
  readonly alerts?: AlertsHealth | undefined;
  readonly publish?: PublishHealth | undefined;
  readonly gateway?: GatewayHealth;
  /** Absent if no other agents are relayed. */
  readonly relays?: readonly RelayHealth[] | undefined;
}

export function readHealth(readings: HealthReadings): Health {
  const { samplerLagMs, gateway } = readings;
  return {
    status: 'ok',
    version: readings.version,
    uptimeSeconds: Math.floor(readings.uptimeMs / 1000),
    ...(samplerLagMs === undefined ? {} : { samplerLagMs: Math.round(samplerLagMs) }),
    skippedSamples: readings.skippedSamples,
    history: readings.history ?? { state: 'off' },
    alerts: readings.alerts ?? { state: 'off' },
    ...(readings.publish === undefined ? {} : { publish: readings.publish }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(readings.relays === undefined ? {} : { relays: readings.relays }),
  };
}
