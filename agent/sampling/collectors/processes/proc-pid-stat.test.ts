import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyProcPidStat, parseProcPidStat, stateWord } from './proc-pid-stat.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url));

/** Parsed fields, with the name instead of its position. */
function parsed(text: Buffer): object | null {
  const stat = emptyProcPidStat();
  if (!parseProcPidStat(text, text.length, stat)) return null;
  const { nameStart, nameEnd, state, ...numbers } = stat;
  return { name: text.toString('utf8', nameStart, nameEnd), state: stateWord(state), ...numbers };
}

const lineOf = (name: string, state = 'S'): Buffer =>
  Buffer.from(
    `77 (${name}) ${state} 1 77 77 0 -1 4194304 99 0 0 0 7 3 500 600 20 0 4 0 311621 3133440 360 18446744073709551615\n`,
  );

describe('the text of /proc/PID/stat', () => {
  it('has state, CPU time, threads, start and resident memory', () => {
    expect(parsed(fixture('first-process'))).toEqual({
      name: 'process_api',
      state: 'sleeping',
      childFaults: 11_055_301,
      cpuTicks: 304 + 1254,
      threads: 13,
      startTicks: 25,
      residentPages: 4508,
    });
  });

  it('is parsed alike for a kernel thread and an old kernel with fewer columns', () => {
    expect(parsed(fixture('kernel-thread'))).toMatchObject({
      name: 'kthreadd',
      threads: 1,
      startTicks: 25,
      residentPages: 0,
    });
    expect(parsed(fixture('old-kernel'))).toMatchObject({
      name: 'sshd',
      cpuTicks: 46,
      threads: 1,
      startTicks: 8123,
      residentPages: 571,
    });
  });

  it('may contain a name that looks like the text itself', () => {
    expect(parsed(fixture('parentheses'))).toEqual({
      name: 'a) R 1 (b',
      state: 'sleeping',
      childFaults: 0,
      cpuTicks: 10,
      threads: 4,
      startTicks: 311_621,
      residentPages: 360,
    });
  });

  it.each([
    'a\nb',
    ') R 1 2 3 4',
    '',
    'größe',
    '(((',
    ')))',
    'kworker/u256:3-events_unbound_with_a_long_name',
  ])('may contain the name %j', (name) => {
    expect(parsed(lineOf(name))).toMatchObject({
      name,
      state: 'sleeping',
      childFaults: 0,
      cpuTicks: 10,
      startTicks: 311_621,
      residentPages: 360,
    });
  });

  it('is parsed if the text ends with the last needed field', () => {
    expect(parsed(Buffer.from('1 (a) R 0 0 0 0 -1 0 0 0 0 0 1 2 0 0 20 0 3 0 4 0 5'))).toMatchObject({
      cpuTicks: 3,
      residentPages: 5,
    });
  });

  it.each(['', '\n', '1', '1 (a', '1 (a)', '1 (a) R', '1 (a) R 0 0 0', ') ('])('is not %j', (text) => {
    expect(parsed(Buffer.from(text))).toBeNull();
  });

  it('names each known state with a word', () => {
    const words = Array.from(Buffer.from('RSDTtZXIPW'), stateWord);
    expect(words).toEqual([
      'running',
      'sleeping',
      'waiting for disk',
      'stopped',
      'stopped',
      'zombie',
      'zombie',
      'idle',
      'idle',
      null,
    ]);
  });
});
