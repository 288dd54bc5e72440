import type { FleetKind } from './fleet.ts';
import { FleetAgent } from './fleet-agent.ts';
import { Viewer } from './viewer.ts';

/** Viewers connect to the agent itself. */
export const localFleet: FleetKind = {
  name: 'local',
  skipped: '',
  async start(test, options) {
    const agent = await FleetAgent.start(test, options);
    const viewer = await Viewer.open(agent.url, { hosts: ['*'] });
    const [first] = viewer.welcome.hosts;
    viewer.close();
    if (first === undefined) throw new Error('no host');
    return { url: agent.url, host: first.id, agent, link: null };
  },
};
