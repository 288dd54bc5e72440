import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { getMimeType } from 'hono/utils/mime';
import { errorCode } from '../system-error.ts';

/** Content codings (RFC 9110, section 8.4.1) and their file extensions, the smallest result first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface StaticFile {
  /** Of every variant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly plain: Variant;
  readonly encoded: ReadonlyMap<string, Variant>;
}

interface Variant {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

/** Files by URL path. Built once: a request's path never reaches the file system. */
export type Manifest = ReadonlyMap<string, StaticFile>;

/**
 * Reads every file below `folder` with its precompressed variants, to be served under `prefix` (`/` or `/name/`) with `headers`. `index.html` is also
 * served for its folder. A missing folder counts as empty.
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

/** Answers with the file in the smallest encoding that the client accepts, or 304. */
export function serveFile(context: Context, { headers, plain, encoded }: StaticFile): Response {
  const encoding = accepts(context, {
    header: 'Accept-Encoding',
    supports: [...encoded.keys()],
    default: 'identity',
    // Browsers accept all encodings equally: prefer the smallest.
    match: (accepted, { supports, default: identity }) =>
      supports.find((name) => accepted.some(({ type, q }) => type === name && q > 0)) ?? identity,
  });
  const { body, etag } = encoded.get(encoding) ?? plain;
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  context.header('ETag', etag);
  if (matchesETag(etag, context.req.header('If-None-Match'))) return context.body(null, 304);
  if (encoded.has(encoding)) context.header('Content-Encoding', encoding);
  context.header('Content-Length', String(body.length));
  return context.body(body);
}

/** Weak comparison: RFC 9110, section 13.1.2. */
function matchesETag(etag: string, ifNoneMatch = ''): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
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
