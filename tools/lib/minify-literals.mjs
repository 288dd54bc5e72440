import { transform } from 'lightningcss';
import { parseSync, Visitor } from 'vite';

const HTML_TAGS = new Set(['html', 'svg']);

/**
 * Minifies the templates of Lit, which minifiers of scripts leave alone.
 *
 * @returns {import('vite').Plugin}
 */
export function minifyLiterals() {
  return {
    name: 'minify-literals',
    apply: 'build',
    transform: {
      filter: { id: /\/web\/.*\.ts$/, code: /\b(?:css|html|svg)`/ },
      handler: (code) => ({ code: minifyTemplates(code), map: null }),
    },
  };
}

/**
 * Minifies `css` templates without expressions. In `html` and `svg`, white space around a line end becomes one space, which is how a browser
 * shows it, and none before the `>` that ends a tag: no text begins a line with one.
 *
 * @param {string} code TypeScript
 * @returns {string} the same with smaller templates
 * @throws {SyntaxError} if a style sheet is invalid
 */
export function minifyTemplates(code) {
  /** @type {{ start: number, end: number, text: string }[]} */
  const edits = [];
  const { program } = parseSync('module.ts', code, { astType: 'js' });
  new Visitor({
    TaggedTemplateExpression({ tag, quasi: { quasis } }) {
      if (tag.type !== 'Identifier') return;
      for (const { start, end, value } of quasis) {
        if (HTML_TAGS.has(tag.name))
          edits.push({ start, end, text: value.raw.replace(/\s*\n\s*(>?)/g, (_, tagEnd) => tagEnd || ' ') });
        else if (tag.name === 'css' && quasis.length === 1)
          edits.push({ start, end, text: minifyCss(value.raw) });
      }
    },
  }).visit(program);
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), code);
}

/** @param {string} css source between the backticks; left alone if it has escapes */
function minifyCss(css) {
  if (css.includes('\\')) return css;
  const { code } = transform({ filename: 'styles.css', code: Buffer.from(css), minify: true });
  return code.toString().replaceAll('\\', '\\\\').replaceAll('`', '\\`');
}
