import { afterEach, expect, it } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { pretendAlert, pretendState, tell } from '../../testing/pretend-alerts.ts';
import './alert-strip.ts';

afterEach(unmountAll);

it('has no height while nothing asks for attention, and else the gravest with value and duration', async () => {
  const state = pretendState();
  tell(state, pretendAlert({ acknowledgedMs: 1 }));
  const strip = await mount('alert-strip', (element) => {
    element.lang = 'en';
    element.state = state;
  });
  expect(strip.offsetHeight).toBe(0);
  tell(
    state,
    pretendAlert({ id: 'cpu', metric: 'cpu', title: 'Busy', severity: 'warning', value: null }),
    pretendAlert(),
  );
  await strip.updateComplete;
  const lines = [...strip.renderRoot.querySelectorAll('div')].map(({ innerText }) =>
    innerText.replaceAll(/\s+/g, ' '),
  );
  expect(lines).toEqual(['Disk almost full: / used 91.2 % · 12 min', 'Busy: CPU 12 min']);
  await expectAccessible(strip);
});

it('counts those for which there is no room', async () => {
  const state = pretendState();
  tell(state, ...['a', 'b', 'c', 'd', 'e'].map((id) => pretendAlert({ id })));
  const strip = await mount('alert-strip', (element) => {
    element.state = state;
  });
  expect(strip.renderRoot.querySelector('.more')?.textContent.trim()).toBe('+2');
});
