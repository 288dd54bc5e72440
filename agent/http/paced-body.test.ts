import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { testFairQueue } from '../testing/test-fair-queue.ts';
import { PacedBody, type PacedBodyOptions } from './paced-body.ts';

let clock: FakeClock;
/** What happened. */
let happened: unknown[];
let made: number;

beforeEach(() => {
  clock = new FakeClock();
  happened = [];
  made = 0;
});

function* pieces(count: number, size = 10_000): Generator<string, void> {
  for (; made < count; made += 1) yield String(made % 10).repeat(size);
}

function open(options: Partial<PacedBodyOptions> = {}): ReadableStreamDefaultReader<Uint8Array> {
  const body = new PacedBody({
    clientKey: 'a',
    fairQueue: testFairQueue(clock),
    clock,
    pieces: pieces(10),
    isGood: () => true,
    ended: () => happened.push('ended'),
    cut: (error) => happened.push('cut', ...(error === undefined ? [] : [error])),
    ...options,
  });
  return body.stream.getReader();
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text;
    text += Buffer.from(value).toString();
  }
}

it('has every piece in order, and then ends', async () => {
  expect(await readAll(open())).toBe('0123456789'.replaceAll(/./g, (digit) => digit.repeat(10_000)));
  expect(happened).toEqual(['ended']);
  expect(clock.pending).toBe(0);
});

it('may be empty', async () => {
  expect(await readAll(open({ pieces: pieces(0) }))).toBe('');
  expect(happened).toEqual(['ended']);
});

it('is made no further ahead than the client reads', async () => {
  const reader = open({ pieces: pieces(1000) });
  await reader.read();
  await clock.advance(1000);
  expect(made).toBeLessThan(6);
});

it('is cut once the client has read nothing for 30 s', async () => {
  const reader = open({ pieces: pieces(1000) });
  for (let count = 0; count < 3; count += 1) {
    await clock.advance(29_000);
    await reader.read();
  }
  await clock.advance(29_000);
  expect(happened).toEqual([]);
  await clock.advance(1000);
  expect(happened).toEqual(['ended', 'cut']);
  expect(clock.pending).toBe(0);
});

it('is cut after five minutes, however slowly the client reads', async () => {
  const reader = open({ pieces: pieces(1000) });
  for (let count = 0; count < 29; count += 1) {
    await clock.advance(10_000);
    await reader.read();
  }
  expect(happened).toEqual([]);
  await clock.advance(10_000);
  expect(happened).toEqual(['ended', 'cut']);
});

it('is cut when the token is not good any more', async () => {
  let isGood = true;
  const reader = open({ pieces: pieces(1000), isGood: () => isGood });
  await reader.read();
  isGood = false;
  void reader.read();
  void reader.read();
  await clock.advance(1);
  expect(happened).toEqual(['ended', 'cut']);
});

it('is cut by a defect, which is told', async () => {
  const defect = new Error('defect');
  function* broken(): Generator<string, void> {
    yield 'x'.repeat(20_000);
    throw defect;
  }
  const reader = open({ pieces: broken() });
  await reader.read();
  void reader.read();
  await clock.advance(1);
  expect(happened).toEqual(['ended', 'cut', defect]);
});

it('ends when the client leaves', async () => {
  const reader = open({ pieces: pieces(1000) });
  await reader.read();
  await reader.cancel();
  expect(happened).toEqual(['ended']);
  expect(clock.pending).toBe(0);
});
