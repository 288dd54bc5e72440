import { expect, it } from 'vitest';
import { TURN } from './connection.ts';
import { Squad } from './squad.ts';

it('[HB-1] a squad has its first turn in the round in which a viewer has to be pinged, no later', () => {
  const rounds = Array.from({ length: TURN.rounds }, (_, index) => index + 1);

  expect(
    rounds.map((left) => new Squad({ bytes: 0, rounds: 0 }, 1 - left / TURN.rounds).roundsToTurn),
  ).toEqual(rounds);
});
