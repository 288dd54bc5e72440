import { afterEach, beforeEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { unmountAll } from '../../testing/mount.ts';
import { showSheet } from './sheet.ts';
import { sheetStyles } from './sheet.styles.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync(sheetStyles.cssText);

beforeEach(() => {
  document.adoptedStyleSheets = [sheet];
});
afterEach(async () => {
  document.adoptedStyleSheets = [];
  unmountAll();
  await page.viewport(1024, 768);
});

function open(): { dialog: HTMLDialogElement; opener: HTMLButtonElement } {
  document.body.innerHTML = `<button id="opener">Open</button>
    <dialog class="sheet"><div><button class="item">One</button></div></dialog>`;
  const dialog = document.querySelector('dialog');
  const opener = document.querySelector<HTMLButtonElement>('#opener');
  if (dialog === null || opener === null) throw new Error('no dialog');
  opener.focus();
  showSheet(dialog);
  return { dialog, opener };
}

async function settled(dialog: HTMLDialogElement): Promise<void> {
  await Promise.all(dialog.getAnimations().map(({ finished }) => finished));
}

function drag(dialog: HTMLDialogElement, by: number): void {
  const at = (clientY: number): Touch[] => [
    new Touch({ identifier: 1, target: dialog, clientX: 100, clientY }),
  ];
  dialog.dispatchEvent(new TouchEvent('touchstart', { touches: at(300) }));
  dialog.dispatchEvent(new TouchEvent('touchmove', { touches: at(300 + by) }));
  dialog.dispatchEvent(new TouchEvent('touchend', { touches: [] }));
}

it('has the focus while it is open, and gives it back when Escape closes it', async () => {
  const { dialog, opener } = open();
  expect(document.activeElement?.className).toBe('item');
  await userEvent.keyboard('{Escape}');
  expect(dialog.open).toBe(false);
  expect(document.activeElement).toBe(opener);
});

it('closes by a click beside it, and not by one in it', async () => {
  const { dialog } = open();
  dialog.querySelector('div')?.click();
  expect(dialog.open).toBe(true);
  await userEvent.click(document.documentElement, { position: { x: 5, y: 700 } });
  expect(dialog.open).toBe(false);
});

it('lies at the end of a narrow page, where a finger pulls it down', async () => {
  await page.viewport(390, 700);
  const { dialog } = open();
  await settled(dialog);
  expect(dialog.getBoundingClientRect().bottom).toBe(700);
  expect(dialog.getBoundingClientRect().width).toBe(390);
  drag(dialog, 40);
  expect([dialog.open, dialog.style.translate]).toEqual([true, '']);
  drag(dialog, 120);
  expect(dialog.open).toBe(false);
  showSheet(dialog);
  await settled(dialog);
  expect(dialog.getBoundingClientRect().bottom).toBe(700);
});

it('is not pulled where it drops from the bar', () => {
  const { dialog } = open();
  drag(dialog, 200);
  expect(dialog.open).toBe(true);
});
