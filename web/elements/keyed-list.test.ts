import { html, render } from 'lit';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { mount, unmountAll } from '../testing/mount.ts';
import { keyedList } from './keyed-list.ts';
import './metrics-panel/metrics-panel.ts';

const CHANGES = 1000;

let container: HTMLElement;

function show(keys: readonly string[]): void {
  render(
    html`<ul>
      ${keyedList(
        keys,
        (key) => key,
        (key) => html`<li id=${key}><input /></li>`,
      )}
    </ul>`,
    container,
  );
}

function begin(keys: readonly string[]): void {
  container = document.createElement('div');
  document.body.append(container);
  show(keys);
}

function shown(): string[] {
  return [...container.querySelectorAll('li')].map(({ id }) => id);
}

/** Including comments and white space. */
function nodesIn(root: Node): number {
  let count = 0;
  const walker = document.createTreeWalker(root);
  while (walker.nextNode() !== null) count += 1;
  return count;
}

afterEach(unmountAll);

describe('keyedList', () => {
  it.each([
    [
      ['a', 'b', 'c'],
      ['a', 'c'],
    ],
    [
      ['a', 'c'],
      ['b', 'a', 'c', 'd'],
    ],
    [
      ['a', 'b', 'c', 'd'],
      ['d', 'b', 'e', 'a'],
    ],
    [[], ['a']],
    [['a', 'b'], []],
  ])('shows %j, then %j, in that order', (before, after) => {
    begin(before);
    expect(shown()).toEqual(before);
    show(after);
    expect(shown()).toEqual(after);
    show(before);
    expect(shown()).toEqual(before);
  });

  it('keeps the element of a key, and its focus, while others come and go', () => {
    begin(['a', 'b', 'c']);
    const kept = container.querySelector<HTMLElement>('#b');
    kept?.querySelector('input')?.focus();
    show(['x', 'b', 'y', 'c']);
    show(['b']);
    expect(container.querySelector('#b')).toBe(kept);
    expect(document.activeElement).toBe(kept?.querySelector('input'));
  });

  it('leaves no nodes of removed items behind, not even comments, over 1,000 changes', () => {
    begin(['a', 'b', 'c']);
    const before = nodesIn(container);
    for (let change = 0; change < CHANGES; change += 1) {
      show(['c', `new-${change}`, 'a']);
      show(['a', 'b', 'c']);
    }
    expect(nodesIn(container)).toBe(before);
  });

  it('gives way to a value that is not a list', () => {
    container = document.createElement('div');
    document.body.append(container);
    const either = (keys: readonly string[] | null): void => {
      render(
        html`${keys === null ? 'none' : keyedList(keys, String, (key) => html`<i>${key}</i>`)}`,
        container,
      );
    };
    either(['a', 'b']);
    either(null);
    expect(container.textContent).toBe('none');
    either(['c']);
    expect(container.textContent).toBe('c');
  });
});

it('a panel has as many nodes after 1,000 searches as before', { timeout: 60_000 }, async () => {
  const panel = await mount('metrics-panel', (element) => {
    Object.assign(element, { src: inject('agentUrl'), metrics: 'cpu,memory,load.*', sections: true });
  });
  const charts = (): number => panel.shadowRoot?.querySelectorAll('metric-chart').length ?? 0;
  await expect.poll(charts).toBeGreaterThan(1);
  // The part that searches is loaded.
  panel.search = 'memory';
  await expect.poll(charts).toBe(1);
  const all = async (): Promise<number> => {
    panel.search = '';
    await panel.updateComplete;
    return nodesIn(panel.renderRoot);
  };
  const before = await all();
  for (let change = 0; change < CHANGES; change += 1) {
    panel.search = change % 2 === 0 ? 'memory' : 'cpu';
    await panel.updateComplete;
  }
  expect(await all()).toBe(before);
});
