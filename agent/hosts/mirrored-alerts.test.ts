import { expect, it } from 'vitest';
import { sampleAlert } from '../testing/sample-alert.ts';
import { MirroredAlerts } from './mirrored-alerts.ts';

const alertOf = (id: string, endedMs: number | null = null) => ({ ...sampleAlert(), id, endedMs });
const idsAfter = (board: MirroredAlerts, revision: number): string[] =>
  board.changedAfter('far', revision).map(({ alert }) => alert.id);

it('tells what changed after a revision, in the order of the changes', () => {
  const board = new MirroredAlerts('far');
  board.take({ complete: true, alerts: [alertOf('a'), alertOf('b')] });
  const { revision } = board;
  board.take({ complete: false, alerts: [alertOf('a', 5)] });
  expect(idsAfter(board, -1)).toEqual(['b', 'a']);
  expect(idsAfter(board, revision)).toEqual(['a']);
});

it('begins anew with a complete part, and everything must be told again', () => {
  const board = new MirroredAlerts('far');
  board.take({ complete: true, alerts: [alertOf('a')] });
  const { rulesRevision } = board;
  board.take({ complete: true, alerts: [alertOf('b')] });
  expect(idsAfter(board, -1)).toEqual(['b']);
  expect(board.rulesRevision).toBeGreaterThan(rulesRevision);
});

it('names its host as it is called here', () => {
  const board = new MirroredAlerts('far@other:8080');
  board.take({ complete: true, alerts: [alertOf('a')] });
  expect(board.changedAfter('', -1)[0]?.alert.host).toBe('far@other:8080');
});

it('keeps a bounded number, of which those that ended longest ago go first', () => {
  const board = new MirroredAlerts('far');
  const active = Array.from({ length: 10 }, (_none, index) => alertOf(`active ${index}`));
  const ended = Array.from({ length: 500 }, (_none, index) => alertOf(`ended ${index}`, index));
  board.take({ complete: true, alerts: [...active, ...ended] });
  const ids = idsAfter(board, -1);
  expect(ids).toHaveLength(400);
  expect(ids.slice(0, 11)).toEqual([...active.map(({ id }) => id), 'ended 110']);
});

it('leaves out one of a time that no page can write', () => {
  const board = new MirroredAlerts('far');
  board.take({ complete: true, alerts: [{ ...alertOf('a'), firedMs: 9e15 }, alertOf('b')] });
  expect(idsAfter(board, -1)).toEqual(['b']);
});
