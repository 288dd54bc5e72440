import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import type { ConnectionBadge } from '../connection-badge/connection-badge.ts';
import type { Standing } from '../connection-badge/standing.ts';
import './metrics-panel.ts';
import type { MetricsPanel } from './metrics-panel.ts';

async function show(
  attributes: Record<string, string>,
  prepare: (panel: MetricsPanel) => void = () => {},
): Promise<MetricsPanel> {
  return mount('metrics-panel', (panel) => {
    panel.src = inject('agentUrl');
    for (const [name, value] of Object.entries(attributes)) panel.setAttribute(name, value);
    prepare(panel);
  });
}

const shadowOf = (panel: MetricsPanel): ShadowRoot => {
  if (panel.shadowRoot === null) throw new Error('not rendered');
  return panel.shadowRoot;
};
const chartsOf = (panel: MetricsPanel) => [...shadowOf(panel).querySelectorAll('metric-chart')];

async function untilSamples(panel: MetricsPanel, count = 1): Promise<void> {
  await expect.poll(() => chartsOf(panel)[0]?.samples?.length ?? 0).toBeGreaterThanOrEqual(count);
}

afterEach(unmountAll);

describe('points', () => {
  it('changes to more or fewer without dispatching earlier samples again, and keeps its tables', async () => {
    const told: number[] = [];
    const panel = await show({ metrics: '*', tables: 'processes', sections: '' }, (element) => {
      element.addEventListener('sample', ({ detail }) => told.push(detail.seq));
    });
    await untilSamples(panel, 20);
    const tables = (): number => shadowOf(panel).querySelectorAll('process-table').length;
    await expect.poll(tables).toBe(1);
    const newest: string[] = [];
    const without: number[] = [];
    let isOver = false;
    const look = (): void => {
      newest.push(panel.exportCsv().trimEnd().split('\n').at(-1)?.split(',')[0] ?? '');
      without.push(tables());
      if (!isOver) requestAnimationFrame(look);
    };
    look();
    for (const points of [2000, 30]) {
      panel.points = points;
      const seen = newest.length;
      await expect.poll(() => newest.slice(seen).length > 3 && chartsOf(panel)[0]?.points).toBe(points);
      await expect.poll(() => panel.exportCsv().split('\n').length).toBeLessThanOrEqual(points + 2);
      await expect.poll(() => new Set(newest.slice(seen)).size).toBeGreaterThan(3);
    }
    isOver = true;
    expect(newest.every((time, index) => time >= (newest[index - 1] ?? ''))).toBe(true);
    expect(told.every((seq, index) => index === 0 || seq > (told[index - 1] ?? 0))).toBe(true);
    expect(without).not.toContain(0);
  });
});

it('dispatches each sample with the series of its values', async () => {
  const names = new Set<string>();
  const panel = await show({ metrics: 'memory,cpu' }, (element) => {
    element.addEventListener('sample', ({ detail }) => {
      names.add(detail.series.map(({ name }) => name).join());
    });
  });
  await untilSamples(panel, 3);
  expect([...names]).toEqual(['memory,cpu']);
});

it('works with a search that a framework has removed', async () => {
  const panel = await show({ metrics: 'cpu,memory', sections: '' });
  await untilSamples(panel, 2);
  panel.search = null;
  await panel.updateComplete;
  expect(chartsOf(panel)).toHaveLength(2);
});

describe('layout', () => {
  it.each(['row', 'compact', 'sparkline'] as const)(
    '%s shows all charts alike, and is accessible',
    async (layout) => {
      const panel = await show({ metrics: 'cpu,memory,memory.used', layout });
      await untilSamples(panel);
      expect([...shadowOf(panel).querySelectorAll('.grid')].map(({ className }) => className)).toEqual([
        `grid ${layout}`,
      ]);
      expect(chartsOf(panel)).toHaveLength(3);
      await expectAccessible(panel);
    },
  );

  it('row keeps its charts in one line at any width', async () => {
    const panel = await show({ metrics: 'cpu,memory,memory.used', layout: 'row', style: 'width: 320px' });
    await untilSamples(panel);
    const tops = chartsOf(panel).map((chart) => chart.getBoundingClientRect().top);
    expect(new Set(tops).size).toBe(1);
    expect(panel.scrollWidth).toBeLessThanOrEqual(320);
  });

  it('sparkline is one line of text high per metric', async () => {
    const panel = await show({
      metrics: 'cpu,memory',
      layout: 'sparkline',
      badge: 'none',
      style: 'width: 160px',
    });
    await untilSamples(panel);
    expect(panel.getBoundingClientRect().height).toBeLessThan(80);
    expect(panel.scrollWidth).toBeLessThanOrEqual(160);
    await expect.poll(() => shadowOf(panel).querySelector('.plain')).toBeNull();
    for (const part of ['.plot', '.value']) {
      const lefts = chartsOf(panel).map(
        (chart) => chart.shadowRoot?.querySelector(part)?.getBoundingClientRect().left,
      );
      expect(new Set(lefts).size).toBe(1);
    }
  });

  it.each(['12px/1.5 serif', '16px/1.5 sans-serif', '32px/1.3 sans-serif', '16px/1.2 monospace'])(
    'sparkline sits in a line of %s like a word, without CSS of the page',
    async (font) => {
      const paragraph = document.createElement('p');
      paragraph.style.cssText = `font: ${font}; width: 1500px`;
      paragraph.append('The machine has ');
      document.body.append(paragraph);
      const { height } = paragraph.getBoundingClientRect();
      const panel = await show({ metrics: 'cpu', layout: 'sparkline' });
      paragraph.append(panel, ' today.');
      await untilSamples(panel);
      const [chart] = chartsOf(panel);
      const rectOf = (node: Node | null | undefined): DOMRect => {
        if (node === null || node === undefined) throw new Error('no text');
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getBoundingClientRect();
      };
      await expect.poll(() => chart?.shadowRoot?.querySelector('canvas')?.width ?? 0).toBeGreaterThan(0);
      expect(paragraph.getBoundingClientRect().height).toBeCloseTo(height, 0);
      const [before, label, after] = [
        paragraph.firstChild,
        chart?.shadowRoot?.querySelector('.label'),
        paragraph.lastChild,
      ].map(rectOf);
      expect(label?.bottom).toBeCloseTo(before?.bottom ?? 0, 0);
      expect(after?.bottom).toBeCloseTo(before?.bottom ?? 0, 0);
      const plot = chart?.shadowRoot?.querySelector('.plot')?.getBoundingClientRect();
      const size = Number.parseFloat(font);
      expect(plot?.height).toBeCloseTo(1.1 * size, 0);
      expect(plot?.width).toBeGreaterThan(4 * size);
      expect(shadowOf(panel).querySelector('connection-badge')).toBeNull();
      panel.metrics = 'cpu,x';
      await expect.poll(() => shadowOf(panel).querySelector('[part=missing]')).not.toBeNull();
      expect(paragraph.getBoundingClientRect().height).toBeCloseTo(height, 0);
    },
  );

  it('sparkline says within the line of text why it is empty', async () => {
    const paragraph = document.createElement('p');
    paragraph.style.font = '16px/1.5 sans-serif';
    document.body.append(paragraph);
    const panel = await show({ metrics: 'nonsense', layout: 'sparkline' });
    paragraph.append('The machine has ', panel);
    const notice = () => shadowOf(panel).querySelector('[part=notice]');
    await expect.poll(() => notice()?.firstElementChild?.textContent).toBe('nonsense –');
    expect(paragraph.getBoundingClientRect().height).toBe(24);
    await expectAccessible(panel);
  });

  it('sparkline shows one word in a line too narrow for the message, which is in its tooltip', async () => {
    const heading = document.createElement('h2');
    heading.style.cssText = 'font: 24px/1.5 sans-serif; width: 400px';
    document.body.append(heading);
    const panel = await show({ layout: 'sparkline', src: 'http://127.0.0.1:9' });
    heading.append('CPU ', panel);
    const notice = () => shadowOf(panel).querySelector('[part=notice]');
    await expect.poll(() => notice()?.firstElementChild?.textContent).toBe('Reconnecting');
    expect(notice()?.firstElementChild?.getAttribute('title')).toBe(
      'The agent cannot be reached\nRetrying http://127.0.0.1:9/ automatically. Is the agent running there?',
    );
    // For screen readers.
    expect(notice()?.lastElementChild?.textContent).toContain('Is the agent running there?');
    expect(notice()?.lastElementChild?.checkVisibility()).toBe(true);
    expect(heading.getBoundingClientRect().height).toBe(36);
    panel.src = 'ftp://example.org';
    await expect.poll(() => notice()?.firstElementChild?.textContent).toBe('Error');
    panel.src = inject('agentUrl');
    panel.metrics = 'cpu,nonsense,x*';
    const missing = () => shadowOf(panel).querySelector('[part=missing]');
    await expect.poll(() => missing()?.firstElementChild?.textContent).toBe('nonsense, x* –');
    expect(missing()?.firstElementChild?.getAttribute('title')).toBe('Not shown here: nonsense, x*');
    await expectAccessible(panel);
  });

  it('sparkline can be hidden by the page, and has no effect with sections', async () => {
    const panel = await show({ layout: 'sparkline', hidden: '' });
    expect(getComputedStyle(panel).display).toBe('none');
    panel.hidden = false;
    panel.sections = true;
    await panel.updateComplete;
    expect(getComputedStyle(panel).display).toBe('block');
    await expect.poll(() => shadowOf(panel).querySelector('connection-badge')).not.toBeNull();
  });

  it('is the grid for an unknown value', async () => {
    const panel = await show({ layout: 'spiral' });
    await untilSamples(panel);
    expect(shadowOf(panel).querySelector('.grid.headline')).not.toBeNull();
  });
});

describe('theme', () => {
  it('is that of the page, or the one chosen', async () => {
    document.body.style.colorScheme = 'dark';
    const colors: string[] = [];
    for (const theme of ['auto', 'dark', 'light']) {
      const panel = await show({ theme });
      colors.push(getComputedStyle(panel).color);
    }
    document.body.style.colorScheme = '';
    expect(colors[0]).toBe(colors[1]);
    expect(colors[2]).not.toBe(colors[1]);
  });
});

describe('the badge', () => {
  const badgeOf = (panel: MetricsPanel): ConnectionBadge | null =>
    shadowOf(panel).querySelector('connection-badge');
  const wordOf = (panel: MetricsPanel): HTMLElement | null =>
    badgeOf(panel)?.shadowRoot?.querySelector<HTMLElement>('.word') ?? null;
  const headerOf = (panel: MetricsPanel): HTMLElement | null => shadowOf(panel).querySelector('header');
  const standAs = (panel: MetricsPanel, standing: Standing): void => {
    vi.spyOn(panel, 'standing', 'get').mockReturnValue(standing);
    panel.requestUpdate();
  };
  const SILENT = { state: 'silent', transport: 'WebSocket', sinceMs: 0 } as const;

  it('stands beside the heading with a word', async () => {
    const panel = await show({ heading: 'Web server' });
    expect(shadowOf(panel).querySelector('h2')?.textContent).toBe('Web server');
    await expect.poll(() => wordOf(panel)?.textContent).toBe('Connected');
    expect(wordOf(panel)?.getBoundingClientRect().width).toBeGreaterThan(20);
    expect(headerOf(panel)?.contains(badgeOf(panel))).toBe(true);
  });

  it.each([
    {},
    { layout: 'compact' },
    { layout: 'row' },
    { hosts: '*' },
    { sections: '' },
    { metrics: 'cpu+memory' },
  ])('is a dot in the head of the first card without a heading: %o', async (attributes) => {
    const panel = await show(attributes);
    await expect.poll(() => wordOf(panel)?.textContent).toBe('Connected');
    expect(headerOf(panel)).toBeNull();
    const first = shadowOf(panel).querySelector('metric-chart, comparison-chart');
    await expect.poll(() => badgeOf(panel)?.parentElement ?? null).toBe(first);
    expect(shadowOf(panel).querySelectorAll('connection-badge')).toHaveLength(1);
    expect(badgeOf(panel)?.assignedSlot?.name).toBe('badge');
    expect(wordOf(panel)?.getBoundingClientRect().width).toBe(1);
    await expectAccessible(panel);
  });

  it('has words in trouble, and moves nothing', async () => {
    const panel = await show({ metrics: 'cpu.user+cpu.system,memory', style: 'width: 420px' });
    await untilSamples(panel, 2);
    await expect.poll(() => wordOf(panel)?.textContent).toBe('Connected');
    const tops = (): (number | undefined)[] => [
      panel.getBoundingClientRect().height,
      ...chartsOf(panel).flatMap((chart) =>
        ['.label', '.plot', '.value'].map(
          (part) => chart.shadowRoot?.querySelector(part)?.getBoundingClientRect().top,
        ),
      ),
    ];
    const before = tops();
    const badge = badgeOf(panel);
    standAs(panel, SILENT);
    await expect.poll(() => wordOf(panel)?.textContent).toBe('No samples');
    expect(wordOf(panel)?.getBoundingClientRect().width).toBeGreaterThan(20);
    expect(tops()).toEqual(before);
    // Otherwise screen readers would not hear of it.
    expect(badgeOf(panel)).toBe(badge);
  });

  it('stands over the notice of a panel that has no card', async () => {
    const panel = await show({ src: 'http://127.0.0.1:9' });
    await expect.poll(() => wordOf(panel)?.textContent).toBe('Reconnecting');
    expect(headerOf(panel)).toBeNull();
    expect(badgeOf(panel)?.checkVisibility()).toBe(true);
  });

  it('is not there in a line of text, nor where nothing is wrong and there is no card', async () => {
    const sparkline = await show({ layout: 'sparkline' });
    const refused = await show({ metrics: 'nonsense' });
    await expect.poll(() => shadowOf(refused).querySelector('[part=notice]')).not.toBeNull();
    await untilSamples(sparkline);
    expect([badgeOf(sparkline), badgeOf(refused)]).toEqual([null, null]);
  });

  it('is large with its word for full, in a row of its own', async () => {
    const panel = await show({ badge: 'full' });
    await expect.poll(() => wordOf(panel)?.textContent).toBe('Connected');
    expect(headerOf(panel)?.contains(badgeOf(panel))).toBe(true);
    expect(badgeOf(panel)?.small).toBe(false);
  });

  it('shows only its icon for dot, with the text for screen readers', async () => {
    const panel = await show({ badge: 'dot' });
    await expect.poll(() => wordOf(panel)?.getBoundingClientRect().width).toBe(1);
    await expectAccessible(panel);
  });

  it('is missing for none, and the header with it unless there is a heading', async () => {
    const panel = await show({ badge: 'none' });
    await untilSamples(panel);
    expect([headerOf(panel), badgeOf(panel)]).toEqual([null, null]);
    panel.heading = 'Now there is one';
    await panel.updateComplete;
    expect(headerOf(panel)?.textContent).toContain('Now there is one');
    expect(badgeOf(panel)).toBeNull();
  });
});

describe('slotted content', () => {
  it('is shown until there are charts', async () => {
    const panel = await show({}, (one) => {
      one.innerHTML = '<p>The charts are loading</p>';
    });
    const text = panel.querySelector('p');
    expect(text?.checkVisibility()).toBe(true);
    await untilSamples(panel);
    expect(text?.checkVisibility()).toBe(false);
  });
});

describe('without slotted content', () => {
  it('the panel has its own placeholder, white space or not', async () => {
    const panel = await show({}, (one) => {
      one.src = 'http://127.0.0.1:9';
      one.innerHTML = '\n  <span slot="heading">Mine</span>\n';
    });
    await expect.poll(() => shadowOf(panel).querySelector('.notice')?.checkVisibility()).toBe(true);
  });

  it('does not hide that the agent cannot be reached', async () => {
    const panel = await show({}, (one) => {
      one.src = 'http://127.0.0.1:9';
      one.innerHTML = '<p>The charts are loading</p>';
    });
    await expect.poll(() => shadowOf(panel).querySelector('.notice')?.checkVisibility()).toBe(true);
    expect(panel.querySelector('p')?.checkVisibility()).toBe(true);
  });
});

describe('interval and host', () => {
  it('is rounded up to one that the agent supports', async () => {
    const panel = await show({ interval: '700' });
    await untilSamples(panel, 2);
    // Its agent samples every 250 ms.
    expect(chartsOf(panel)[0]?.intervalMs).toBe(750);
  });

  it('shows the named host, and says so if the agent does not know it', async () => {
    let id = '';
    const first = await show({}, (panel) => {
      panel.addEventListener('welcome', ({ detail }) => {
        id = detail.hosts[0]?.id ?? '';
      });
    });
    await untilSamples(first);
    await untilSamples(await show({ host: id }));
    const other = await show({ host: 'nobody' });
    await expect
      .poll(() => shadowOf(other).querySelector('.notice')?.textContent)
      .toContain('No host nobody');
  });
});

describe('events', () => {
  it('ready is dispatched once, with the announcement, when the first sample is drawn', async () => {
    const readies: string[][] = [];
    const panel = await show({ metrics: 'memory,cpu' }, (one) => {
      one.addEventListener('ready', ({ detail }) => readies.push(detail.series.map(({ name }) => name)));
    });
    await expect.poll(() => readies).toEqual([['memory', 'cpu']]);
    await untilSamples(panel, 3);
    await panel.updateComplete;
    expect(readies).toHaveLength(1);
  });
});

describe('export', () => {
  it('exports the samples shown as comma-separated values', async () => {
    const panel = await show({ metrics: 'cpu,memory.used' });
    expect(panel.exportCsv()).toBe('');
    await untilSamples(panel, 2);
    const [head, ...lines] = panel.exportCsv().trimEnd().split('\r\n');
    expect(head).toBe('time,cpu (percent),memory.used (bytes)');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,[\d.]*,\d*$/);
    const [fromMs = 0, toMs = 0] = lines.slice(0, 2).map((line) => Date.parse(line.split(',')[0] ?? ''));
    panel.paused = true;
    await panel.updateComplete;
    panel.span = { fromMs, toMs };
    expect(panel.exportCsv()).toBe(`${[head, ...lines.slice(0, 2)].join('\r\n')}\r\n`);
  });

  it('exports the charts as a picture that is not blank', async () => {
    const nobody = await show({ src: 'http://127.0.0.1:9' });
    await expect(nobody.exportPng()).rejects.toThrow('No chart is drawn');
    nobody.remove();
    const panel = await show({ metrics: 'cpu,memory' });
    await untilSamples(panel, 2);
    // The drawing part may still be loading.
    const isDrawn = () =>
      panel.exportPng().then(
        () => true,
        () => false,
      );
    await expect.poll(isDrawn).toBe(true);
    const picture = await createImageBitmap(await panel.exportPng());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const ctx = canvas.getContext('2d');
    ctx?.drawImage(picture, 0, 0);
    const pixels = new Uint32Array(ctx?.getImageData(0, 0, picture.width, picture.height).data.buffer ?? []);
    expect(picture.width).toBeGreaterThan(100);
    expect(new Set(pixels).size).toBeGreaterThan(20);
    // As dark as the card, behind light text.
    panel.theme = 'dark';
    await panel.updateComplete;
    ctx?.drawImage(await createImageBitmap(await panel.exportPng()), 0, 0);
    const [red = 255, , , alpha] = ctx?.getImageData(2, 2, 1, 1).data ?? [];
    expect([red < 60, alpha]).toEqual([true, 255]);
    panel.hidden = true;
    await expect.poll(isDrawn).toBe(false);
  });
});

describe('getToken', () => {
  const showGuarded = (getToken: () => string | Promise<string>) =>
    show({}, (panel) => {
      panel.src = inject('guardedAgentUrl');
      panel.getToken = getToken;
    });

  it('is called once, and its token is sent to the agent', async () => {
    let count = 0;
    const panel = await showGuarded(async () => {
      count += 1;
      return 'secret';
    });
    await untilSamples(panel, 2);
    expect(count).toBe(1);
  });

  it('is reported if it fails', async () => {
    const panel = await showGuarded(() => Promise.reject(new Error('Log in again')));
    await expect.poll(() => shadowOf(panel).querySelector('.notice')?.textContent).toContain('Log in again');
  });
});
