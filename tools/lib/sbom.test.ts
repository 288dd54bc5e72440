import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from './build.mjs';
import { ensurePackage } from './package.mjs';
import { inRepo } from './paths.mjs';
import { writeSbom } from './sbom.mjs';

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly {
    readonly name: string;
    readonly scope: string;
    readonly version: string;
    readonly hashes: unknown;
    readonly licenses: unknown;
  }[];
}

const read = (file: string): Bom => JSON.parse(readFileSync(file, 'utf8')) as Bom;
const packageJson = JSON.parse(readFileSync(inRepo('package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sbom-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the bill of materials', () => {
  test('comes with the build, and names what runs, and nothing that only builds or tests', async () => {
    await ensureBuilt();
    const bom = read(inRepo('dist', 'sbom.cdx.json'));
    expect(bom.bomFormat).toBe('CycloneDX');
    expect(bom.metadata.component.name).toBe('metrics-panel');
    const names = bom.components.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(packageJson.dependencies), 'lit', 'lit-html', 'chart.js']),
    );
    const tools = Object.keys(packageJson.devDependencies);
    expect(names.filter((name) => tools.includes(name))).toEqual([]);
    for (const component of bom.components) {
      expect(component).toMatchObject({
        scope: 'required',
        version: expect.any(String) as string,
        hashes: expect.any(Array) as unknown,
        licenses: expect.any(Array) as unknown,
      });
    }
  });

  test('is the same for the same lockfile, and names no address of a registry', async () => {
    const [first, second] = [join(folder, 'first.json'), join(folder, 'second.json')];
    const packages = Object.keys(packageJson.dependencies);
    await writeSbom(first, packages);
    await writeSbom(second, packages);
    const text = readFileSync(first, 'utf8');
    expect(readFileSync(second, 'utf8')).toBe(text);
    expect(text.match(/https?:\/\/[^/"]+/g)).toEqual(['http://cyclonedx.org']);
  });

  test('of the npm package names what its scripts hold', async () => {
    const names = read(join(await ensurePackage(), 'sbom.cdx.json')).components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['lit', 'chart.js']));
    expect(names).not.toContain('ws');
  });
});
