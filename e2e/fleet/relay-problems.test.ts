import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../agent/testing/self-signed.ts';
import type { AgentProcess } from '../agent-process.ts';
import { until } from '../faults/fast-time.ts';
import { lastingPort } from '../lasting-port.ts';
import {
  eventually,
  idOf,
  OWN_ID,
  relaysOf,
  RelayWorld,
  sentencesOf,
  stateOf,
  statusOf,
} from './relay-agents.ts';

/** On a busy machine, an agent takes long to start, and those who look for it look less and less often. */
const PATIENCE = { timeout: 180_000 };

/** Waits until the relay has said why it cannot show the host of its only far agent. */
async function problemOf(relay: AgentProcess): Promise<string> {
  await eventually('a reason', async () => (await relaysOf(relay))[0]?.reason !== undefined);
  await until('a sentence in the log', () => warningsOf(relay).length > 0);
  return (await relaysOf(relay))[0]?.reason ?? '';
}

function warningsOf(relay: AgentProcess): string[] {
  return sentencesOf(relay, 'warn').filter((sentence) =>
    /The (?:agents? (?:at|of)|token for) /.test(sentence),
  );
}

/** Its own host is served as if nothing were amiss. */
async function expectAlive(world: RelayWorld, relay: AgentProcess): Promise<void> {
  const own = world.follow(relay.url, OWN_ID);
  await own.more(2);
}

async function shows(world: RelayWorld, relay: AgentProcess, id: string): Promise<void> {
  await eventually('the host', async () => (await relaysOf(relay))[0]?.hosts.includes(id) === true);
  const follower = world.follow(relay.url, id);
  await follower.more(3);
  expect(stateOf(follower, id)).toBe('up');
}

describe.concurrent('an agent whose token is not accepted', () => {
  const TOKEN = 'the-right-token-of-the-far-agent';
  const env = { METRICS_PANEL_TOKEN: TOKEN };

  it('is told of once, and shown as soon as the file has the right one', PATIENCE, async (context) => {
    const world = RelayWorld.make(context);
    const far = await world.far({ env });
    const tokens = world.file('tokens', `# of the far agent\n${far.url.slice(0, -1)} a-wrong-token\n`);
    const relay = await world.relay([far.url], { args: ['--relay-tokens', tokens] });
    expect(await problemOf(relay)).toBe(
      'its token is refused: correct its line in the file of --relay-tokens',
    );
    expect(warningsOf(relay)).toEqual([
      `The token for ${far.url} is refused: correct its line in the file of --relay-tokens. Trying again`,
    ]);
    const standIn = world.follow(relay.url, OWN_ID);
    const id = new URL(far.url).host;
    await until('a host for it', () => statusOf(standIn, id) !== undefined);
    expect(statusOf(standIn, id)).toEqual({
      state: 'unknown',
      sinceMs: null,
      reason: `its token was refused: correct the line for ${far.url} in tokens`,
    });
    await expectAlive(world, relay);
    writeFileSync(tokens, `https://other:8080 something-else\n${far.url} ${TOKEN}\n`);
    await shows(world, relay, idOf(far.url));
    expect(warningsOf(relay)).toHaveLength(1);
    expect(JSON.stringify([relay.log, await relaysOf(relay)])).not.toContain('-token-of');
  });

  it('leaves its host unknown, not down, while it may well be up', PATIENCE, async (context) => {
    const world = RelayWorld.make(context);
    const far = await world.far({ env });
    const tokens = world.file('tokens', `${far.url} ${TOKEN}`);
    const relay = await world.relay([far.url], { args: ['--relay-tokens', tokens] });
    const id = idOf(far.url);
    const follower = world.follow(relay.url, id);
    await follower.more(3);
    writeFileSync(tokens, `${far.url} another-token`);
    await far.kill();
    await world.far({ env, port: far.port });
    await until('unknown', () => stateOf(follower, id) === 'unknown', 120_000);
    expect(statusOf(follower, id)?.reason).toMatch(/authentication failed|token/i);
  });

  it(
    'is asked for one if there is none, and told which line of the file is none',
    PATIENCE,
    async (context) => {
      const world = RelayWorld.make(context);
      const far = await world.far({ env });
      const relay = await world.relay([far.url]);
      expect(await problemOf(relay)).toContain('asks for a token');
      const other = await world.relay([far.url], {
        args: ['--relay-tokens', world.file('tokens', '# tokens\nsecret-alone\n')],
      });
      expect(await problemOf(other)).toBe(
        `Line 2 of ${join(world.folder, 'tokens')} is not an address and a token with a space between them`,
      );
    },
  );
});

it.concurrent(
  'tells at once of a file with tokens that is not there, in one sentence, and goes on',
  PATIENCE,
  async (context) => {
    const world = RelayWorld.make(context);
    const far = await world.far();
    const tokens = join(world.folder, 'tokens');
    const relay = await world.relay([far.url, 'http://127.0.0.1:9/'], { args: ['--relay-tokens', tokens] });
    expect(warningsOf(relay)).toEqual([
      `The agents of --relay are not asked for their hosts: ${tokens} cannot be read (ENOENT). Trying again`,
    ]);
    await expectAlive(world, relay);
    world.file('tokens', '# none');
    await shows(world, relay, idOf(far.url));
  },
);

describe.concurrent('an agent with a certificate of its own authority', () => {
  it('is shown with that in a file, and else told of', PATIENCE, async (context) => {
    const world = RelayWorld.make(context);
    const { cert, key } = selfSigned('far');
    const certFile = world.file('cert.pem', cert);
    const far = await world.far({ args: ['--tls-cert', certFile, '--tls-key', world.file('key.pem', key)] });
    expect(far.url).toMatch(/^https:/);
    const without = await world.relay([far.url]);
    expect(await problemOf(without)).toMatch(
      /^its certificate is not trusted here: name its authority with --relay-ca/,
    );
    const wrong = await world.relay([far.url], {
      args: ['--relay-ca', world.file('other.pem', selfSigned('other').cert)],
    });
    expect(await problemOf(wrong)).toContain('not trusted');
    const relay = await world.relay([far.url], { args: ['--relay-ca', certFile] });
    await shows(world, relay, idOf(far.url));
  });
});

describe.concurrent('an address where no agent is', () => {
  it.for([
    [
      'another server',
      (): Server => createServer((_request, response) => response.writeHead(404).end('nothing')),
    ],
    [
      'something that does not speak HTTP',
      () =>
        createTcpServer((socket) =>
          socket
            .on('error', () => {})
            .resume()
            .end('220 smtp\r\n'),
        ),
    ],
  ] as const)('is told of once: %s', PATIENCE, async ([_what, create], context) => {
    const world = RelayWorld.make(context);
    const server = create();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    world.onEnd(() => new Promise((resolve) => server.close(resolve)));
    const relay = await world.relay([`http://127.0.0.1:${(server.address() as AddressInfo).port}/`]);
    expect(await problemOf(relay)).not.toBe('');
    await expectAlive(world, relay);
    expect(warningsOf(relay)).toHaveLength(1);
  });

  it('is told of, and shown when an agent begins to listen there', PATIENCE, async (context) => {
    const world = RelayWorld.make(context);
    const port = await lastingPort('agent');
    const address = `http://127.0.0.1:${port}/`;
    const relay = await world.relay([address]);
    expect(await problemOf(relay)).toContain('nothing listens there');
    const id = new URL(address).host;
    const standIn = world.follow(relay.url, id);
    await until('it is down', () => stateOf(standIn, id) === 'down');
    expect(statusOf(standIn, id)?.reason).toBe('the connection was refused: nothing listens there');
    standIn.client.stop();
    await world.far({ port });
    await shows(world, relay, idOf(address));
    const viewer = world.follow(relay.url, OWN_ID);
    await viewer.more(1);
    expect(viewer.client.welcome?.hosts.map((host) => host.id)).toEqual([OWN_ID, idOf(address)]);
    expect(warningsOf(relay)).toHaveLength(1);
  });
});
