import { createParser } from 'eventsource-parser';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventStreamData } from './sse.ts';

async function dataOf(chunks: readonly string[]): Promise<string[]> {
  const source = new ReadableStream<string>({
    start: (stream) => {
      for (const chunk of chunks) stream.enqueue(chunk);
      stream.close();
    },
  });
  const found: string[] = [];
  const reader = source.pipeThrough(eventStreamData()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) found.push(next.value);
  return found;
}

it.each([
  ['an event', ['data: one\n\n'], ['one']],
  ['data over several lines', ['data: one\ndata:two\ndata\n\n'], ['one\ntwo\n']],
  ['comments and other fields', [': life\nid: 7\nevent: x\ndatax: no\ndata: one\n\n'], ['one']],
  ['no data', ['id: 7\n\n\n'], []],
  [
    'any end of a line, torn apart',
    ['data: one\r', '\n\r', '\ndata: two\r', '\r', 'data: three\n\n'],
    ['one', 'two', 'three'],
  ],
  ['what is not finished', ['data: one\n\ndata: two\n'], ['one']],
])('reads %s', async (_, chunks, expected) => {
  expect(await dataOf(chunks)).toEqual(expected);
});

it('reads any stream as a known parser does', async () => {
  const piece = fc.constantFrom('data', ':', ' ', 'x', '{"a":1}', '\n', '\r', '\r\n', '\n\n', 'id: 1');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(piece).map((pieces) => pieces.join(''))), async (torn) => {
      // eventsource-parser ends a line at a trailing return only after it has seen the next character.
      const chunks = [...torn, ':\n'];
      const expected: string[] = [];
      const parser = createParser({ onEvent: ({ data }) => expected.push(data) });
      for (const chunk of chunks) parser.feed(chunk);
      expect(await dataOf(chunks)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});
