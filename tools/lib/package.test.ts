import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packInto } from './package.mjs';
import { inRepo } from './paths.mjs';
import { binOf } from './programs.mjs';

/** The compiler takes seconds on a busy machine. */
const COMPILING_MS = 60_000;

/** A consumer's project with the tarball installed. Its dependencies are links to ours. */
let project: string;
const installed = (...parts: string[]) => join(project, 'node_modules', ...parts);

const ownDescription = readFileSync(inRepo('package.json'), 'utf8');

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'package-'));
  mkdirSync(installed('metrics-panel'), { recursive: true });
  const tarball = await packInto(project);
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed('metrics-panel')]);
  for (const name of ['lit', 'valibot', '@types/react', 'csstype', 'preact', 'solid-js']) {
    mkdirSync(dirname(installed(name)), { recursive: true });
    symlinkSync(inRepo('node_modules', name), installed(name), 'junction');
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rmSync(project, { recursive: true }));

/** The JSON that a module prints, run in the project. @throws Error with its error output when it fails */
function run(code: string): unknown {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

function problemsOf(file: string, code: string, ...options: string[]): string {
  writeFileSync(join(project, file), code);
  const strictly = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', ''];
  try {
    return execFileSync(process.execPath, [binOf('typescript', 'tsc'), ...strictly, ...options, file], {
      cwd: project,
      encoding: 'utf8',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('the npm package', () => {
  test('passes publint', async () => {
    const { messages } = await publint({ pkgDir: installed('metrics-panel'), strict: true, pack: false });
    // It runs in browsers, so it requires no version of Node.
    expect(messages.filter(({ code }) => code !== 'USE_ENGINES_NODE')).toEqual([]);
  });

  test('contains what it exports, and nothing of tests or of the agent', () => {
    const { exports, dependencies } = JSON.parse(
      readFileSync(installed('metrics-panel', 'package.json'), 'utf8'),
    ) as { exports: Record<string, unknown>; dependencies: Record<string, string> };
    expect(Object.keys(exports)).toEqual([
      '.',
      './define',
      './react',
      './preact',
      './solid',
      './metrics-panel.js',
      './custom-elements.json',
      './package.json',
    ]);
    expect(Object.keys(dependencies)).toEqual(['lit', 'valibot']);
    const files = execFileSync('tar', ['-tzf', join(project, 'metrics-panel-0.1.0.tgz')], {
      encoding: 'utf8',
    });
    expect(files).not.toMatch(/test|agent\//);
  });

  test('leaves the package.json of the repository alone', () => {
    expect(readFileSync(inRepo('package.json'), 'utf8')).toBe(ownDescription);
  });

  test('can be imported where there is no page; defines nothing until it is asked to, and then each element once', () => {
    cpSync(installed('metrics-panel'), installed('metrics-panel-later'), { recursive: true });
    expect(
      run(`
        const { MetricsPanel } = await import('metrics-panel');
        const before = customElements.get('metrics-panel') ?? null;
        await import('metrics-panel/define');
        await import('metrics-panel/metrics-panel.js');
        await import('metrics-panel/react');
        await import('metrics-panel/preact');
        await import('metrics-panel/solid');
        await import('metrics-panel-later/define');
        const isFirst = customElements.get('metrics-panel') === MetricsPanel;
        console.log(JSON.stringify({ before, isFirst }));
      `),
    ).toEqual({ before: null, isFirst: true });
  });

  test('describes its element: what a page can set, listen to and style, and nothing private', () => {
    const { modules } = JSON.parse(
      readFileSync(installed('metrics-panel', 'custom-elements.json'), 'utf8'),
    ) as {
      modules: { declarations: Record<string, { name: string }[]>[] }[];
    };
    const [panel] = modules.flatMap(({ declarations }) => declarations);
    const namesOf = (list: string) => panel?.[list]?.map(({ name }) => name);
    expect(panel).toMatchObject({ tagName: 'metrics-panel', customElement: true });
    expect(namesOf('attributes')).toEqual(
      expect.arrayContaining(['src', 'metrics', 'points', 'layout', 'theme']),
    );
    expect(namesOf('events')).toEqual(
      expect.arrayContaining(['statuschange', 'sample', 'gap', 'missing', 'ready']),
    );
    expect(namesOf('events')).not.toContain('type');
    expect(namesOf('cssParts')).toContain('chart');
    expect(namesOf('members')).toContain('token');
    expect(namesOf('members')?.filter((name) => /^(?:#|render|adopted)/.test(name))).toEqual([]);
  });

  const PAGE = `
    import { MetricsPanel, type ConnectionStatus } from 'metrics-panel';
    import 'metrics-panel/define';
    import 'metrics-panel/metrics-panel.js';
    const panel: MetricsPanel = document.createElement('metrics-panel');
    panel.points = 5;
    // @ts-expect-error a number
    panel.points = 'many';
    panel.addEventListener('sample', ({ detail }) => detail.values[0]?.toFixed(1));
    panel.addEventListener('statuschange', ({ detail }) => {
      const status: ConnectionStatus = detail;
      console.log(status.state);
    });
    panel.addEventListener('welcome', ({ detail }) => console.log(detail.hosts[0]?.label.length));
    // @ts-expect-error no such thing
    panel.addEventListener('welcome', ({ detail }) => console.log(detail.nonsense));
  `;

  test.for([
    ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ['Node', ['--module', 'nodenext']],
  ] as const)('has types that hold with the resolution of %s', { timeout: COMPILING_MS }, ([, options]) => {
    expect(problemsOf('page.ts', PAGE, ...options)).toBe('');
  });

  test.for([
    ['React 19', 'react', ['--jsx', 'react-jsx'], 'className', 'onsample'],
    ['Preact', 'preact', ['--jsx', 'react-jsx', '--jsxImportSource', 'preact'], 'class', 'onsample'],
    ['Solid', 'solid', ['--jsx', 'preserve', '--jsxImportSource', 'solid-js'], 'class', 'on:sample'],
  ] as const)(
    'has types for the JSX of %s',
    { timeout: COMPILING_MS },
    ([, entry, options, className, onSample]) => {
      const onOther = onSample.replace('sample', 'nonsense');
      const component = `
      import 'metrics-panel/${entry}';
      export const good = (
        <metrics-panel
          src="http://localhost:8080/" metrics="cpu" points={5} sections ${className}="wide" slot="a"
          ${onSample}={({ detail }) => console.log(detail.timestampMs)}
          ${onSample.replace('sample', 'statuschange')}={({ detail }) => console.log(detail.state)}
          ${onSample.replace('sample', 'missing')}={({ detail }) => console.log(detail.length)}
          ref={(panel) => panel?.requestUpdate()}
        >
          Loading
        </metrics-panel>
      );
      export const other = <p>One of its own is as it was</p>;
      // @ts-expect-error a number
      export const bad = <metrics-panel points="many" />;
      // @ts-expect-error no such event
      export const unheard = <metrics-panel ${onOther}={({ detail }) => console.log(detail)} />;
      // @ts-expect-error no such element
      export const unknown = <metrics-pane />;
    `;
      expect(
        problemsOf(
          `${entry}.tsx`,
          component,
          ...options,
          '--module',
          'esnext',
          '--moduleResolution',
          'bundler',
        ),
      ).toBe('');
    },
  );
});
