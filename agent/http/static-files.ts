import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { getMimeType } from 'hono/utils/mime';
import { errorCode } from '../error-code.ts';

/** Content codings (RFC 9110, section 8.4.1) and the ending of the files that carry them; the best first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface StaticFile {
  /** Sent with every variant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Variant;
  readonly encoded: ReadonlyMap<string, Variant>;
}

interface Variant {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** Files by URL path. Built once at start: no path of a request ever reaches the file system. */
export type Manifest = ReadonlyMap<string, StaticFile>;

/**
 * Reads every regular file in `folder` and below, with its precompressed neighbours, to be served under `prefix`
 * (`/` or `/name/`) with `headers` on each. An `index.html` also answers for its folder. A missing folder is empty.
 */
export async function readManifest(
  folder: string,
  prefix: string,
  headers: Record<string, string>,
): Promise<Manifest> {
  const names = await listFiles(folder);
  const manifest = new Map<string, StaticFile>();
  for (const name of names) {
    if (/\.(?:br|gz)$/.test(name)) continue;
    const path = prefix + name;
    const file = await readStaticFile(folder, name, names, { ...headers, ...describe(path) });
    manifest.set(path, file);
    if (path.endsWith('/index.html')) manifest.set(path.slice(0, -'index.html'.length), file);
  }
  return manifest;
}

/** Answers with the file in the best encoding that there is and the client takes, or 304. */
export function serveFile(context: Context, { headers, plain, encoded }: StaticFile): Response {
  const encoding = accepts(context, {
    header: 'Accept-Encoding',
    supports: [...encoded.keys()],
    default: 'identity',
    // Browsers take all of them alike, so the smallest is chosen here.
    match: (accepted, { supports, default: plainly }) =>
      supports.find((name) => accepted.some(({ type, q }) => type === name && q > 0)) ?? plainly,
  });
  const { body, etag } = encoded.get(encoding) ?? plain;
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  context.header('ETag', etag);
  if (isKnown(etag, context.req.header('If-None-Match'))) return context.body(null, 304);
  if (encoded.has(encoding)) context.header('Content-Encoding', encoding);
  context.header('Content-Length', String(body.length));
  return context.body(body);
}

/** Weak comparison, as RFC 9110 asks for in section 13.1.2. */
function isKnown(etag: string, ifNoneMatch = ''): boolean {
  const known = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

async function listFiles(folder: string): Promise<Set<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    return new Set(paths.map((path) => relative(folder, path).split(sep).join('/')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return new Set();
    throw error;
  }
}

async function readStaticFile(
  folder: string,
  name: string,
  names: ReadonlySet<string>,
  headers: Record<string, string>,
): Promise<StaticFile> {
  const body = await readBytes(join(folder, name));
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  const encoded = new Map<string, Variant>();
  for (const [encoding, suffix] of ENCODINGS) {
    if (!names.has(name + suffix)) continue;
    encoded.set(encoding, {
      body: await readBytes(join(folder, name + suffix)),
      etag: `"${hash}-${encoding}"`,
    });
  }
  return { headers, plain: { body, etag: `"${hash}"` }, encoded };
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path));
}

function describe(path: string): Record<string, string> {
  return {
    'Content-Type': getMimeType(path) ?? 'application/octet-stream',
    'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  };
}
