import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { fieldText, quoted, type Path, type Problem } from './problem.ts';

/** What `yaml` spends on a token grows with the depth, so that both are bounded before it sees them. */
const MAX_TOKENS = 100_000;
const MAX_DEPTH = 20;
/** What `Lexer` puts between the pieces of a text: begin of a document, a flow error, a scalar, a byte order mark. */
const MARKERS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001F', '\uFEFF']);
/** Values after aliases stand for what they repeat. */
const MAX_VALUES = 20_000;
const MAX_PROBLEMS = 20;
/** Names with a meaning in JavaScript. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);
/** Tags of what JSON has too. */
const PLAIN_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/;

export interface YamlText {
  /** For changes that keep comments and order. `null` for a text without a value. */
  readonly document: Document | null;
  /** As from JSON; objects have no prototype. */
  readonly value: unknown;
  /** Where a value is; of one that is missing, the nearest value around it. */
  readonly at: (path: Path) => { readonly line: number; readonly column: number };
}

/** Parses a YAML text of one document as far as JSON goes. Never throws, whatever the text. */
export function parseYaml(text: string): YamlText | readonly Problem[] {
  const lines = new LineCounter();
  const tooMuch = boundsProblem(text);
  if (tooMuch !== null) return [tooMuch];
  const composer = new Composer({
    // Found below, in linear time and by name.
    uniqueKeys: false,
    merge: false,
    keepSourceTokens: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(new Parser(lines.addNewLine).parse(text))];
  const at = (offset: number): { readonly line: number; readonly column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [document, second] = documents;
  const [error] = document?.errors ?? [];
  if (error !== undefined) return [{ ...at(error.pos[0]), field: '', message: syntaxMessage(error) }];
  if (second !== undefined) {
    return [
      {
        ...at(second.range[0]),
        field: '',
        message: 'a second document begins here: remove the --- or what follows it',
      },
    ];
  }
  if (document?.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    return [
      { line: 1, column: 1, field: '', message: 'this is read as YAML 1.2: remove the %YAML directive' },
    ];
  }
  return new Reader(at).read(document ?? null);
}

/** What `yaml` would take seconds or a deep stack for. */
function boundsProblem(text: string): Problem | null {
  let tokens = 0;
  let depth = 0;
  let inLine = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (token === '-' || token === '?' || token === ':') inLine += 1;
    else if (token.includes('\n')) inLine = 0;
    // Lists in lists of one line.
    const isDeep = depth > MAX_DEPTH || (depth <= 0 && inLine > MAX_DEPTH);
    if (isDeep || tokens > MAX_TOKENS) {
      const line = text.slice(0, offset).split('\n').length;
      return {
        line,
        column: 1,
        field: '',
        message: isDeep
          ? `values are nested more than ${MAX_DEPTH} deep`
          : `more than ${MAX_TOKENS.toLocaleString('en-US')} words and signs are too many`,
      };
    }
    // Markers of the lexer are in no text.
    if (!MARKERS.has(token)) offset += token.length;
  }
  return null;
}

function syntaxMessage({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line: use spaces';
  return `this is no YAML: ${message.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
}

type At = (offset: number) => { readonly line: number; readonly column: number };

/** Turns nodes into plain values, and remembers where they were. */
class Reader {
  readonly #at: At;
  readonly #problems: Problem[] = [];
  /** By the path as JSON. */
  readonly #offsets = new Map<string, number>();
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(at: At) {
    this.#at = at;
  }

  read(document: Document | null): YamlText | readonly Problem[] {
    const value = this.#value(document?.contents, [], 0);
    if (this.#problems.length > 0) return this.#problems;
    return { document, value, at: (path: Path) => this.#positionOf(path) };
  }

  #positionOf(path: Path): ReturnType<At> {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return this.#at(offset);
    }
    return { line: 1, column: 1 };
  }

  /** @param node of `yaml`; anything else is nothing */
  #value(node: unknown, path: Path, depth: number): unknown {
    if (!isNode(node)) return null;
    this.#values += 1;
    if (this.#values === MAX_VALUES) {
      this.#refuse(node, [], `more than ${MAX_VALUES.toLocaleString('en-US')} values are too many`);
    }
    if (this.#values >= MAX_VALUES) return null;
    if (depth > MAX_DEPTH) return this.#refuse(node, path, `values are nested more than ${MAX_DEPTH} deep`);
    const start = node.range?.[0];
    const key = JSON.stringify(path);
    if (start !== undefined && !this.#offsets.has(key)) this.#offsets.set(key, start);
    if (isAlias(node)) return this.#repeated(node.source, node, path, depth);
    const { tag, anchor } = node as { readonly tag?: string; readonly anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (tag !== undefined && !PLAIN_TAG.test(tag))
      return this.#refuse(node, path, `the tag ${quoted(tag)} has no meaning here: remove it`);
    if (isScalar(node)) return this.#scalar(node.value, node, path);
    if (isSeq(node)) {
      return node.items.map((item, index) => this.#value(item, [...path, index], depth + 1));
    }
    return isMap(node) ? this.#map(node.items, path, depth) : null;
  }

  #scalar(value: unknown, node: Node, path: Path): unknown {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.#refuse(node, path, `${quoted(value)} is no number that can be used`);
  }

  #repeated(name: string, node: Node, path: Path, depth: number): unknown {
    const target = this.#anchors.get(name);
    if (target === undefined)
      return this.#refuse(node, path, `nothing above is called &${name}: write the value itself`);
    return this.#value(target, path, depth + 1);
  }

  #map(pairs: readonly Pair[], path: Path, depth: number): unknown {
    // A name such as toString must not be found where it was not written.
    const result: Record<string, unknown> = { __proto__: null };
    for (const { key, value } of pairs) {
      const name = this.#nameOf(key, path);
      if (name === null) continue;
      if (Object.hasOwn(result, name)) {
        this.#refuse(key, [...path, name], 'it is here twice: remove one');
        continue;
      }
      const own = [...path, name];
      const start = isNode(key) ? key.range?.[0] : undefined;
      const place = JSON.stringify(own);
      if (start !== undefined && !this.#offsets.has(place)) this.#offsets.set(place, start);
      result[name] = this.#value(value, own, depth + 1);
    }
    return result;
  }

  #nameOf(key: unknown, path: Path): string | null {
    const value = isScalar(key) ? key.value : undefined;
    if (value === '<<') {
      this.#refuse(key, path, 'merging with << is not part of YAML 1.2: write the keys themselves');
      return null;
    }
    // `100:` as the name of a rule is as good as "100".
    const name = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    if (typeof name !== 'string' || name === '') {
      this.#refuse(key, path, 'a key has to be a name');
      return null;
    }
    if (FORBIDDEN_KEYS.has(name)) {
      this.#refuse(key, path, `${name} cannot be a key: choose another name`);
      return null;
    }
    return name;
  }

  #refuse(node: unknown, path: Path, message: string): null {
    if (this.#problems.length >= MAX_PROBLEMS) return null;
    this.#problems.push({
      ...this.#at((isNode(node) ? node.range?.[0] : undefined) ?? 0),
      field: fieldText(path),
      message,
    });
    return null;
  }
}
