import { startAgent } from '../../agent/agent.ts';
import { DEFAULTS } from '../../agent/config.ts';
import { capturedLog } from '../../agent/testing/captured-log.ts';
import { fakeCollector } from '../../agent/testing/fake-collector.ts';
import { FaultProxy } from '../faults/fault-proxy.ts';
import { findsHost } from './finds-host.ts';
import { FleetAgent } from './fleet-agent.ts';
import type { FleetKind } from './fleet.ts';
import { Viewer } from './viewer.ts';

/** Viewers connect to another agent, which relays the one that samples. */
export const relayFleet: FleetKind = {
  name: 'relay',
  skipped: '',
  async start(test, options) {
    const agent = await FleetAgent.start(test, options);
    const link = await FaultProxy.start(agent.url);
    test.onTestFinished(() => link.stop());
    const relay = { urls: [link.url], tokensFile: null, caFile: null };
    const { log } = capturedLog();
    const collectors = [fakeCollector('own', async () => 1)];
    const server = await startAgent({ ...DEFAULTS, port: 0, relay }, log, { collectors });
    test.onTestFinished(() => server.stop());
    const viewer = await Viewer.open(server.url);
    const [own] = viewer.welcome.hosts;
    viewer.close();
    return { url: server.url, host: await findsHost(server.url, undefined, own?.id), agent, link };
  },
};
