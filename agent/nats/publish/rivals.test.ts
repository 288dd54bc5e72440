import { expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import type { RunBody } from '../bodies.ts';
import { Rivals } from './rivals.ts';

const LOW = 'a'.repeat(32);
const HIGH = 'b'.repeat(32);

/** Two runs that hear each other. @returns those that have yielded, and how many messages were sent */
async function meet(
  ...runs: RunBody[]
): Promise<{ readonly yielded: readonly RunBody[]; readonly count: number }> {
  const clock = new FakeClock();
  const yielded: RunBody[] = [];
  const waiting: string[] = [];
  let count = 0;
  const rivals = runs.map(
    (run) =>
      new Rivals({
        run,
        publish: (text) => waiting.push(text),
        clock,
        yielded: () => void yielded.push(run),
      }),
  );
  for (const rival of rivals) rival.tell();
  for (let text = waiting.shift(); text !== undefined && count < 50; text = waiting.shift()) {
    count += 1;
    for (const rival of rivals) rival.hear(text);
  }
  return { yielded, count };
}

it('of two runs, the one that began earlier yields, in whatever order they hear each other', async () => {
  const early = { e: HIGH, s: 1000 };
  const late = { e: LOW, s: 2000 };
  expect((await meet(early, late)).yielded).toEqual([early]);
  expect((await meet(late, early)).yielded).toEqual([early]);
});

it('of two that began in the same millisecond, exactly one yields', async () => {
  const one = { e: LOW, s: 1000 };
  const other = { e: HIGH, s: 1000 };
  expect((await meet(one, other)).yielded).toEqual([one]);
  expect((await meet(other, one)).yielded).toEqual([one]);
});

it('does not yield to itself, nor to what is no run', async () => {
  const { yielded, count } = await meet({ e: LOW, s: 1000 });
  expect([yielded, count]).toEqual([[], 1]);
  const clock = new FakeClock();
  const rivals = new Rivals({
    run: { e: LOW, s: 1000 },
    publish: () => {},
    clock,
    yielded: () => expect.unreachable(),
  });
  for (const text of ['', '{', '{}', '[]', '{"e":"x","s":9999}', `{"e":"${HIGH}","s":"9999"}`])
    rivals.hear(text);
});

it('answers a flood of earlier runs now and then', () => {
  const sent: string[] = [];
  const rivals = new Rivals({
    run: { e: HIGH, s: 2000 },
    publish: (text) => sent.push(text),
    clock: new FakeClock(),
    yielded: () => expect.unreachable(),
  });
  for (let count = 0; count < 1000; count += 1) rivals.hear(JSON.stringify({ e: LOW, s: 1000 }));
  expect(sent).toHaveLength(1);
});
