import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './connection-badge.ts';
import type { ConnectionBadge } from './connection-badge.ts';
import type { Standing } from './standing.ts';

const STATUSES: readonly Standing[] = [
  { state: 'connecting' },
  { state: 'connected', transport: 'WebSocket' },
  { state: 'reconnecting', reason: 'The connection to the agent was lost', retryAtMs: null },
  { state: 'disconnected' },
  { state: 'error', reason: 'The agent asks for a token' },
  { state: 'silent', transport: 'WebSocket', sinceMs: 0 },
  { state: 'catchingUp' },
];
const COLOURS = 5;

async function show(status: Standing): Promise<ConnectionBadge> {
  return mount('connection-badge', (badge) => {
    badge.status = status;
  });
}

function part(badge: ConnectionBadge, selector: string): HTMLElement {
  const element = badge.shadowRoot?.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`no ${selector}`);
  return element;
}

afterEach(unmountAll);

describe('connection-badge', () => {
  it('renders by default as disconnected', async () => {
    const badge = await mount('connection-badge');
    expect(part(badge, 'button').innerText.trim()).toBe('Disconnected');
  });

  it.each(STATUSES)('is accessible as $state', async (status) => {
    const badge = await show(status);
    await userEvent.hover(part(badge, 'button'));
    await badge.updateComplete;
    await expectAccessible(badge);
  });

  it('gives each state its own text, shape and colour', async () => {
    const looks = [];
    for (const status of STATUSES) {
      const button = part(await show(status), 'button');
      looks.push({
        text: button.innerText.trim(),
        icon: button.querySelector('svg')?.innerHTML,
        color: getComputedStyle(button).color,
      });
    }
    expect(new Set(looks.map(({ text }) => text)).size).toBe(STATUSES.length);
    expect(new Set(looks.map(({ icon }) => icon)).size).toBe(STATUSES.length);
    expect(new Set(looks.map(({ color }) => color)).size).toBe(COLOURS);
  });

  it('announces the state and its reason politely, without the countdown', async () => {
    const badge = await show({ state: 'reconnecting', reason: 'Lost', retryAtMs: performance.now() + 3000 });
    const announcement = part(badge, '[role=status]');
    expect(announcement.textContent).toBe('Reconnecting: Lost');
    expect(part(badge, '.countdown')).toHaveAttribute('aria-hidden', 'true');
  });

  it('counts down to the next attempt and stops there', async () => {
    const badge = await show({ state: 'reconnecting', reason: 'Lost', retryAtMs: performance.now() + 1900 });
    expect(part(badge, '.countdown').textContent).toBe('in 2 s');
    await expect.poll(() => part(badge, '.countdown').textContent).toBe('in 1 s');
    badge.status = { state: 'reconnecting', reason: 'Lost', retryAtMs: null };
    await badge.updateComplete;
    expect(badge.shadowRoot?.querySelector('.countdown')).toBeNull();
  });

  it('counts the time since the last sample, in seconds and then in minutes, and does not announce it', async () => {
    const badge = await show({ state: 'silent', transport: 'WebSocket', sinceMs: performance.now() - 5100 });
    expect(part(badge, 'button').innerText.replaceAll(/\s+/g, ' ')).toBe('No samples for 5 s');
    await expect.poll(() => part(badge, '.countdown').textContent).toBe('for 6 s');
    expect(part(badge, '[role=status]').textContent).toBe('No samples');
    badge.status = { state: 'silent', transport: 'WebSocket', sinceMs: performance.now() - 182_000 };
    await badge.updateComplete;
    expect(part(badge, '.countdown').textContent).toBe('for 3 min');
  });

  it('shows the reason on focus, and hides it on Escape and on blur', async () => {
    const badge = await show({ state: 'error', reason: 'The agent asks for a token' });
    const detail = part(badge, '[role=tooltip]');
    const button = part(badge, 'button');
    await userEvent.unhover(button);
    await badge.updateComplete;
    expect(detail).not.toBeVisible();
    button.focus();
    await badge.updateComplete;
    expect(detail).toBeVisible();
    expect(detail.textContent).toContain('The agent asks for a token');
    await userEvent.keyboard('{Escape}');
    await badge.updateComplete;
    expect(detail).not.toBeVisible();
    button.blur();
    button.focus();
    await badge.updateComplete;
    expect(detail).toBeVisible();
    button.blur();
    await badge.updateComplete;
    expect(detail).not.toBeVisible();
  });

  it('shows the transport on hover', async () => {
    const badge = await show({ state: 'connected', transport: 'WebSocket' });
    await userEvent.hover(part(badge, 'button'));
    await badge.updateComplete;
    expect(part(badge, '[role=tooltip]')).toBeVisible();
    expect(part(badge, '[role=tooltip]').textContent).toContain('WebSocket');
    await userEvent.hover(part(badge, '[role=tooltip]'));
    await badge.updateComplete;
    expect(part(badge, '[role=tooltip]')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await badge.updateComplete;
    expect(part(badge, '[role=tooltip]')).not.toBeVisible();
  });
});
