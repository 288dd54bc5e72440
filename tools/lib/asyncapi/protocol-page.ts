/** What docs/protocol.md says in its tables, for the document that is generated: its words are written once, there. */
import * as v from 'valibot';

/** A row of a table of fields: `integer, Unix ms`, whether the field is false where it is absent, and what it means, without links. */
export interface FieldWords {
  readonly type: string;
  readonly isFalseByDefault?: boolean;
  readonly meaning: string;
}

export interface MessageWords {
  /** CommonMark without links, empty if the page says nothing before the table. */
  readonly text: string;
  /** By dotted path: `hosts[].facts.cores`. */
  readonly fields: ReadonlyMap<string, FieldWords>;
}

export interface ProtocolPage {
  /** Empty for a message that the page does not have yet. */
  message(from: 'client' | 'server' | 'poll', name: string): MessageWords;
  /** Second and further cells of a table by its first, such as close codes with their meaning. */
  table(heading: string): ReadonlyMap<string, readonly string[]>;
  /** Frames of the examples, in the order of the page. */
  readonly frames: {
    readonly client: readonly Frame[];
    readonly server: readonly Frame[];
  };
}

export type Frame = Readonly<Record<string, unknown>>;

const SECTIONS = { client: '## What a client sends', server: '## What the agent sends' } as const;

export function readProtocolPage(markdown: string): ProtocolPage {
  const table = (heading: string) => rowsOf(section(heading, markdown));
  return {
    table,
    message(from, name) {
      const text =
        from === 'poll'
          ? section('### Long polling', markdown)
          : section(`### \`${name}\``, section(SECTIONS[from], markdown));
      const fields = [...rowsOf(text)].map(([path, cells]): [string, FieldWords] => [
        path,
        {
          type: cells[0] ?? '',
          isFalseByDefault: cells[1] === 'yes: `false`',
          meaning: cells.at(-1) ?? '',
        },
      ]);
      return { text: beforeTable(text), fields: new Map(fields) };
    },
    frames: framesOf(markdown),
  };
}

/** The text below `heading`, up to the next heading of its level or above; empty without such a heading. */
function section(heading: string, markdown: string): string {
  const lines = markdown.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) return '';
  const level = heading.indexOf(' ');
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

function rowsOf(text: string): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('| ')) continue;
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => plain(cell.trim()));
    // Some rows are about several things: `metrics`, `tables`.
    for (const name of (cells[0] ?? '').split(', ')) rows.set(name.replaceAll('`', ''), cells.slice(1));
  }
  return rows;
}

function beforeTable(text: string): string {
  return plain((text.split(/^\|/m)[0] ?? '').replaceAll(/(?<!\n)\n(?!\n)/g, ' ').trim());
}

/** Without links, whose targets are headings of the page, and without what only leads there. */
function plain(text: string): string {
  return text
    .replaceAll(/(?:^|[:,;]? )see \[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

function framesOf(markdown: string): ProtocolPage['frames'] {
  const blocks = [...markdown.matchAll(/^```(?:text|json)\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const client: Frame[] = [];
  const server: Frame[] = [];
  for (const block of blocks) {
    const lines = block.trim().split('\n');
    if (lines[0] === '{') server.push(frameOf(block));
    for (const line of lines) {
      if (line.startsWith('> {')) client.push(frameOf(line.slice(2)));
      if (line.startsWith('< {')) server.push(frameOf(line.slice(2)));
    }
  }
  return { client, server };
}

function frameOf(text: string): Frame {
  return v.parse(v.record(v.string(), v.unknown()), JSON.parse(text));
}
