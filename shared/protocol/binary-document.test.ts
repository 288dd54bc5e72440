import { decode, ExtensionCodec } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import DOCUMENT from '../../docs/binary.md?raw';
import { encodeNumbers, encodeSampleRows } from './message-columns.ts';
import { CLIENT_LIMITS, SUBPROTOCOL_MSGPACK, type Metrics } from './messages.ts';
import { MessagePackDecoder } from './msgpack-decoder.ts';
import { batchHead, encodeHistory, encodeSamples, encodeText } from './msgpack-encoder.ts';

const CODE_BLOCKS = [...DOCUMENT.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, text = '']) => text);
const [BYTE_BY_BYTE = '', BATCH = '', READER = ''] = CODE_BLOCKS;
const GAP = '{"type":"gap","sub":"a","from":16,"to":15,"fromTs":1,"toTs":2,"reason":"stall"}';

/** The rows of the table with this title in its first column. */
function examples(title: string): [string, string][] {
  const [, rows = ''] =
    new RegExp(`^\\| ${title} \\| bytes \\|\\n\\|---\\|---\\|\\n((?:\\|.*\\n)+)`, 'm').exec(DOCUMENT) ?? [];
  return [...rows.matchAll(/^\| `(.+?)` \| `(.+?)` \|$/gm)].map(([, json = '', bytes = '']) => [json, bytes]);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$& ');
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

/** Lines of bytes, each with what they are after some spaces. */
function bytesOfBlock(block: string): Uint8Array {
  return bytesOf(block.replaceAll(/ {2,}.*$/gm, ''));
}

function newDecoder(): MessagePackDecoder {
  const decoder = new MessagePackDecoder();
  decoder.decode(encodeText('{"type":"subscribed","sub":"a","channel":7}'));
  return decoder;
}

function samplesOf(json: string): Uint8Array {
  return encodeSamples({ channel: 7, rows: JSON.parse(json) as Metrics[] });
}

function flat(message: unknown): unknown {
  const { messages = [message] } = message as { messages?: unknown[] };
  return messages;
}

describe('docs/binary.md', () => {
  const messages = examples('message in JSON');
  const samples = examples('messages in JSON');
  const numbers = examples('numbers');

  it('has examples', () => {
    expect([messages.length, samples.length, numbers.length]).toEqual([6, 3, 3]);
    expect(DOCUMENT).toContain(SUBPROTOCOL_MSGPACK);
    expect(CLIENT_LIMITS.messageBytes).toBe(16 * 1024);
  });

  it.each(messages)('says which bytes %s has, and how they are read', (json, bytes) => {
    expect(hex(encodeText(json))).toBe(bytes);
    expect(new MessagePackDecoder().decode(bytesOf(bytes))).toEqual(JSON.parse(json));
  });

  it.each(samples)('says which bytes the samples %s have, and how they are read', (json, bytes) => {
    expect(hex(samplesOf(json))).toBe(bytes);
    expect(flat(newDecoder().decode(bytesOf(bytes)))).toEqual(JSON.parse(json));
  });

  it.each(numbers)('says which bytes the numbers %s have, and how they are read', (json, bytes) => {
    const history = encodeHistory({
      type: 'history',
      ts: JSON.parse(json) as number[],
      mean: [],
      done: true,
    });

    expect(hex(history)).toContain(`a2 74 73 ${bytes}`);
    expect(new MessagePackDecoder().decode(history)).toMatchObject({ ts: JSON.parse(json) as number[] });
  });

  it('explains the bytes of a sample and of a batch', () => {
    const [[sample] = ['']] = samples;

    expect(hex(bytesOfBlock(BYTE_BY_BYTE))).toBe(hex(samplesOf(sample)));
    expect(hex(bytesOfBlock(BATCH))).toBe(
      [batchHead(2), encodeText(GAP), samplesOf(sample)].map(hex).join(' '),
    );
  });

  it('has a reader of 50 lines that reads what the agent writes', () => {
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- It is our own document that is run.
    const readExtension = new Function(`return ${READER}`)() as (type: number, bytes: Uint8Array) => unknown;
    const extensionCodec = new ExtensionCodec();
    for (const type of [1, 2])
      extensionCodec.register({ type, encode: () => null, decode: (bytes) => readExtension(type, bytes) });
    const someValue = fc.oneof(
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

    expect(READER.trim().split('\n').length).toBeLessThanOrEqual(50);
    expect(decode(samplesOf(samples[0]?.[0] ?? ''), { extensionCodec })).toMatchObject([
      { channel: 7, seq: 17 },
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.array(someValue, { minLength: 3, maxLength: 3 }), { minLength: 1 }),
        (values) => {
          const rows = values.map((ofRow, row) => ({
            seq: row + 5,
            prev: row + 4,
            ts: 1e12 + row,
            values: ofRow,
          }));

          expect(readExtension(2, encodeNumbers(values.flat()))).toEqual(asJson(values.flat()));
          expect(readExtension(1, encodeSampleRows({ channel: 300, rows }))).toEqual(
            asJson(rows.map((row) => ({ channel: 300, ...row }))),
          );
        },
      ),
    );
  });
});
