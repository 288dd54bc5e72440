/** Loaded for `alerts`. */
export { AlertsController } from '../alerts/alerts-controller.ts';
