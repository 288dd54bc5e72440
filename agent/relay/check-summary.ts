import type { HostSummary } from '../../shared/protocol/messages.ts';
import { cleanSummary, isPace } from '../hosts/clean.ts';
import { cleanTime } from '../hosts/clean-time.ts';
import { cleanLabel } from '../sampling/instances.ts';

const MAX_EPOCH = 64;
const STATES: ReadonlySet<string> = new Set(['up', 'down', 'unknown']);

/**
 * The summary that another agent gave of its host, safe to show and to compute with.
 * @returns or why the host cannot be shown, as the end of a sentence
 */
export function checkSummary(summary: HostSummary): HostSummary | string {
  const { id, epoch, intervalMs, minIntervalMs, status } = summary;
  if (id === '' || cleanLabel(id) !== id) return 'has a name that no host can have';
  if (epoch.length > MAX_EPOCH) return 'says that its run is one that no agent can have';
  if (!isPace({ intervalMs, unitMs: minIntervalMs }))
    return `says that it measures every ${intervalMs} ms on a grid of ${minIntervalMs} ms`;
  const { via: _via, ...own } = summary;
  return {
    ...cleanSummary(own),
    status: {
      state: STATES.has(status.state) ? status.state : 'unknown',
      sinceMs: cleanTime(status.sinceMs),
      ...(status.reason === undefined ? {} : { reason: cleanLabel(status.reason) }),
    },
  };
}
