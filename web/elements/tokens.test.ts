import { afterEach, expect, it } from 'vitest';
import './metric-chart/metric-chart.ts';
import { sheetFor } from '../browser/documents.ts';
import { mount, unmountAll } from '../testing/mount.ts';
import { secondShades } from './second-shades.styles.ts';

const LINES = ['cpu', 'memory', 'disk', 'network', 'neutral'].flatMap((hue) => [
  `--_${hue}`,
  `--_${hue}-second`,
]);
const TEXTS = ['--_text', '--_text-muted', '--_good', '--_busy', '--_warn', '--_bad', '--_text-second'];

afterEach(() => {
  unmountAll();
  document.body.style.colorScheme = '';
});

/** A probe of the colours in an element that has both shades. */
async function mountProbe(style = ''): Promise<HTMLElement> {
  const chart = await mount('metric-chart', (one) => one.setAttribute('style', style));
  const sheet = sheetFor(chart, secondShades);
  if (sheet !== null) chart.shadowRoot?.adoptedStyleSheets.push(sheet);
  const probe = document.createElement('i');
  chart.shadowRoot?.append(probe);
  return probe;
}

/** WCAG 2.2, relative luminance of `rgb(r, g, b)`. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((channel) => {
    const share = Number(channel) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

it.each(['light', 'dark'])(
  'every line has a contrast of 3 to 1 with its card, and every text 4.5 to 1: %s',
  async (scheme) => {
    document.body.style.colorScheme = scheme;
    const probe = await mountProbe();
    const resolved = (name: string): string => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    for (const surface of ['--_surface', '--_surface-raised']) {
      for (const name of LINES) expect(contrast(resolved(name), resolved(surface)), name).toBeGreaterThan(3);
      for (const name of TEXTS)
        expect(contrast(resolved(name), resolved(surface)), name).toBeGreaterThan(4.5);
    }
    const lines = LINES.map(resolved);
    expect(new Set(lines).size).toBe(LINES.length);
  },
);

it('a hue that a page sets has a second shade of it', async () => {
  const colorsOf = async (style: string): Promise<string[]> => {
    const probe = await mountProbe(style);
    return LINES.map((name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    });
  };
  const usual = await colorsOf('color-scheme: light');
  const own = await colorsOf('color-scheme: light; --mp-series-3: rgb(255, 0, 0)');
  const changed = LINES.filter((_, index) => own[index] !== usual[index]);
  expect(changed).toEqual(['--_network', '--_network-second']);
  expect(own[LINES.indexOf('--_network')]).toBe('rgb(255, 0, 0)');
});
