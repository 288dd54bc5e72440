import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const REPO = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['agent', 'shared', 'web', 'package.json', 'tsconfig.json', 'tsconfig.base.json'];

/** An agent and an embed script built from an earlier commit. */
export interface EarlierVersion {
  /** Path of the agent's program. */
  readonly agent: string;
  /** Folder with `metrics-panel.js`. */
  readonly embed: string;
  remove(): void;
}

/** Whether this checkout has the commit; shallow clones and tarballs do not. */
export function hasCommit(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: REPO, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds the sources of `commit` in a temporary folder, against the packages of this checkout. Plain builds instead of the commit's own
 * configuration, whose plugins depend on exact versions of packages.
 */
export async function buildEarlierVersion(commit: string): Promise<EarlierVersion> {
  const folder = mkdtempSync(join(tmpdir(), 'earlier-version-'));
  const archive = join(folder, 'sources.tar');
  execFileSync('git', ['archive', '--output', archive, commit, ...SOURCES], { cwd: REPO });
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  symlinkSync(join(REPO, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const shared: InlineConfig = {
    root: folder,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: {
      __VERSION__: JSON.stringify(version),
      __IN_PACKAGE__: 'false',
      __IS_SINGLE_FILE__: 'false',
    },
  };
  const embed = join(folder, 'dist', 'embed');
  const environment = process.env['NODE_ENV'];
  // Vitest sets another, with which Lit is built in its development mode.
  process.env['NODE_ENV'] = 'production';
  await Promise.all([
    build({
      ...shared,
      build: {
        outDir: embed,
        minify: false,
        lib: { entry: join(folder, 'web', 'embed.ts'), formats: ['es'], fileName: () => 'metrics-panel.js' },
      },
    }),
    build({
      ...shared,
      ssr: { noExternal: true, external: ['systeminformation', 'pino-pretty'] },
      build: {
        outDir: join(folder, 'dist', 'agent'),
        minify: false,
        ssr: true,
        rolldownOptions: {
          input: {
            main: join(folder, 'agent', 'main.ts'),
            'facts-process': join(folder, 'agent', 'sampling', 'facts', 'facts-process.ts'),
          },
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    }),
  ]);
  process.env['NODE_ENV'] = environment;
  return {
    agent: join(folder, 'dist', 'agent', 'main.js'),
    embed,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
