import { describe, expect, it } from 'vitest';
import type { Alert } from '../alert.ts';
import { DeliveryError } from './delivery-error.ts';
import type { Message } from './message.ts';
import { MINUTE_MS, NOON_MS, sampleAlert } from '../../testing/sample-alert.ts';
import { hookChannel, OutboxRun, settingsOf, wordsOf } from '../../testing/outbox-run.ts';

const HOUR_MS = 60 * MINUTE_MS;

/** Channels that take messages, refuse them, cannot be reached, or hang. */
function startRun(...names: string[]): {
  run: OutboxRun;
  heard: Map<string, Message[]>;
  words: (name?: string) => string[];
  fails: Map<string, 'refuses' | 'unreached' | 'hangs' | 'slow' | DeliveryError>;
  tries: string[];
  ended: string[];
} {
  const heard = new Map<string, Message[]>();
  const fails = new Map<string, 'refuses' | 'unreached' | 'hangs' | 'slow' | DeliveryError>();
  const tries: string[] = [];
  const ended: string[] = [];
  const channels = (names.length === 0 ? ['one'] : names).map((name) => hookChannel(name));
  const run = new OutboxRun(settingsOf(channels), async ({ name }, message, signal) => {
    tries.push(name);
    const failure = fails.get(name);
    if (failure === 'hangs')
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(name);
          reject(new DeliveryError('ended'));
        });
      });
    if (failure instanceof DeliveryError) throw failure;
    if (failure === 'slow')
      await new Promise<void>((resolve) => {
        run.clock.schedule(resolve, 8000);
      });
    else if (failure !== undefined)
      throw new DeliveryError('127.0.0.1 answered 500', { isUnreached: failure === 'unreached' });
    heard.set(name, [...(heard.get(name) ?? []), message]);
  });
  const words = (name = 'one'): string[] => (heard.get(name) ?? []).flatMap(wordsOf);
  return { run, heard, words, fails, tries, ended };
}

const alertOf = (id: string, changes: Partial<Alert> = {}): Alert => sampleAlert({ id, ...changes });
const endOf = (id: string, changes: Partial<Alert> = {}): Alert =>
  alertOf(id, { state: 'ended', endedMs: NOON_MS + 12 * MINUTE_MS, outcome: 'resolved', ...changes });

describe('what is told', () => {
  it('within ten seconds of the first is one message, in order', async () => {
    const { run, heard, words } = startRun();
    run.change('fired', alertOf('a'));
    await run.pass(6000);
    run.change('fired', alertOf('b'));
    await run.pass(4000);
    expect(words()).toEqual([]);
    await run.pass(2000);
    expect(words()).toEqual(['fired a', 'fired b']);
    expect(heard.get('one')).toHaveLength(1);
    expect(heard.get('one')?.[0]?.title).toBe('2 alerts on web-1');
  });

  it('is one message when it began and ended untold, and nothing more', async () => {
    const { run, words, fails } = startRun();
    fails.set('one', 'unreached');
    run.change('fired', alertOf('a'));
    await run.pass(5 * MINUTE_MS);
    run.change('ended', endOf('a'));
    await run.pass(5 * MINUTE_MS);
    fails.clear();
    await run.pass(2 * MINUTE_MS);
    expect(words()).toEqual(['was a']);
    await run.pass(HOUR_MS, 10_000);
    expect(words()).toEqual(['was a']);
  });

  it('goes to the channels of its rule, and its end to those that heard of it', async () => {
    const { run, words } = startRun('one', 'two');
    const policy = { ...alertOf('a').policy, channels: ['two'] };
    run.change('fired', alertOf('a', { policy }));
    await run.pass(12_000);
    // The rule is for all channels now.
    run.change('ended', endOf('a'));
    run.change('ended', endOf('unknown'));
    await run.pass(12_000);
    expect(words('one')).toEqual([]);
    expect(words('two')).toEqual(['fired a', 'ended a']);
  });

  it('of an event is one message', async () => {
    const { run, words } = startRun();
    run.change('fired', alertOf('a', { isEvent: true, endedMs: NOON_MS, outcome: 'event', state: 'ended' }));
    await run.pass(HOUR_MS, 10_000);
    expect(words()).toEqual(['event a']);
    expect([...run.rows.keys()]).toEqual(['["one"]']);
  });

  it('of data that went and came back is told, unless it did so untold', async () => {
    const { run, words } = startRun();
    run.change('noData', alertOf('a', { firedMs: null, state: 'pending' }));
    await run.pass(5000);
    run.change('dataBack', alertOf('a', { firedMs: null, state: 'pending' }));
    await run.pass(30_000);
    expect(words()).toEqual([]);
    expect(run.rows.size).toBe(0);
    run.change('noData', alertOf('b', { firedMs: null, state: 'pending' }));
    await run.pass(12_000);
    run.change('dataBack', alertOf('b', { firedMs: null, state: 'pending' }));
    await run.pass(12_000);
    expect(words()).toEqual(['noData b', 'dataBack b']);
    await run.pass(2 * HOUR_MS, 10_000);
    expect(run.rows.size).toBe(0);
  });

  it('is repeated each four hours with the value of now, six times, and not once it is acknowledged', async () => {
    const { run, words, heard } = startRun('one', 'two');
    run.active = new Map(['a', 'b', 'gone'].map((id) => [id, alertOf(id)]));
    run.change('fired', alertOf('a'));
    run.change('fired', alertOf('b'));
    run.change('fired', alertOf('gone'));
    await run.pass(MINUTE_MS);
    run.active.set('a', alertOf('a', { value: 98.4 }));
    run.active.delete('gone');
    await run.pass(4 * HOUR_MS, 10_000);
    expect(words()).toEqual(['fired a', 'fired b', 'fired gone', 'repeat a', 'repeat b']);
    expect(heard.get('one')?.[1]?.lines[0]).toMatch(/still 98 % full, for 4 h/);
    run.notifier.acknowledge('b');
    await run.pass(40 * HOUR_MS, 60_000);
    expect(words().filter((word) => word === 'repeat b')).toHaveLength(1);
    expect(words().filter((word) => word === 'repeat a')).toHaveLength(6);
    expect(words('two')).toEqual(words('one'));
  });
});

describe('a channel that fails', () => {
  it('is asked again after 10 s, doubling to an hour, and for a day', async () => {
    const { run, fails, tries, words } = startRun();
    fails.set('one', 'refuses');
    run.change('fired', alertOf('a', { policy: { ...alertOf('a').policy, repeatMs: 0 } }));
    const times: number[] = [];
    for (let second = 0; second < 3 * 3600; second += 1) {
      const before = tries.length;
      await run.pass(1000);
      if (tries.length > before) times.push(second);
    }
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
    expect([...run.notifier.problems]).toEqual([['one', 'one: 127.0.0.1 answered 500.']]);
    await run.pass(22 * HOUR_MS, 60_000);
    const inADay = tries.length;
    await run.pass(5 * HOUR_MS, 60_000);
    expect(tries).toHaveLength(inADay);
    expect(run.captured.lines).toEqual([
      'warn one: 127.0.0.1 answered 500. What waits is tried again for a day',
      'warn Channel one: gave up a message that could not be sent for a day',
    ]);
    // Its end is news again.
    fails.clear();
    run.change('ended', endOf('a'));
    await run.pass(HOUR_MS + MINUTE_MS, 10_000);
    expect(words()).toEqual(['was a']);
    expect(run.captured.lines.at(-1)).toBe('info Channel one works again');
    expect(run.notifier.problems.size).toBe(0);
  });

  it('that is not even reached is asked at least each 100 s', async () => {
    const { run, fails, words } = startRun();
    fails.set('one', 'unreached');
    run.change('fired', alertOf('a'));
    await run.pass(HOUR_MS);
    fails.clear();
    await run.pass(101_000);
    expect(words()).toEqual(['fired a']);
  });

  it('gets all of it in order when it is back, also after a restart', async () => {
    const { run, fails, words } = startRun();
    run.change('fired', alertOf('a'));
    run.change('fired', alertOf('b'));
    await run.pass(MINUTE_MS);
    fails.set('one', 'unreached');
    run.change('ended', endOf('b'));
    run.change('fired', alertOf('c'));
    run.change('ended', endOf('a'));
    await run.pass(MINUTE_MS);
    await run.restart('kill');
    fails.clear();
    await run.pass(2 * MINUTE_MS);
    expect(words()).toEqual(['fired a', 'fired b', 'ended b', 'fired c', 'ended a']);
  });

  it('gets the time that it asks for, up to an hour', async () => {
    const { run, fails, tries } = startRun();
    fails.set('one', new DeliveryError('too many', { retryAfterMs: 5 * MINUTE_MS }));
    run.change('fired', alertOf('a'));
    await run.pass(5 * MINUTE_MS);
    expect(tries).toHaveLength(1);
    fails.set('one', new DeliveryError('too many', { retryAfterMs: 30 * 24 * HOUR_MS }));
    await run.pass(MINUTE_MS);
    expect(tries).toHaveLength(2);
    await run.pass(HOUR_MS, 10_000);
    expect(tries).toHaveLength(3);
  });

  it('or hangs stops no other, and is asked once at a time', async () => {
    const { run, fails, words, tries } = startRun('one', 'two');
    fails.set('one', 'hangs');
    run.change('fired', alertOf('a'));
    await run.pass(30_000);
    run.change('ended', endOf('a'));
    await run.pass(30_000);
    expect(words('two')).toEqual(['fired a', 'ended a']);
    expect(tries.filter((name) => name === 'one')).toHaveLength(1);
  });

  it('does not lose what happens while a message is under way', async () => {
    const { run, words, fails, tries } = startRun();
    fails.set('one', 'slow');
    run.change('fired', alertOf('a'));
    run.change('noData', alertOf('b', { firedMs: null }));
    await run.pass(13_000);
    expect(tries).toHaveLength(1);
    expect(words()).toEqual([]);
    run.change('ended', endOf('a'));
    run.change('dataBack', alertOf('b', { firedMs: null }));
    await run.pass(8000);
    expect(words()).toEqual(['fired a', 'noData b']);
    fails.set('one', 'unreached');
    await run.pass(MINUTE_MS);
    await run.restart('kill');
    fails.clear();
    await run.pass(2 * MINUTE_MS);
    expect(words()).toEqual(['fired a', 'noData b', 'ended a', 'dataBack b']);
  });

  it('and is ended in the middle of a message is told what is true by then', async () => {
    const { run, words, fails } = startRun();
    fails.set('one', 'hangs');
    run.change('fired', alertOf('a'));
    await run.pass(15_000);
    run.change('ended', endOf('a'));
    await run.restart('stop');
    fails.clear();
    await run.pass(15_000);
    // The message that was ended may have arrived, but nobody knows.
    expect(words()).toEqual(['was a']);
  });

  it('keeps what waits while it is out of the file, for a day', async () => {
    const { run, words, fails, tries } = startRun();
    fails.set('one', 'unreached');
    run.change('fired', alertOf('a'));
    await run.pass(MINUTE_MS);
    fails.clear();
    run.notifier.setSettings(settingsOf([]));
    const before = tries.length;
    await run.pass(5 * MINUTE_MS);
    expect(tries).toHaveLength(before);
    run.notifier.setSettings(run.settings);
    await run.pass(2000);
    expect(words()).toEqual(['fired a']);
    run.change('ended', endOf('a'));
    run.notifier.setSettings(settingsOf([]));
    await run.pass(25 * HOUR_MS, MINUTE_MS);
    expect(run.rows.size).toBe(0);
  });

  it('is asked at once when its settings change', async () => {
    const { run, words, fails } = startRun();
    fails.set('one', 'refuses');
    run.change('fired', alertOf('a'));
    await run.pass(HOUR_MS, 5000);
    fails.clear();
    run.notifier.setSettings(settingsOf([hookChannel('one', 'http://127.0.0.1:10/')]));
    await run.pass(2000);
    expect(words()).toEqual(['fired a']);
  });
});

describe('many messages', () => {
  it('are at most 20 an hour, then one with the rest when there is room', async () => {
    const { run, heard, words } = startRun();
    for (let index = 0; index < 60; index += 1) {
      run.change('fired', alertOf(`a${index}`, { host: `h${index}` }));
      await run.pass(15_000);
    }
    expect(heard.get('one')).toHaveLength(20);
    await run.pass(HOUR_MS, 5000);
    expect(heard.get('one')).toHaveLength(21);
    expect(new Set(words()).size).toBe(60);
    const digest = heard.get('one')?.at(-1);
    expect(digest?.title).toBe('40 alerts on 40 hosts');
    expect(digest?.lines).toHaveLength(21);
    expect(digest?.lines.at(-1)).toBe('… and 20 more.');
    expect(digest?.fields).toMatchObject({ count: 40, state: 'firing' });
  });

  it('leave a thousand that came and went, and count the others', async () => {
    const { run, heard, fails, words } = startRun();
    fails.set('one', 'unreached');
    for (let index = 0; index < 1500; index += 1) {
      run.change('fired', alertOf(`a${index}`));
      run.change('ended', endOf(`a${index}`));
    }
    run.change('fired', alertOf('last'));
    await run.pass(MINUTE_MS);
    await run.restart('kill');
    expect(run.rows.size).toBeLessThan(1003);
    fails.clear();
    await run.pass(2 * MINUTE_MS);
    const [message] = heard.get('one') ?? [];
    expect(words()).toHaveLength(1000);
    expect(words().at(-1)).toBe('fired last');
    expect(message?.title).toBe('1 alert, 1500 over on web-1');
    expect(message?.lines.at(-1)).toBe('501 more came and went before, too many to list.');
    await run.pass(2 * HOUR_MS, MINUTE_MS);
    expect(heard.get('one')).toHaveLength(1);
  });
});

describe('what is muted', () => {
  const silence = {
    id: 's',
    rule: '*',
    host: '*',
    metric: '*',
    fromMs: NOON_MS,
    untilMs: NOON_MS + HOUR_MS,
    comment: '',
  };

  it('is told at the end if it still goes on, and never if it began and ended within', async () => {
    const { run, words } = startRun();
    run.notifier.setSilences([silence]);
    run.change('fired', alertOf('stays'));
    run.change('fired', alertOf('passes'));
    run.change('fired', alertOf('event', { isEvent: true }));
    await run.pass(30 * MINUTE_MS, 5000);
    run.change('ended', endOf('passes'));
    await run.pass(29 * MINUTE_MS, 5000);
    expect(words()).toEqual([]);
    await run.pass(2 * MINUTE_MS, 1000);
    expect(words()).toEqual(['fired stays']);
  });

  it('and was told before is told of its end when it is no longer muted, also after a restart', async () => {
    const { run, words } = startRun();
    run.change('fired', alertOf('a'));
    await run.pass(MINUTE_MS);
    run.notifier.setSilences([silence]);
    run.change('ended', endOf('a'));
    await run.pass(5 * MINUTE_MS);
    await run.restart('kill');
    run.notifier.setSilences([silence]);
    await run.pass(5 * MINUTE_MS);
    expect(words()).toEqual(['fired a']);
    run.notifier.setSilences([]);
    await run.pass(MINUTE_MS);
    expect(words()).toEqual(['fired a', 'ended a']);
  });

  it('is not repeated, and what already waited is held back', async () => {
    const { run, words, fails } = startRun();
    run.active = new Map([['a', alertOf('a')]]);
    run.change('fired', alertOf('a'));
    await run.pass(MINUTE_MS);
    fails.set('one', 'unreached');
    run.change('fired', alertOf('b'));
    await run.pass(MINUTE_MS);
    fails.clear();
    const long = { ...silence, untilMs: NOON_MS + 10 * HOUR_MS };
    run.notifier.setSilences([long]);
    run.change('ended', endOf('b'));
    await run.pass(9 * HOUR_MS, 30_000);
    expect(words()).toEqual(['fired a']);
    await run.pass(2 * HOUR_MS, 30_000);
    expect(words()).toEqual(['fired a', 'was b', 'repeat a']);
  });

  it('in a maintenance window waits for its end', async () => {
    const { run, words } = startRun();
    const days = [0, 1, 2, 3, 4, 5, 6];
    const now = new Date(NOON_MS);
    const fromMinute = now.getHours() * 60 + now.getMinutes();
    const window = { days, fromMinute, toMinute: (fromMinute + 30) % 1440, rules: ['*'], hosts: ['*'] };
    run.notifier.setSettings({ ...run.settings, maintenance: [window] });
    run.change('fired', alertOf('a'));
    await run.pass(29 * MINUTE_MS, 5000);
    expect(words()).toEqual([]);
    await run.pass(2 * MINUTE_MS);
    expect(words()).toEqual(['fired a']);
  });
});

describe('time', () => {
  it.each([
    ['a year forth', 365 * 24 * HOUR_MS],
    ['a year back', -365 * 24 * HOUR_MS],
  ])('set %s neither loses nor repeats anything', async (_what, stepMs) => {
    const { run, words, fails } = startRun();
    run.active = new Map([['a', alertOf('a')]]);
    run.change('fired', alertOf('a'));
    await run.pass(MINUTE_MS);
    fails.set('one', 'refuses');
    run.change('fired', alertOf('b'));
    await run.pass(5 * MINUTE_MS);
    run.clock.wallOffsetMs += stepMs;
    await run.pass(MINUTE_MS);
    await run.restart('kill');
    run.clock.wallOffsetMs -= stepMs / 2;
    await run.pass(MINUTE_MS);
    fails.clear();
    await run.pass(20 * MINUTE_MS);
    expect(words()).toEqual(['fired a', 'fired b']);
  });

  it('in which the agent was off counts for no repeat, and its hour goes on', async () => {
    const { run, heard } = startRun();
    for (let index = 0; index < 25; index += 1) {
      run.change('fired', alertOf(`a${index}`));
      await run.pass(12_000);
    }
    expect(heard.get('one')).toHaveLength(20);
    await run.restart('kill');
    await run.pass(30 * MINUTE_MS, 5000);
    expect(heard.get('one')).toHaveLength(20);
    await run.pass(35 * MINUTE_MS, 5000);
    expect(heard.get('one')).toHaveLength(21);
  });

  it.each(['stop', 'kill'] as const)('goes on from what has just begun to wait after a %s', async (how) => {
    const { run, words } = startRun();
    await run.pass(3 * HOUR_MS, 10_000);
    run.change('fired', alertOf('a'));
    await run.restart(how);
    await run.pass(15_000);
    expect(words()).toEqual(['fired a']);
  });
});

describe('stop', () => {
  it('lets what is under way end, and takes less than a second of it', async () => {
    const { run, fails, words, ended } = startRun('one', 'two');
    fails.set('one', 'hangs');
    run.change('fired', alertOf('a'));
    await run.pass(11_000);
    let isStopped = false;
    void run.notifier.stop().then(() => (isStopped = true));
    await run.clock.advance(600);
    expect(isStopped).toBe(false);
    await run.clock.advance(400);
    expect(isStopped).toBe(true);
    expect(ended).toEqual(['one']);
    // It is no failure.
    expect(run.captured.lines).toEqual([]);
    run.save();
    expect(words('two')).toEqual(['fired a']);
    fails.clear();
    await run.restart('kill');
    await run.pass(15_000);
    expect(words('one')).toEqual(['fired a']);
    expect(words('two')).toEqual(['fired a']);
  });

  it('leaves no timer, and nothing is set while nothing waits', async () => {
    const { run } = startRun();
    run.change('fired', alertOf('a'));
    await run.pass(HOUR_MS, 10_000);
    expect(run.clock.pending).toBe(0);
    await run.notifier.stop();
    expect(run.clock.pending).toBe(0);
  });
});

it('rows that are damaged or of another version are removed', () => {
  const { run } = startRun();
  run.rows.set('["one","x"]', '{');
  run.rows.set('["one","y"]', JSON.stringify({ v: 99 }));
  run.rows.set('weird', JSON.stringify({ v: 1, channel: 'one', thread: { alert: 3 } }));
  run.notifier.restore(new Map(run.rows));
  run.save();
  expect(run.rows.size).toBe(0);
});
