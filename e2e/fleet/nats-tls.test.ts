import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ended } from '../../agent/testing/token-program.ts';
import { AGENT_PROGRAM, startAgent, type AgentProcess } from '../agent-process.ts';
import { startFleetServer, type FleetServer } from './fleet-server.ts';
import { natsProgram, tellLogOfFailures, whetherNats } from './nats-server.ts';

interface Health {
  readonly gateway: {
    readonly broker: { readonly state: string };
    readonly hosts: { readonly up: number };
  };
}

describe.skipIf(natsProgram === undefined)(
  `a NATS server with a certificate of one's own${whetherNats}`,
  () => {
    let fleet: FleetServer;
    const processes: AgentProcess[] = [];

    const started = async (...options: Parameters<typeof startAgent>): Promise<AgentProcess> => {
      const one = await startAgent(...options);
      processes.push(one);
      return one;
    };
    const startGateway = (...args: readonly string[]): Promise<AgentProcess> =>
      started({
        program: [AGENT_PROGRAM, 'gateway'],
        args: ['--from', fleet.url, '--nats-credentials', fleet.keyOf('gateway'), ...args],
      });
    const publish = (...args: readonly string[]): Promise<AgentProcess> =>
      started({
        args: [
          ['--publish', fleet.url, '--publish-as', 'web-1'],
          ['--nats-credentials', fleet.keyOf('host-web-1')],
          args,
        ].flat(),
      });
    const healthOf = async ({ url }: AgentProcess): Promise<Health['gateway']> => {
      const response = await fetch(`${url}healthz`);
      return ((await response.json()) as Health).gateway;
    };
    const messages = ({ log }: AgentProcess): string =>
      log.map((entry) => (entry as { readonly msg?: string }).msg ?? '').join('\n');

    tellLogOfFailures(() => fleet.server);
    beforeAll(async () => {
      fleet = await startFleetServer(['web-1'], { isTls: true });
    });
    afterEach(async () => {
      await Promise.all(processes.splice(0).map((one) => one.kill()));
    });
    afterAll(async () => {
      await fleet?.end();
    });

    it('carries a host to a gateway that both know the certificate', async () => {
      const ca = fleet.caFile ?? '';
      const gateway = await startGateway('--nats-ca', ca);
      await publish('--nats-ca', ca);
      await expect.poll(async () => (await healthOf(gateway)).hosts.up).toBe(1);
    });

    it('tells in one sentence that a key is that of another user', async () => {
      const ca = ['--nats-ca', fleet.caFile ?? '', '--nats-credentials', fleet.keyOf('host-web-1')];
      const gateway = await startGateway(...ca);
      const agent = await publish('--publish-as', 'web-2', ...ca);
      const warnings = ({ log }: AgentProcess): string[] =>
        (log as { level: number; msg: string }[])
          .filter(({ level, msg }) => level >= 40 && !msg.includes('lacks security fixes'))
          .map(({ msg }) => msg);
      await expect
        .poll(() => warnings(gateway))
        .toEqual([
          'These credentials are not those of a gateway: give its key, gateway.nk, with --nats-credentials',
        ]);
      // The log and what it describes are refused later.
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(warnings(agent)).toEqual([
        'These credentials are not for web-2: give the key of that host with --nats-credentials, or --publish-as the name that the key was made for',
      ]);
      expect(warnings(gateway)).toHaveLength(1);
    });

    it('is not trusted by an agent or a gateway that does not know it, and both say so', async () => {
      const gateway = await startGateway();
      const agent = await publish();
      for (const one of [gateway, agent])
        await expect
          .poll(() => messages(one))
          .toMatch(
            /NATS cannot be reached at tls:\S+ \(its certificate is not signed by a known authority: give its certificate with --nats-ca\): trying again/,
          );
      const init = await ended(
        spawn(process.execPath, [AGENT_PROGRAM, 'nats', 'init', '--from', fleet.url], {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...process.env, METRICS_PANEL_NATS_CREDENTIALS: fleet.keyOf('admin') },
        }),
      );
      expect(init.error).toBe(
        `metrics-panel: The certificate of the server at ${fleet.url} is not signed by a known authority: give its certificate with --nats-ca.\n`,
      );
      expect((await healthOf(gateway)).broker.state).not.toBe('connected');
    });
  },
);
