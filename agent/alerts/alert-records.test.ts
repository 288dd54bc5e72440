import { describe, expect, it } from 'vitest';
import { AlertRecords } from './alert-records.ts';

const EMPTY = { progress: [], messages: [], silences: [], alerts: [] };

describe('records', () => {
  it('forget what came and went before it was in a file', () => {
    const records = new AlertRecords();
    for (let index = 0; index < 1000; index += 1) {
      records.messages.change([[`m${index}`, 'text']]);
      records.messages.change([[`m${index}`, null]]);
    }
    expect(records.hasUnsaved).toBe(false);
    expect(records.update().messages.size).toBe(0);
  });

  it('remove from a file what it has, also after another file', () => {
    const records = new AlertRecords();
    records.load({ ...EMPTY, messages: [{ id: 'old', message: 'text' }] });
    records.messages.change([['new', 'text']]);
    records.saved();
    records.messages.change([
      ['old', null],
      ['new', null],
    ]);
    expect([...records.update().messages]).toEqual([
      ['old', null],
      ['new', null],
    ]);
    records.moveTo({ ...EMPTY, messages: [{ id: 'other', message: 'text' }] }, 0);
    expect([...records.update().messages]).toEqual([['other', null]]);
  });
});
