import { afterEach, expect, it } from 'vitest';
import { enterLayer } from './layers.ts';

const undone: (() => void)[] = [];
let left: string[] = [];

/** A layer that records its name when it is left. */
function enter(name: string, host: Element = document.body): () => void {
  const undo = enterLayer(host, () => {
    left.push(name);
    undo();
  });
  undone.push(undo);
  return undo;
}

/** Whether the page gets the key. */
function escape(target: Element = document.body): boolean {
  return target.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true, cancelable: true }),
  );
}

function added<Tag extends keyof HTMLElementTagNameMap>(tag: Tag): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  document.body.append(element);
  return element;
}

afterEach(() => {
  for (const undo of undone.splice(0)) undo();
  left = [];
  document.body.replaceChildren();
});

it('closes only the newest layer, and leaves the key to the page if there is none', () => {
  enter('first');
  const undo = enter('second');
  enter('third');
  undo();
  expect([escape(), escape(), escape()]).toEqual([false, false, true]);
  expect(left).toEqual(['third', 'first']);
});

it('leaves the key to a listener that handled it, and to a filled search field', () => {
  enter('layer');
  const field = added('input');
  field.type = 'search';
  field.value = 'cpu';
  expect(escape(field)).toBe(true);
  field.value = '';
  const own = added('div');
  own.addEventListener('keydown', (event) => event.preventDefault());
  escape(own);
  expect(left).toEqual([]);
  escape(field);
  expect(left).toEqual(['layer']);
});

it('leaves the key to a dialog above it, even without focus, but not to one that contains it', () => {
  const dialog = added('dialog');
  enter('below');
  dialog.showModal();
  expect([escape(), escape(dialog)]).toEqual([true, true]);
  const host = document.createElement('div');
  dialog.append(host);
  enter('within', host.attachShadow({ mode: 'open' }).appendChild(document.createElement('p')));
  expect([escape(), escape()]).toEqual([false, true]);
  dialog.close();
  escape();
  expect(left).toEqual(['within', 'below']);
});
