import { describe, expect, it } from 'vitest';
import { DEFAULT_CHOICE, snippetOf } from './snippet.ts';

describe('the snippet', () => {
  it('is two lines without defaults', () => {
    expect(snippetOf(DEFAULT_CHOICE, 'http://h:8080/')).toBe(
      '<script type="module" src="http://h:8080/embed/metrics-panel.js"></script>\n' +
        '<metrics-panel metrics="cpu,memory"></metrics-panel>',
    );
  });

  it('has an attribute for each choice', () => {
    const choice = {
      ...DEFAULT_CHOICE,
      metrics: ['load'],
      layout: 'row',
      theme: 'dark',
      points: 60,
      window: '',
    };
    expect(snippetOf(choice, 'http://h/m/')).toContain(
      '<metrics-panel metrics="load" layout="row" theme="dark" points="60"></metrics-panel>',
    );
  });

  it.each([
    ['lines', 'metrics="cpu+memory"'],
    ['stacked', 'metrics="cpu+memory" stacked'],
    ['mirrored', 'metrics="cpu+memory" mirrored'],
  ] as const)('joins metrics in one chart: %s', (together, attributes) => {
    expect(snippetOf({ ...DEFAULT_CHOICE, together }, 'http://h/')).toContain(
      `<metrics-panel ${attributes}></metrics-panel>`,
    );
  });

  it('arranges nothing where there is one metric, and names thresholds', () => {
    const choice = { ...DEFAULT_CHOICE, metrics: ['cpu'], together: 'stacked', thresholds: '80,90' } as const;
    expect(snippetOf(choice, 'http://h/')).toContain(
      '<metrics-panel metrics="cpu" thresholds="80,90"></metrics-panel>',
    );
  });

  it('names a window in place of points', () => {
    expect(snippetOf({ ...DEFAULT_CHOICE, points: 60, window: '24h' }, 'http://h/m/')).toContain(
      '<metrics-panel metrics="cpu,memory" window="24h"></metrics-panel>',
    );
  });

  it('escapes hostile metric names', () => {
    const template = document.createElement('template');
    const name = 'disk."><img src=x>&amp;';
    template.innerHTML = snippetOf({ ...DEFAULT_CHOICE, metrics: [name] }, 'http://h/');
    expect(template.content.querySelector('img')).toBeNull();
    expect(template.content.querySelector('metrics-panel')?.getAttribute('metrics')).toBe(name);
  });
});
