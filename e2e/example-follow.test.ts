import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startAgent } from './agent-process.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

it('the example names metrics that the agent does not show, and follows the others', async () => {
  const agent = await startAgent({ args: ['--interval', '100'] });
  const example = spawn(
    process.execPath,
    ['--import', 'tsx', 'examples/follow.ts', agent.url, 'cpu', 'cpuu', 'x*'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  example.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  example.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  try {
    await expect.poll(() => output).toMatch(/^\S+Z cpu=[\d.]+$/m);
    expect(errors).toContain('\nnot shown by this agent: cpuu, x*\n');
  } finally {
    example.kill('SIGKILL');
    await agent.kill();
  }
});

it('the example follows an agent from Node, also after a restart, and reports missing samples', async () => {
  const args = ['--interval', '100'];
  let agent = await startAgent({ args });
  const example = spawn(
    process.execPath,
    ['--import', 'tsx', 'examples/follow.ts', agent.url, 'cpu', 'memory*'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [example.stdout, example.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  try {
    const line = /^\S+Z cpu=[\d.]+ memory=[\d.]+ memory\.used=\d+/gm;
    await expect.poll(() => output.match(line)?.length).toBeGreaterThan(3);
    await agent.kill('SIGKILL');
    agent = await startAgent({ args, port: agent.port });
    await expect.poll(() => output).toMatch(/Z … \S+Z missing: agent_restart\n.+cpu=/);
    expect(output).toMatch(/^connected\n[^]*^reconnecting: .+\n[^]*^connected\n/m);
    example.kill('SIGINT');
    expect(await once(example, 'exit')).toEqual([0, null]);
  } finally {
    example.kill('SIGKILL');
    await agent.kill();
  }
});
