import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../agent/testing/http-request.ts';
import { version } from '../package.json' with { type: 'json' };
import { diagnose } from '../tools/asyncapi/parser.mjs';
import { ToolError } from '../tools/lib/programs.mjs';
import { startAgent, type AgentProcess } from './agent-process.ts';

describe('the AsyncAPI document of an agent', () => {
  let agent: AgentProcess;

  beforeAll(async () => {
    agent = await startAgent({ env: { METRICS_PANEL_TOKEN: 'secret' } });
  });
  afterAll(() => agent.kill());

  it('is served as the other files, to everybody, for its version', async () => {
    const { status, headers, body } = await ask(agent.port, '/asyncapi.json');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
    });
    expect(JSON.parse(body.toString())).toMatchObject({ asyncapi: '3.0.0', info: { version } });

    const packed = await ask(agent.port, '/asyncapi.json', { headers: { 'Accept-Encoding': 'br' } });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(packed.body.length).toBeLessThan(body.length / 4);
    const again = { headers: { 'If-None-Match': headers.etag ?? '' } };
    expect((await ask(agent.port, '/asyncapi.json', again)).status).toBe(304);
  });

  it('has neither error nor warning for the parser of AsyncAPI', { timeout: 180_000 }, async ({ skip }) => {
    const { body } = await ask(agent.port, '/asyncapi.json');
    try {
      // Tools know 3.0 better than 3.1, of which nothing is needed here.
      const found = (await diagnose(body.toString())).filter(
        ({ code }) => code !== 'asyncapi-latest-version',
      );
      expect(found).toEqual([]);
    } catch (error) {
      if (!(error instanceof ToolError) || process.env['ASYNCAPI_TESTS'] === 'required') throw error;
      skip('The parser of AsyncAPI is not installed and cannot be: the registry of npm does not answer.');
    }
  });
});
