import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from './subscriber.ts';

/** All metrics of the agent at `port`, in its order. */
export async function metricNames(port: number): Promise<string[]> {
  let names: string[] = [];
  const socket = await connect(port, (frame) => {
    const { type, series = [] } = JSON.parse(frame.toString()) as {
      type: string;
      series?: { name: string }[];
    };
    if (type === 'subscribed') names = series.map(({ name }) => name);
  });
  socket.send(JSON.stringify({ action: 'subscribe', metrics: ['*'] }));
  while (names.length === 0) await sleep(5);
  socket.terminate();
  return names;
}
