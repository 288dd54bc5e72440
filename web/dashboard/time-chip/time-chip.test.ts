import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { Connection } from '../../state/connection.ts';
import { Hosts } from '../../state/hosts.ts';
import { Pause } from '../../state/pause.ts';
import { TimeShown } from '../../state/time-shown.ts';
import { AddressView } from '../../state/view.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './time-chip.ts';
import type { TimeChip } from './time-chip.ts';

const before = location.href;

afterEach(() => {
  unmountAll();
  history.replaceState(null, '', before);
});

/** The chip of a page that does not know yet whether its agent keeps a history. */
async function chipAt(query: string): Promise<{ chip: TimeChip; time: TimeShown }> {
  history.replaceState(null, '', location.pathname + query);
  const view = new AddressView();
  const time = new TimeShown(view, new Hosts(new Connection('http://127.0.0.1:1/'), view));
  const chip = await mount('time-chip', (element) => {
    element.time = time;
  });
  return { chip, time };
}

function namesOf(chip: TimeChip): (string | null)[] {
  return [...(chip.shadowRoot?.querySelectorAll('button') ?? [])].map(({ ariaLabel }) => ariaLabel);
}

describe('time-chip', () => {
  it('is not there in the present', async () => {
    const { chip } = await chipAt('?window=24h');
    expect(namesOf(chip)).toEqual([]);
    expect(chip.hasAttribute('past')).toBe(false);
  });

  it('names the range that the reader is marking, in the present too', async () => {
    const { chip } = await chipAt('?window=24h');
    chip.marked = { fromMs: Date.UTC(2026, 10, 26, 14, 20), toMs: Date.UTC(2026, 10, 26, 15, 5) };
    await chip.updateComplete;
    expect(chip.shadowRoot?.querySelector('.text')?.textContent).toMatch(/26.* \d\d:20 – \d\d:05$/);
    expect([namesOf(chip), chip.hasAttribute('past')]).toEqual([[], true]);
    chip.marked = null;
    await chip.updateComplete;
    expect([chip.shadowRoot?.querySelector('.text'), chip.hasAttribute('past')]).toEqual([null, false]);
  });

  it('names the range that is shown, moves it, and leaves it', async () => {
    const { chip, time } = await chipAt('?from=2026-11-26T14:20:00Z&to=2026-11-26T15:05:00Z');
    expect(namesOf(chip)).toEqual(['Earlier', 'Back to live', 'Later']);
    const text = chip.shadowRoot?.querySelector('.text')?.textContent;
    expect(text).toMatch(/26.* \d\d:20 – \d\d:05$/);
    await expectAccessible(chip);
    const [earlier, leave] = chip.shadowRoot?.querySelectorAll('button') ?? [];
    if (!earlier || !leave) throw new Error('no buttons');
    await userEvent.click(earlier);
    expect(location.search).toBe('?from=2026-11-26T13:57:30Z&to=2026-11-26T14:42:30Z');
    await chip.updateComplete;
    expect(chip.shadowRoot?.querySelector('.text')?.textContent).toMatch(/:57 – \d\d:42$/);
    await userEvent.click(leave);
    await chip.updateComplete;
    expect([time.value.range, chip.hasAttribute('past')]).toEqual([null, false]);
  });

  it('names a range of the samples held, which only leads back', async () => {
    const { chip } = await chipAt('');
    const pause = new Pause();
    chip.pause = pause;
    pause.zoomStarted();
    pause.zoomEnded({ fromMs: Date.UTC(2026, 10, 26, 14, 20), toMs: Date.UTC(2026, 10, 26, 14, 21) });
    await chip.updateComplete;
    expect(namesOf(chip)).toEqual(['Back to live']);
    await userEvent.click(chip.shadowRoot?.querySelector('button') ?? chip);
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([null, false]);
    await chip.updateComplete;
    expect(namesOf(chip)).toEqual([]);
  });
});
