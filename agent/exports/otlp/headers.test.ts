import { expect, it } from 'vitest';
import { parseHeaders } from './headers.ts';

it('reads a header from each line, but for empty ones and comments', () => {
  expect(parseHeaders('# mine\nAuthorization: Bearer a:b c\r\n\nx-scope-orgid:1\nX-Empty:', 'f')).toEqual({
    Authorization: 'Bearer a:b c',
    'x-scope-orgid': '1',
    'X-Empty': '',
  });
});

it.each(['Authorization hunter2', 'X: hunter2 €', ' X: hunter2', 'X Y: hunter2', 'X: a\u0000hunter2'])(
  'of %j names file and line, but not what is in it',
  (line) => {
    let message = '';
    try {
      parseHeaders(`A: b\n${line}`, '/etc/otlp');
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('/etc/otlp:2 is no header: write Name: value');
    expect(message).not.toContain('hunter2');
  },
);
