/** What any gateway has to do at least: takes the samples of some hosts from the broker and parses them. */
import { connect } from '@nats-io/transport-node';
import { subjectsOf } from '../../agent/nats/subjects.ts';
import { serveCommands } from '../harness/worker.ts';

export type BareCommands = {
  follow: (order: { readonly servers: string; readonly hosts: readonly string[] }) => Promise<void>;
  count: () => number;
};

let count = 0;

serveCommands({
  async follow({ servers, hosts }) {
    const nc = await connect({ servers });
    for (const host of hosts) {
      nc.subscribe(subjectsOf(host).live, {
        callback: (_error, message) => {
          message.json();
          count += 1;
        },
      });
    }
    await nc.flush();
  },
  count: () => count,
} satisfies BareCommands);
