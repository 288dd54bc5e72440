import { isRecord } from '../../shared/protocol/wire-json.ts';
import { isAlertView } from '../../shared/client/server-frames.ts';
import type { AlertView } from '../../shared/protocol/messages.ts';
import type { ClientAddress } from './shared-clients.ts';

/** Times are Unix ms on the agent's clock. */
export interface AlertsQuestion {
  readonly host: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/** As many as the agent gives at once. */
const MOST_ALERTS = 1000;

/**
 * The alerts that touch a stretch of time, newest first; `null` if the agent does not answer with any: it has no alerts, or cannot be reached.
 * @throws what `fetch` throws when it is aborted
 */
export async function fetchAlerts(
  { agentUrl, token }: ClientAddress,
  { host, fromMs, toMs }: AlertsQuestion,
  signal: AbortSignal,
): Promise<readonly AlertView[] | null> {
  const url = new URL(agentUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/alerts`;
  url.hash = '';
  url.search = String(
    new URLSearchParams({
      ...(host === undefined ? {} : { host }),
      from: String(Math.max(0, Math.floor(fromMs))),
      to: String(Math.max(0, Math.ceil(toMs))),
      limit: String(MOST_ALERTS),
    }),
  );
  try {
    const response = await fetch(url, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      cache: 'no-store',
      // Never send the token to another address.
      redirect: 'error',
      signal,
    });
    if (!response.ok) return null;
    const answer: unknown = await response.json();
    if (!isRecord(answer) || !Array.isArray(answer['alerts'])) return null;
    return answer['alerts'].filter(isAlertView);
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}
