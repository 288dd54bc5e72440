import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { inRepo } from '../paths.mjs';

/** Puts `asyncapi.json` beside the dashboard, so that an agent describes what it speaks. Nothing of it is loaded before a build. */
export function asyncApi(version: string): Plugin {
  return {
    name: 'asyncapi',
    apply: 'build',
    applyToEnvironment: ({ name }) => name === 'client',
    async generateBundle() {
      const { asyncApiDocument } = await import('./document.ts');
      const document = asyncApiDocument(version, await readFile(inRepo('docs', 'protocol.md'), 'utf8'));
      this.emitFile({ type: 'asset', fileName: 'asyncapi.json', source: JSON.stringify(document) });
    },
  };
}
