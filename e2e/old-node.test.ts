import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGENT_PROGRAM } from './agent-process.ts';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  engines: { node: string };
};

/** Exit code and standard error of the built agent under a Node that says it is `version`. */
function runOn(version: string, ...args: string[]): Promise<[unknown, string]> {
  const pretend = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', pretend, AGENT_PROGRAM, ...args], (error, _output, errors) =>
      resolve([error?.code ?? 0, errors]),
    );
  });
}

it.each(['18.20.8', '20.20.2', '22.12.0'])(
  'the agent says in one sentence which Node it needs when Node %s starts it, and ends with 2',
  async (version) => {
    const needed = engines.node.replace('>=', '');
    const sentence = `metrics-panel: This needs Node ${needed} or newer, and Node ${version} runs it.\n`;
    expect(await runOn(version, '--version')).toEqual([2, sentence]);
  },
);

it.each(['22.13.0', '24.0.0'])('the agent runs on Node %s', async (version) => {
  expect(await runOn(version, '--version')).toEqual([0, '']);
});
