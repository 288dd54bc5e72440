import { whenLoaded } from '../browser/when-loaded.ts';
import type { fetchAlerts } from '../client/fetch-alerts.ts';
import type { fetchHistory } from '../client/fetch-history.ts';
import { alertsPart, historyPart } from '../elements/metrics-panel/parts/panel-parts.ts';

/**
 * Asks an agent for a part of its history, as the charts do, once that part of them is loaded.
 * @throws HistoryRefusal, or what `fetch` throws when it is aborted
 */
export const askHistory: typeof fetchHistory = (...question) =>
  new Promise((resolve) => {
    whenLoaded(historyPart, (part) => resolve(part.fetchHistory(...question)));
  });

/** The same for its alerts. */
export const askAlerts: typeof fetchAlerts = (...question) =>
  new Promise((resolve) => {
    whenLoaded(alertsPart, (part) => resolve(part.fetchAlerts(...question)));
  });
