import { expect, test } from 'vitest';
import { minifyTemplates } from './minify-literals.mjs';

test.for([
  [
    'a style sheet',
    'const a: string = css`\n  p {\n    color: red;\n  }\n`;',
    'const a: string = css`p{color:red}`;',
  ],
  ['a style sheet with an expression', 'css`p { color: ${red}; }`;', 'css`p { color: ${red}; }`;'],
  [
    'a style sheet with escapes',
    String.raw`css${'`'}p::before { content: '\\2190'; }${'`'};`,
    String.raw`css${'`'}p::before { content: '\\2190'; }${'`'};`,
  ],
  [
    'nested templates',
    'html`\n  <p a=${1}>\n    b ${list.map((x) => html`<b>\n c</b>  d`)}\n  </p>`;',
    'html` <p a=${1}> b ${list.map((x) => html`<b> c</b>  d`)} </p>`;',
  ],
  ['a tag that ends on the next line', 'html`<b\n  c\n  >d</b\n>`;', 'html`<b c>d</b>`;'],
  ['other templates', 'const a = `\n  b`;', 'const a = `\n  b`;'],
] as const)('%s', ([, code, expected]) => {
  expect(minifyTemplates(code)).toBe(expected);
});

test('an invalid style sheet stops the build', () => {
  expect(() => minifyTemplates('css`p } color: red`;')).toThrow('Unexpected end of input');
});
