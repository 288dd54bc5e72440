import type { Following } from '../../../agent/hosts/host-stream.ts';
import type { FeedListener, FeedPace, FeedStart, HostFeed } from '../../../agent/hosts/host-feed.ts';
import { HostRegistry } from '../../../agent/hosts/host-registry.ts';
import { RemoteHost } from '../../../agent/hosts/remote-host.ts';
import type { SequencedSample } from '../../../agent/store/sample-store.ts';
import { MemoryAgent } from './memory-agent.ts';
import { MemoryNetwork } from './memory-network.ts';
import type { MakeRoute } from './route.ts';
import { serveHosts } from './serve-hosts.ts';

const LATENCY_MS = 5;

/** A server with a copy of the host, filled by a feed that never fails: for what the copy itself does. */
export const directRoute: MakeRoute = ({ clock, network, log }) => {
  // Nobody connects to the agent itself.
  const nowhere = new MemoryNetwork(clock);
  let agent: MemoryAgent | null = null;
  let taken: SequencedSample[] = [];
  const changed = new Set<() => void>();
  const sampled = new Set<(sample: SequencedSample) => void>();

  const feed: HostFeed = {
    open(start: FeedStart, pace: FeedPace, listener: FeedListener) {
      let isOpen = true;
      let following: Following | null = null;
      let epoch = '';
      let last: SequencedSample | undefined;
      const withCatalogue = (sample: SequencedSample): SequencedSample =>
        agent === null ? sample : { ...sample, catalogue: agent.host.catalogue };
      const demand = ({ intervalMs }: FeedPace): void => {
        const before = following;
        const stride = Math.max(1, Math.round(intervalMs / (agent?.host.unitMs ?? 1)));
        following = agent?.host.follow({ stride, backfill: 0, tables: false }) ?? null;
        before?.end();
      };
      let wanted = pace;
      const tell = (sample: SequencedSample): void => {
        if (last?.epoch === sample.epoch && sample.seq <= last.seq) return;
        const told = epoch === sample.epoch ? sample : withCatalogue(sample);
        ({ epoch } = sample);
        last = sample;
        listener.sample(told);
      };
      const begin = (): void => {
        if (!isOpen) return;
        const samples = agent === null ? [] : startOf(taken, start, agent.host.store.oldest);
        if (agent !== null) {
          const { host, catalogue, tables } = agent.host;
          listener.described({ facts: host.facts, catalogue, tables });
        }
        const [first, ...others] = samples;
        last = samples.at(-1);
        epoch = last?.epoch ?? '';
        listener.filled(first === undefined ? [] : [withCatalogue(first), ...others]);
        sampled.add(tell);
        changed.add(restarted);
        demand(wanted);
      };
      const restarted = (): void => {
        demand(wanted);
      };
      const cancel = clock.schedule(begin, LATENCY_MS);
      return {
        setPace: (next) => {
          wanted = next;
          if (sampled.has(tell)) demand(wanted);
        },
        close: () => {
          isOpen = false;
          cancel();
          sampled.delete(tell);
          changed.delete(restarted);
          following?.end();
        },
      };
    },
  };

  return {
    far: null,
    isGridKnown: true,
    startAgent: () => {
      agent = new MemoryAgent(clock, nowhere, log);
      taken = [];
      agent.host.onSample((sample) => {
        taken.push(sample);
        for (const listener of sampled) listener(sample);
      });
      for (const listener of changed) listener();
      return agent;
    },
    startServer: () => {
      const summary = agent?.host.summary;
      if (summary === undefined) throw new Error('no agent');
      const remote = new RemoteHost({ summary, feed, clock });
      const learn = (): void => remote.learn(agent?.host.summary ?? summary);
      changed.add(learn);
      return serveHosts(new HostRegistry([remote]), remote.unitMs, { clock, network }, () => {
        changed.delete(learn);
        remote.stop();
      });
    },
  };
};

function startOf(
  samples: readonly SequencedSample[],
  start: FeedStart,
  oldest: number,
): readonly SequencedSample[] {
  const held = samples.filter(({ seq }) => seq >= oldest);
  if (start === 'everything') return held;
  if ('backfill' in start) return held.slice(-start.backfill);
  const { epoch, seq } = start.since;
  return held[0]?.epoch === epoch ? held.filter((sample) => sample.seq > seq) : held;
}
