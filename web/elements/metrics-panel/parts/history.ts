/** Loaded for a window or range that live samples do not hold. */
export { HistoryController } from '../history/history-controller.ts';
/** For what else a page shows of the past. */
export { fetchHistory } from '../../../client/fetch-history.ts';
export { historyStyles } from '../history/history.styles.ts';
