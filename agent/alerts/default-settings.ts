import type { AlertSettings } from './alert-settings.ts';
import { DEFAULT_RULES } from './default-rules.ts';

/** Those of an agent without alerts.yaml: the shipped rules, and nobody who is told. */
export const DEFAULT_SETTINGS: AlertSettings = {
  rules: DEFAULT_RULES,
  channels: [],
  maintenance: [],
  dashboardUrl: null,
};
