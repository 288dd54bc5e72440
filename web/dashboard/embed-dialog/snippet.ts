export interface PanelChoice {
  /** Names and globs. */
  readonly metrics: readonly string[];
  /** How the metrics share one chart; empty: each has its own. */
  readonly together: '' | 'lines' | 'stacked' | 'mirrored';
  /** Lines across the charts, such as `80,90`; empty: none. */
  readonly thresholds: string;
  readonly layout: string;
  readonly theme: string;
  readonly points: number;
  /** How much time instead of `points`; empty: `points`. */
  readonly window: string;
}

export const DEFAULT_CHOICE: PanelChoice = {
  metrics: ['cpu', 'memory'],
  together: '',
  thresholds: '',
  layout: 'grid',
  theme: 'auto',
  points: 20,
  window: '',
};

/** The attributes for `choice`, without defaults; empty for those that are there or not. */
export function attributesOf({
  metrics,
  together,
  thresholds,
  layout,
  theme,
  points,
  window,
}: PanelChoice): Record<string, string> {
  return {
    metrics: metrics.join(together === '' ? ',' : '+'),
    ...(metrics.length > 1 && (together === 'stacked' || together === 'mirrored') ? { [together]: '' } : {}),
    ...(thresholds === '' ? {} : { thresholds }),
    ...(layout === DEFAULT_CHOICE.layout ? {} : { layout }),
    ...(theme === DEFAULT_CHOICE.theme ? {} : { theme }),
    ...(window === '' ? (points === DEFAULT_CHOICE.points ? {} : { points: String(points) }) : { window }),
  };
}

/**
 * The HTML that shows `choice` in a page.
 * @param agentUrl ends with a slash
 * @param host name of one of its hosts; `null`: its first
 * @param token issued for that page
 */
export function snippetOf(
  choice: PanelChoice,
  agentUrl: string,
  host: string | null = null,
  token?: string,
): string {
  const attributes = Object.entries({
    ...(host === null ? {} : { host }),
    ...attributesOf(choice),
    ...(token === undefined ? {} : { token }),
  }).map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escaped(value)}"`));
  return [
    `<script type="module" src="${escaped(agentUrl)}embed/metrics-panel.js"></script>`,
    `<metrics-panel${attributes.join('')}></metrics-panel>`,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
