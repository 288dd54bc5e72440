import { decode, ExtData } from '@msgpack/msgpack';
import { expect, it } from 'vitest';
import { Frame, type Member } from './frame.ts';
import { loadMessagePack } from './message-pack.ts';

/** RFC 6455, section 5.2, for an unmasked frame: FIN and opcode, length, payload. */
function parse(wire: Buffer): { first: number; header: number; payload: string } {
  const short = wire[1] ?? 0;
  const header = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = header === 2 ? short : header === 4 ? wire.readUInt16BE(2) : Number(wire.readBigUInt64BE(2));
  expect(wire.length).toBe(header + length);
  return { first: wire[0] ?? 0, header, payload: wire.subarray(header).toString() };
}

it.each([
  [0, 2],
  [125, 2],
  [126, 4],
  [65_535, 4],
  [65_536, 10],
])('a text of %i bytes gets a header of %i bytes', (length, header) => {
  const text = 'x'.repeat(length);
  expect(parse(Frame.of(text).wire('json'))).toEqual({ first: 0x81, header, payload: text });
});

it("a frame's length counts bytes, not characters, and it is encoded once", () => {
  const frame = Frame.of('grüße €'.repeat(15));
  expect(parse(frame.wire('json')).payload).toBe(frame.text);
  expect(frame.wire('json')).toBe(frame.wire('json'));
});

it('a batch keeps its members', () => {
  const frame = Frame.batch(['{"type":"a"}', '{"type":"b"}']);
  expect(JSON.parse(frame.text)).toEqual({ type: 'batch', messages: [{ type: 'a' }, { type: 'b' }] });
  expect(frame.members).toEqual(['{"type":"a"}', '{"type":"b"}']);
  expect(Frame.of('x').members).toEqual(['x']);
});

it.each([
  ['one message', Frame.of('{"type":"a"}'), { type: 'a' }],
  ['a batch of none', Frame.batch([]), { type: 'batch', messages: [] }],
  [
    'several as a batch',
    Frame.ofAll(['{"type":"a"}', '{"type":"b"}']),
    { type: 'batch', messages: [{ type: 'a' }, { type: 'b' }] },
  ],
  [
    'hundreds',
    Frame.batch(Array.from({ length: 300 }, () => '{}')),
    { type: 'batch', messages: Array.from({ length: 300 }, () => ({})) },
  ],
])('%s in MessagePack is what it is in JSON, encoded once', async (_what, frame, message) => {
  await loadMessagePack();
  const wire = frame.wire('msgpack');
  const { first, header } = parse(wire);

  expect(first).toBe(0x82);
  expect(decode(wire.subarray(header))).toEqual(message);
  expect(JSON.parse(frame.text)).toEqual(message);
  expect(frame.wire('msgpack')).toBe(wire);
});

it('samples of a channel that follow each other are one part of a batch in MessagePack', async () => {
  await loadMessagePack();
  const sample = (seq: number, channel = 7): Member => ({
    sub: 'a',
    channel,
    row: { seq, prev: seq - 1, ts: seq * 1000, values: [0.5] },
  });
  const frame = Frame.batch([sample(1), sample(2), '{"type":"gap"}', sample(3), sample(4, 8)]);
  const wire = frame.wire('msgpack');
  const { header } = parse(wire);

  expect(decode(wire.subarray(header))).toEqual({
    type: 'batch',
    messages: [expect.any(ExtData), { type: 'gap' }, expect.any(ExtData), expect.any(ExtData)],
  });
  expect(JSON.parse(frame.texts[1] ?? '')).toEqual({
    type: 'metrics',
    sub: 'a',
    seq: 2,
    prev: 1,
    ts: 2000,
    values: [0.5],
  });
});
