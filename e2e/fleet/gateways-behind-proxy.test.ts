import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from '../agent-process.ts';
import { installedProgram, whetherInstalled } from '../installed-program.ts';
import { lastingPort } from '../lasting-port.ts';
import { startFleetServer, type FleetServer } from './fleet-server.ts';
import { natsProgram, tellLogOfFailures, whetherNats } from './nats-server.ts';

const TOKEN = 'the-same-for-all-gateways-0123456789';
/** As in docs/deployment.md. */
const DOCUMENTED = /```nginx\n(upstream gateways \{[^]*?\n\})\n```/;
const isMissing = natsProgram === undefined || installedProgram('nginx') === undefined;

interface Position {
  readonly epoch: string;
  readonly seq: number;
}
interface Health {
  readonly hosts: { readonly up: number };
  readonly watched: number;
}
type Message = Readonly<Record<string, unknown>>;

describe.skipIf(isMissing)(`gateways behind nginx${whetherNats}${whetherInstalled('nginx')}`, () => {
  let folder: string;
  let fleet: FleetServer;
  let nginx: ChildProcess;
  let port: number;
  let gateways: readonly AgentProcess[];
  let agent: AgentProcess;

  const startGateway = (): Promise<AgentProcess> =>
    startAgent({
      program: [AGENT_PROGRAM, 'gateway'],
      args: [
        ['--from', fleet.url, '--nats-credentials', fleet.keyOf('gateway')],
        ['--trusted-proxy', '127.0.0.1'],
      ].flat(),
      env: { METRICS_PANEL_TOKEN: TOKEN },
    });

  /** Follows the processor of `web-1`, from a position on if there is one, and takes the numbers of its samples until the connection ends. */
  const follow = async (
    since: Position | undefined,
    takes: (position: Position) => void,
  ): Promise<WebSocket> => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/metrics`, 'metrics-panel.v1');
    socket.on('error', () => {});
    let epoch = '';
    const take = (message: Message): void => {
      if (message['type'] === 'auth_success')
        socket.send(
          JSON.stringify({
            action: 'subscribe',
            sub: 'x',
            host: 'web-1',
            metrics: ['cpu'],
            ...(since === undefined ? {} : { since }),
          }),
        );
      else if (message['type'] === 'subscribed') epoch = String(message['epoch']);
      else if (message['type'] === 'metrics') takes({ epoch, seq: Number(message['seq']) });
      else if (message['type'] === 'batch') for (const one of message['messages'] as Message[]) take(one);
    };
    socket.on('message', (data: Buffer) => take(JSON.parse(data.toString()) as Message));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'auth', token: TOKEN })));
    await Promise.race([once(socket, 'open'), once(socket, 'close')]);
    return socket;
  };

  const healthOf = async ({ url }: AgentProcess): Promise<Health> => {
    const response = await fetch(`${url}healthz`, { headers: { authorization: `Bearer ${TOKEN}` } });
    return ((await response.json()) as { readonly gateway: Health }).gateway;
  };
  const statusBehindProxy = (): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      (response) => response.status,
      () => 0,
    );

  tellLogOfFailures(() => fleet.server);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gateways-'));
    fleet = await startFleetServer(['web-1']);
    gateways = await Promise.all([startGateway(), startGateway()]);
    agent = await startAgent({
      args: [
        ['--publish', fleet.url, '--publish-as', 'web-1', '--interval', '200'],
        ['--nats-credentials', fleet.keyOf('host-web-1')],
      ].flat(),
    });
    port = await lastingPort('origin');
    const text = readFileSync(new URL('../../docs/deployment.md', import.meta.url), 'utf8');
    const upstream = [0, 1].reduce(
      (block, at) => block.replace(`10.0.0.1${at + 1}:8080`, `127.0.0.1:${gateways[at]?.port}`),
      DOCUMENTED.exec(text)?.[1] ?? '',
    );
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; pid ${join(folder, 'pid')}; error_log stderr;
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      events {}
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ')}
        ${upstream}
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass http://gateways/;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
          }
        }
      }`,
    );
    nginx = spawn(installedProgram('nginx') ?? '', ['-p', folder, '-e', 'stderr', '-c', file], {
      stdio: 'ignore',
    });
  });
  afterEach(async () => {
    const ended = once(nginx, 'exit');
    nginx.kill();
    await Promise.all([ended, agent.kill(), ...gateways.map((one) => one.kill('SIGKILL'))]);
    await fleet.end();
    rmSync(folder, { recursive: true });
  });

  it('of which one is killed lose no sample of a viewer', async () => {
    await expect.poll(statusBehindProxy).toBe(200);
    for (const one of gateways) await expect.poll(async () => (await healthOf(one)).hosts.up).toBe(1);
    const taken: Position[] = [];
    const takes = (position: Position): void => void taken.push(position);
    let socket = await follow(undefined, takes);
    await expect.poll(() => taken.length).toBeGreaterThan(5);
    const watched = await Promise.all(gateways.map(async (one) => (await healthOf(one)).watched));
    expect([
      [0, 1],
      [1, 0],
    ]).toContainEqual(watched);
    const closed = once(socket, 'close');
    await gateways[watched.indexOf(1)]?.kill('SIGKILL');
    await closed;
    const before = taken.length;
    socket = await follow(taken.at(-1), takes);
    await expect.poll(() => taken.length).toBeGreaterThan(before + 5);
    socket.close();
    const [first] = taken;
    expect(taken).toEqual(
      taken.map((_, at) => ({ epoch: first?.epoch, seq: (first?.seq ?? Number.NaN) + at })),
    );
  });
});
