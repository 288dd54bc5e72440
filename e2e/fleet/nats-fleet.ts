import { startGateway } from '../../agent/gateway.ts';
import { DEFAULTS } from '../../agent/config.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { FleetAgent } from './fleet-agent.ts';
import { makeStreams } from './fleet-processes.ts';
import type { FleetKind } from './fleet.ts';
import { NatsServer, whetherNats } from './nats-server.ts';
import { findsHost } from './finds-host.ts';

const HOST = 'host-a';

/** The agent publishes to NATS; viewers connect to a gateway. */
export const natsFleet: FleetKind = {
  name: 'nats',
  skipped: whetherNats,
  async start(test, { config = {}, clock } = {}) {
    const server = await NatsServer.start();
    test.onTestFinished(() => server.end());
    await makeStreams(server.url);
    const link = await FaultProxy.start(`http://127.0.0.1:${server.port}/`);
    test.onTestFinished(() => link.stop());
    const publish = { servers: [server.url], credentialsFile: null, caFile: null, name: HOST };
    const agent = await FleetAgent.start(test, { config: { ...config, publish }, clock });
    const nats = { servers: [`nats://${new URL(link.url).host}`], credentialsFile: null, caFile: null };
    const { log } = capturedLog();
    const gateway = await startGateway({ ...DEFAULTS, port: 0, nats, historyHosts: [] }, log);
    test.onTestFinished(() => gateway.stop());
    await findsHost(gateway.url, HOST);
    return { url: gateway.url, host: HOST, agent, link };
  },
};
