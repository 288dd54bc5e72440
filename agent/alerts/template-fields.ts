/**
 * What `{{name}}` in a webhook's body and headers may stand for. Where a message tells of several alerts, `rule` to `id` are those of its first, the
 * most severe one, and `alerts` has them all.
 */
export const TEMPLATE_FIELDS = [
  /** One line: `Disk almost full: filesystem.root.used on web-1`, or `3 alerts on web-1`. */
  'title',
  /** The whole message, several lines. */
  'text',
  /** `firing`, `ended`, `noData`, `dataBack`, `event` or `test`. */
  'state',
  /** `warning` or `trouble`; of several alerts the worst. */
  'severity',
  'host',
  'rule',
  /** Empty, or `null` alone, for a rule about the host itself. */
  'metric',
  /** Numbers in `unit`; `null` if not known. */
  'value',
  'worst',
  'threshold',
  'unit',
  /** ISO 8601, UTC. */
  'since',
  /** ISO 8601, UTC; `null` while it goes on. */
  'ended',
  /** For people: `12 min`. */
  'duration',
  /** Random, the same in every message of an alert. */
  'id',
  /** Of the dashboard, at the host and time of the alert; empty if alerts.yaml does not say where the dashboard is. */
  'url',
  /** How many alerts the message tells of. */
  'count',
  /** A list of objects with the fields above. */
  'alerts',
] as const;
export type TemplateField = (typeof TEMPLATE_FIELDS)[number];

/** A placeholder in a template. Alone in its string it becomes the value itself (a number, a list, `null`); in other text it becomes text. */
export const PLACEHOLDER = /\{\{([^{}]{0,64})\}\}/g;

/** Names in the placeholders of a text, in order. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
}

export function isTemplateField(name: string): name is TemplateField {
  const fields: readonly string[] = TEMPLATE_FIELDS;
  return fields.includes(name);
}
