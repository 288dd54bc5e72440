import { expect, it } from 'vitest';
import { AnswerRoom } from './answer-room.ts';

const { signal } = new AbortController();

/** Enters under a name that is noted once there is room. */
function entering(room: AnswerRoom, entered: string[]) {
  return async (name: string, clientKey: string, size: number, left = signal) => {
    const giveBack = await room.enter(clientKey, size, left);
    entered.push(name);
    return giveBack;
  };
}

it('lets in what fits for a client and for all, and the next in order when room is given back', async () => {
  const entered: string[] = [];
  const enter = entering(new AnswerRoom(20, 10), entered);
  const giveBackA1 = await enter('a1', 'a', 6);
  void enter('a2', 'a', 6);
  const a3 = enter('a3', 'a', 4);
  const giveBackB1 = await enter('b1', 'b', 10);
  void enter('c1', 'c', 1);
  await a3;
  expect(entered).toEqual(['a1', 'a3', 'b1']);
  giveBackA1();
  await expect.poll(() => entered).toEqual(['a1', 'a3', 'b1', 'a2']);
  giveBackB1();
  await expect.poll(() => entered).toEqual(['a1', 'a3', 'b1', 'a2', 'c1']);
});

it('lets a client leave that waits, and forgets it', async () => {
  const entered: string[] = [];
  const enter = entering(new AnswerRoom(10, 10), entered);
  const giveBack = await enter('first', 'a', 10);
  const leave = new AbortController();
  const left = enter('left', 'a', 10, leave.signal);
  leave.abort();
  await expect(left).rejects.toThrow('The client has left');
  await expect(enter('late', 'a', 10, leave.signal)).rejects.toThrow(/aborted/);
  giveBack();
  await enter('next', 'a', 10);
  expect(entered).toEqual(['first', 'next']);
});
