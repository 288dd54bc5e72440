import { expect, it } from 'vitest';
import { testAlert } from '../testing/test-alert.ts';
import { ShownAlerts } from './shown-alerts.ts';

it('alerts that are restored at once can be told in several messages', () => {
  const board = new ShownAlerts();
  board.change([testAlert({ id: 'a' }), testAlert({ id: 'b' }), testAlert({ id: 'c' })], 0);
  const [first, ...others] = board.changedAfter('a', -1);
  expect(board.changedAfter('a', first?.revision ?? 0)).toEqual(others);
  expect(others.at(-1)?.revision).toBe(board.revision);
});
