import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { browserClock } from '../../browser/browser-clock.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './token-form.ts';
import type { TokenForm } from './token-form.ts';

const BLOCKED = 'Too many wrong tokens from this address: wait before you try again';

function part(form: TokenForm, selector: string): HTMLElement {
  const element = form.shadowRoot?.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`no ${selector}`);
  return element;
}

function tokensFrom(form: TokenForm): string[] {
  const tokens: string[] = [];
  form.addEventListener('tokengiven', ({ detail }) => tokens.push(detail));
  return tokens;
}

afterEach(unmountAll);

describe('token-form', () => {
  it('accepts no input while the agent refuses every token, says why and for how long, and keeps the typed text', async () => {
    const form = await mount('token-form');
    const tokens = tokensFrom(form);
    await form.ask(BLOCKED, browserClock.now() + 3_600_000);
    expect(part(form, '[role=alert]').innerText).toBe(BLOCKED);
    expect(part(form, '#wait').innerText).toBe('You can try again in 1 hr.');
    expect(part(form, 'input').getAttribute('aria-invalid')).toBe('false');
    await expectAccessible(form);
    await userEvent.type(part(form, 'input'), 'secret{Enter}');
    expect(tokens).toEqual([]);
    await form.ask(BLOCKED, browserClock.now() + 3_600_000);
    await userEvent.keyboard('!');
    expect(part(form, 'input')).toHaveProperty('value', 'secret!');
  });

  it('accepts a token again when the wait is over', async () => {
    const form = await mount('token-form');
    const tokens = tokensFrom(form);
    await form.ask(BLOCKED, browserClock.now() + 50);
    await expect.poll(() => form.shadowRoot?.querySelector('#wait')).toBeNull();
    expect(part(form, '[role=alert]').hidden).toBe(true);
    await userEvent.type(part(form, 'input'), 'secret{Enter}');
    expect(tokens).toEqual(['secret']);
  });
});
