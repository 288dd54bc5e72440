import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenSource } from './token-source.ts';

const AGENT = 'http://agent.test/';

let changes: (string | undefined)[];
let source: TokenSource;
/** Answers to each call; `null`: none ever comes. */
let answers: (string | Error | undefined | null)[];
let asked: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  changes = [];
  answers = [];
  asked = 0;
  source = new TokenSource(() => changes.push(source.token));
});
afterEach(() => {
  source.stop();
  vi.useRealTimers();
});

/** A new function each time, as frameworks make them. */
const getToken = (): (() => Promise<string>) => () => {
  const answer = answers[asked];
  asked += 1;
  if (answer === null) return new Promise(() => {});
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as string);
};

async function after(ms: number): Promise<number> {
  await vi.advanceTimersByTimeAsync(ms);
  return asked;
}

describe('TokenSource', () => {
  it('asks once, however often the page sets another function', async () => {
    answers = ['first', 'second'];
    for (let rendering = 0; rendering < 100; rendering += 1) {
      source.use(getToken(), AGENT);
      await after(200);
    }
    expect([asked, source.token]).toEqual([1, 'first']);
    source.use(getToken(), 'http://other.test/');
    await after(0);
    expect([asked, source.token]).toEqual([2, 'second']);
  });

  it.each<[string, Error | undefined, string]>([
    ['fails', new Error('Log in'), 'Log in'],
    ['gives nothing', undefined, 'getToken gave no text'],
  ])('asks again ten seconds after a call that %s, and has an error meanwhile', async (_, answer, error) => {
    answers = [answer, answer, 'good'];
    source.use(getToken(), AGENT);
    expect(await after(9900)).toBe(1);
    expect([source.token, source.error]).toEqual([undefined, error]);
    expect(await after(200)).toBe(2);
    expect(await after(10_100)).toBe(3);
    expect([source.token, source.error]).toEqual(['good', null]);
    expect(await after(60_000)).toBe(3);
  });

  it('asks again ten seconds after each call for a token that the agent refuses', async () => {
    answers = ['ended', 'ended', 'good'];
    source.use(getToken(), AGENT);
    for (const count of [2, 3]) {
      await after(1000);
      source.refused();
      expect(await after(7000)).toBe(count - 1);
      expect(await after(3000)).toBe(count);
    }
    expect(source.token).toBe('good');
  });

  it('keeps an expiring token while there is no other, and goes on asking', async () => {
    answers = ['old', new Error('offline'), 'new'];
    source.use(getToken(), AGENT);
    await after(60_000);
    source.expiring();
    expect(await after(100)).toBe(2);
    expect([source.token, source.error]).toEqual(['old', null]);
    expect(await after(10_000)).toBe(3);
    expect(source.token).toBe('new');
    expect(changes).not.toContain(undefined);
  });

  it('does not wait forever for a function that was replaced', async () => {
    answers = [null, 'good'];
    const first = getToken();
    source.use(first, AGENT);
    await after(60_000);
    source.use(first, AGENT);
    expect(await after(60_000)).toBe(1);
    source.use(getToken(), AGENT);
    await after(0);
    expect([asked, source.token]).toEqual([2, 'good']);
  });

  it('stops asking until it is used again', async () => {
    answers = [new Error('offline'), 'good'];
    source.use(getToken(), AGENT);
    await after(1000);
    source.stop();
    expect(await after(60_000)).toBe(1);
    source.use(getToken(), AGENT);
    await after(0);
    expect([asked, source.token]).toEqual([2, 'good']);
  });
});
