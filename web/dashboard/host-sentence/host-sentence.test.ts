import { afterEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Concern } from '../../state/attention.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { NOW_MS, pretendState } from '../../testing/pretend-alerts.ts';
import type { HostSentence } from './host-sentence.ts';
import './host-sentence.ts';

afterEach(unmountAll);

function concern(metric: string, changes: Partial<Concern> = {}): Concern {
  return {
    kind: 'filesystem-full',
    level: 'trouble',
    metric,
    sinceMs: NOW_MS,
    isMuted: false,
    isKnown: true,
    opening: `${metric} is full`,
    clause: `${metric} is full`,
    caption: '',
    ...changes,
  };
}

async function say(
  concerns: readonly Concern[],
  setUp: (sentence: HostSentence) => void = () => {},
): Promise<{ readonly sentence: HostSentence; readonly state: DashboardState }> {
  const state = pretendState();
  state.attention.outlook.set({ state: 'live', quietSinceMs: NOW_MS - 86_400_000, before: 'day' });
  state.attention.set(concerns);
  const sentence = await mount('host-sentence', (element) => {
    element.lang = 'en';
    element.style.width = '80rem';
    element.state = state;
    setUp(element);
  });
  return { sentence, state };
}
const textOf = ({ renderRoot }: HostSentence): string =>
  (renderRoot.querySelector('.text')?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
const saidOf = ({ renderRoot }: HostSentence): string =>
  renderRoot.querySelector('[role=status]')?.textContent ?? '';
const button = ({ renderRoot }: HostSentence): HTMLElement | null =>
  renderRoot.querySelector('button, .rest');

it('says that all is well, with a ring', async () => {
  const { sentence } = await say([]);
  expect(textOf(sentence)).toBe('All well. Nothing needed attention in the last 24 hours.');
  expect(sentence.renderRoot.querySelector('.box')?.className).toContain('well');
  expect(button(sentence)).toBeNull();
  await expectAccessible(sentence);
});

it('leads from each clause to its chart', async () => {
  const { sentence } = await say([concern('/var'), concern('/home'), concern('host', { metric: null })]);
  const shown: string[] = [];
  sentence.addEventListener('showchart', ({ detail }) => shown.push(detail.metric));
  const links = [...sentence.renderRoot.querySelectorAll('a')];
  for (const link of links) link.click();
  expect(shown).toEqual(['/var', '/home']);
  expect(location.hash).toBe('');
  await expectAccessible(sentence);
});

it('has three clauses at most, and opens the rest', async () => {
  const { sentence } = await say(['a', 'b', 'c', 'd', 'e'].map((name) => concern(name)));
  expect(textOf(sentence)).toBe('a is full, b is full, c is full, and 2 more.');
  button(sentence)?.click();
  await sentence.updateComplete;
  const items = [...sentence.renderRoot.querySelectorAll('li')].map(({ textContent }) => textContent.trim());
  expect(items).toEqual(['a is full', 'b is full', 'c is full', 'd is full', 'e is full']);
  expect(button(sentence)?.getAttribute('aria-expanded')).toBe('true');
  await expectAccessible(sentence);
  await userEvent.keyboard('{Escape}');
  await sentence.updateComplete;
  expect(sentence.renderRoot.querySelector('li')).toBeNull();
  expect(sentence.shadowRoot?.activeElement).toBe(button(sentence));
  await userEvent.keyboard(' ');
  expect(sentence.renderRoot.querySelectorAll('li')).toHaveLength(5);
});

it('keeps its height, whatever it says, and offers what is cut', async () => {
  const { sentence, state } = await say([concern('/')], (element) => {
    element.style.width = '22rem';
  });
  const { height } = sentence.getBoundingClientRect();
  state.attention.set(
    ['/var/lib/containers/one', '/var/lib/containers/two', '/var/lib/containers/three'].map((name) =>
      concern(name),
    ),
  );
  await sentence.updateComplete;
  expect(sentence.getBoundingClientRect().height).toBe(height);
  await expect.poll(() => button(sentence)?.textContent.trim()).toBe('more');
  expect(sentence.getBoundingClientRect().height).toBe(height);
});

it('is read out when something else needs attention, not when a number is another one', async () => {
  const { sentence, state } = await say([]);
  expect(saidOf(sentence)).toBe('');
  state.attention.set([concern('/var', { opening: '/var is 90 % full', clause: '/var is 90 % full' })]);
  await sentence.updateComplete;
  expect(saidOf(sentence)).toBe('/var is 90 % full.');
  state.attention.set([concern('/var', { opening: '/var is 91 % full', clause: '/var is 91 % full' })]);
  await sentence.updateComplete;
  expect(textOf(sentence)).toBe('/var is 91 % full.');
  expect(saidOf(sentence)).toBe('/var is 90 % full.');
  state.attention.set([]);
  await sentence.updateComplete;
  expect(saidOf(sentence)).toContain('All well.');
});

it('is one line without links in a bar, and is not read out there', async () => {
  const { sentence, state } = await say(
    ['a', 'b', 'c', 'd'].map((name) => concern(name)),
    (element) => {
      element.short = true;
      element.style.width = '6rem';
    },
  );
  state.attention.set([]);
  await sentence.updateComplete;
  state.attention.set([concern('a'), concern('b')]);
  await sentence.updateComplete;
  expect(sentence.renderRoot.querySelector('a, button, [role=status]')).toBeNull();
  expect(sentence.getBoundingClientRect().height).toBe(20);
});

it('is the title of a wall', async () => {
  const { sentence } = await say([concern('a')], (element) => {
    element.large = true;
  });
  const [heading] = sentence.renderRoot.querySelectorAll('[role=heading]');
  expect(heading?.textContent.trim()).toBe('a is full.');
  expect(sentence.renderRoot.querySelector('a, button')).toBeNull();
  await expectAccessible(sentence);
});

it('shows names as they are, whatever is in them', async () => {
  const name = '<img src=x onerror=alert(1)>';
  const { sentence } = await say([concern('m', { opening: name, clause: name })]);
  expect(textOf(sentence)).toBe(`${name}.`);
  expect(sentence.renderRoot.querySelector('img')).toBeNull();
});
