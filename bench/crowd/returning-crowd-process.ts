/** Viewers of the agent that come back where they were, or of a bare ws server that come back with nothing. */
import { serveCommands } from '../processes/worker.ts';
import { quantile, max } from '../measure/statistics.ts';
import { DIALECTS, type Kind, type Subscription } from './dialects.ts';
import { ReturningViewer, sumOf, type Findings } from './returning-viewer.ts';
import { SlimSocket } from './slim-socket.ts';

export interface Storm {
  /** From the moment at which all dialled until a viewer had a sample, ms. */
  readonly medianMs: number;
  readonly lastMs: number;
}

export type ReturningCrowdCommands = {
  /** Settles when so many more have a sample. */
  connect: (order: {
    readonly port: number;
    readonly count: number;
    readonly subscription: Subscription;
  }) => Promise<void>;
  /** All are cut in the same moment. */
  drop: () => void;
  /** All dial in the same moment, without jitter. */
  comeBack: () => Promise<Storm>;
  /** Asks for all that `gap`s said would not come; returns by how many samples that were. */
  fetchUntold: () => number;
  findings: () => Findings;
  /** How long each sample since the last call was on its way, ms. */
  delays: () => number[];
};

interface Viewer {
  connect(): Promise<void>;
  drop(): void;
}

const DIALS_AT_ONCE = 100;

const kind = process.argv[2] as Kind;
const viewers: Viewer[] = [];
let delays: number[] = [];

serveCommands({
  async connect({ port, count, subscription }) {
    let left = count;
    const dialInTurn = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const viewer =
          kind === 'agent' ? new ReturningViewer(port, subscription, measureDelay) : bareViewer(port);
        viewers.push(viewer);
        await viewer.connect();
      }
    };
    await Promise.all(Array.from({ length: DIALS_AT_ONCE }, dialInTurn));
  },
  drop: () => {
    for (const viewer of viewers) viewer.drop();
  },
  async comeBack() {
    const startMs = performance.now();
    const waitedMs = await Promise.all(
      viewers.map(async (viewer) => {
        await viewer.connect();
        return performance.now() - startMs;
      }),
    );
    return { medianMs: quantile(waitedMs, 0.5), lastMs: max(waitedMs) };
  },
  fetchUntold: () => {
    let samples = 0;
    for (const { untold, viewer } of returning().map((one) => ({ untold: one.untold, viewer: one }))) {
      const [first] = untold;
      if (first === undefined) continue;
      samples += untold.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      viewer.rewind(first.from - 1);
    }
    return samples;
  },
  findings: () => sumOf(returning().map(({ findings }) => findings)),
  delays: () => {
    const found = delays;
    delays = [];
    return found;
  },
} satisfies ReturningCrowdCommands);

function returning(): ReturningViewer[] {
  return viewers.filter((viewer) => viewer instanceof ReturningViewer);
}

function measureDelay(timestampMs: number): void {
  delays.push(performance.timeOrigin + performance.now() - timestampMs);
}

/** Has what it wants with the first message. */
function bareViewer(port: number): Viewer {
  let socket: SlimSocket | undefined;
  return {
    connect: () =>
      new Promise((resolve) => {
        const { path } = DIALECTS.ws;
        socket = new SlimSocket({ port, path, opened: () => {}, text: () => resolve(), closed: () => {} });
      }),
    drop: () => socket?.destroy(),
  };
}
