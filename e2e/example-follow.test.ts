import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

it('the example tells what the agent says when it refuses a connection, and does not try again at once', async () => {
  const error = 'Too many wrong tokens have come from ::1: wait';
  const body = JSON.stringify({ error, code: 'too_many_attempts' });
  let attempts = 0;
  // The server takes no upgrades, and so answers as to any request.
  const server = createServer((_request, response) => {
    attempts += 1;
    response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '33', Connection: 'close' });
    response.end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const example = follow(`http://127.0.0.1:${port}`);
  try {
    await expect.poll(() => example.errors).toContain(`reconnecting: ${error}\n`);
    expect(attempts).toBe(1);
    expect(example.child.exitCode).toBe(null);
  } finally {
    example.child.kill('SIGKILL');
    server.close();
  }
});

it('the example ends with 1 if its token is wrong, or the address is none of HTTP', async () => {
  const agent = await startAgent({ env: { METRICS_PANEL_TOKEN: 'correct-horse-battery-staple' } });
  try {
    const refused = follow(agent.url, 'wrong');
    expect(await once(refused.child, 'exit')).toEqual([1, null]);
    expect(refused.errors).toMatch(/^error: .*token/im);
    const lost = follow('localhost:8080');
    expect(await once(lost.child, 'exit')).toEqual([1, null]);
    expect(lost.errors).toMatch(/^usage: /);
  } finally {
    await agent.kill();
  }
});

function follow(url: string, token = ''): { readonly child: ChildProcess; readonly errors: string } {
  const { METRICS_PANEL_TOKEN: _token, ...env } = process.env;
  if (token !== '') env['METRICS_PANEL_TOKEN'] = token;
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/follow.ts', url, 'cpu'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return {
    child,
    get errors() {
      return errors;
    },
  };
}
