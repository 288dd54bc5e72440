import { expect, it } from 'vitest';
import { Frame } from './frame.ts';

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
