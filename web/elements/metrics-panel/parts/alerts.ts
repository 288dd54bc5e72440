/** Loaded for `alerts`. */
export { AlertsController } from '../alerts/alerts-controller.ts';
/** For what else a page shows of them. */
export { fetchAlerts } from '../../../client/fetch-alerts.ts';
