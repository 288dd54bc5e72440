import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClientMessage, decodeClientMessage, encode, MessageError } from './codec.ts';

function refusalOf(text: string): { code: string; message: string } {
  try {
    decodeClientMessage(text);
  } catch (error) {
    if (error instanceof MessageError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('decodeClientMessage', () => {
  it('reads the subscription of a plain client', () => {
    expect(decodeClientMessage('{"action":"subscribe","metrics":["cpu","memory"]}')).toEqual({
      action: 'subscribe',
      sub: 'default',
      tables: [],
      metrics: ['cpu', 'memory'],
    });
  });

  it('reads a ping, which is not JSON', () => {
    expect(decodeClientMessage('ping')).toEqual({ type: 'ping' });
  });

  it('drops unknown fields', () => {
    expect(decodeClientMessage('{"action":"hello","v":1,"colour":"red","__proto__":{"x":1}}')).toEqual({
      action: 'hello',
      v: 1,
    });
  });

  it.each([
    ['', 'invalid_json', /Invalid JSON/],
    ['{"action":', 'invalid_json', /Invalid JSON/],
    ['"pong"', 'invalid_message', /JSON object/],
    ['null', 'invalid_message', /JSON object/],
    ['[]', 'invalid_message', /JSON object/],
    ['{}', 'unknown_action', /"action"/],
    ['{"action":"toString"}', 'unknown_action', /"action"/],
    ['{"action":["subscribe"],"metrics":["cpu"]}', 'unknown_action', /"action"/],
    ['{"action":"subscribe"}', 'invalid_message', /^Invalid metrics: must name at least one/],
    ['{"action":"subscribe","metrics":"cpu"}', 'invalid_message', /^Invalid metrics: expected an array/],
    ['{"action":"subscribe","metrics":[]}', 'invalid_message', /^Invalid metrics: must name at least one/],
    ['{"action":"subscribe","metrics":[7]}', 'invalid_message', /^Invalid metrics\.0: expected a string$/],
    [
      JSON.stringify({ action: 'subscribe', metrics: Array(65).fill('cpu') }),
      'invalid_message',
      /at most 64/,
    ],
    [JSON.stringify({ action: 'subscribe', metrics: ['c'.repeat(257)] }), 'invalid_message', /at most 256/],
    ['{"action":"subscribe","metrics":["cpu"],"intervalMs":0.5}', 'invalid_message', /^Invalid intervalMs/],
    ['{"action":"subscribe","metrics":["cpu"],"intervalMs":-1}', 'invalid_message', /^Invalid intervalMs/],
    ['{"action":"subscribe","metrics":["cpu"],"intervalMs":1e999}', 'invalid_message', /^Invalid intervalMs/],
    [
      '{"action":"subscribe","metrics":["cpu"],"intervalMs":"1000"}',
      'invalid_message',
      /^Invalid intervalMs/,
    ],
    [
      '{"action":"subscribe","metrics":["cpu"],"since":{"epoch":"x"}}',
      'invalid_message',
      /^Invalid since\.seq/,
    ],
    ['{"type":"auth","token":1}', 'invalid_message', /^Invalid token: expected a string$/],
    ['{"type":"batch","messages":{}}', 'invalid_message', /^Invalid messages: expected an array/],
  ])('refuses %s as %s', (text, code, message) => {
    expect(refusalOf(text)).toEqual({ code, message: expect.stringMatching(message) });
  });

  it('reports the id of a refused request for the answer', () => {
    expect(() => checkClientMessage({ action: 'subscribe', id: 'a7' })).toThrow(
      expect.objectContaining({ id: 'a7' }),
    );
  });

  it.each([-1, '', 1.5, {}])('does not echo the invalid id %j', (id) => {
    expect(() => checkClientMessage({ action: 'subscribe', metrics: ['cpu'], id })).toThrow(
      expect.objectContaining({ id: undefined }),
    );
  });

  it('throws nothing but MessageError on any input', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          try {
            decodeClientMessage(text);
          } catch (error) {
            expect(error).toBeInstanceOf(MessageError);
          }
        },
      ),
    );
  });
});

describe('encode', () => {
  it('writes NaN and infinities as unknown', () => {
    expect(encode({ type: 'metrics', metrics: { cpu: Number.NaN } })).toBe(
      '{"type":"metrics","metrics":{"cpu":null}}',
    );
  });
});
