import type { MetricsClient } from '../../shared/client/metrics-client.ts';

/**
 * Ties a client to its page (RC-1, RC-2, HB-2): checks and retries at once when the page becomes visible, thaws or is back online;
 * closes on `pagehide`, because an open socket keeps a page out of the back-forward cache; does not retry while offline.
 * @param isLocal the agent is on this machine: being offline does not matter
 * @returns the undo
 */
export function followPageLifecycle(client: MetricsClient, isLocal: boolean): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const check = (): void => {
    if (document.visibilityState !== 'visible') return;
    client.checkAlive();
    client.retryNow();
  };
  const online = (): void => {
    client.release();
    check();
  };
  document.addEventListener('visibilitychange', check, { signal });
  document.addEventListener('resume', check, { signal });
  window.addEventListener('pagehide', () => client.stop(), { signal });
  window.addEventListener('pageshow', ({ persisted }) => persisted && client.start(), { signal });
  window.addEventListener('online', online, { signal });
  if (!isLocal) {
    window.addEventListener('offline', () => client.hold(), { signal });
    if (!navigator.onLine) client.hold();
  }
  return () => controller.abort();
}

/** Whether the agent is on this machine. */
export function isLocalAgent(agentUrl: string): boolean {
  return /^(localhost|\[::1]|127\.[\d.]+)$/.test(new URL(agentUrl).hostname);
}
