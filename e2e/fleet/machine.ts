import type { MetricDescriptor, TableDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Collector, TableRow } from '../../agent/sampling/collector.ts';
import { metric } from '../../agent/testing/fake-collector.ts';

/** Names say whose value it is: each metric counts from a number of its own. */
const APART = 1_000_000;
const TABLE: TableDescriptor = {
  name: 'rows',
  label: 'Rows',
  group: 'test',
  columns: [
    { name: 'number', label: 'Number', unit: 'id' },
    { name: 'text', label: 'Text', unit: 'text' },
  ],
  help: '',
  source: 'test',
};

/** What an agent of a test measures: each value tells of which metric and which sample it is, over all runs of the agent. Things can be plugged in. */
export class Machine {
  #names: readonly string[] = ['m0', 'm1', 'm2'];
  #count = 0;
  /** What the next samples say of `cpu`, for alerts and summaries. */
  cpu = 0;

  plug(name: string): void {
    this.#names = [...this.#names, name];
  }

  unplug(name: string): void {
    this.#names = this.#names.filter((one) => one !== name);
  }

  /** For one run of the agent. */
  collectors(): Collector[] {
    let names: readonly string[] = [];
    let metrics: readonly MetricDescriptor[] = [];
    let rows: readonly TableRow[] | null = null;
    const update = (): void => {
      if (names === this.#names) return;
      names = this.#names;
      metrics = [...names, 'cpu'].map((name) => metric(name));
    };
    update();
    return [
      {
        subject: 'test',
        get metrics() {
          return metrics;
        },
        table: TABLE,
        read: () => {
          update();
          this.#count += 1;
          const count = this.#count;
          rows = [[count, `row ${count}`]];
          return [...names.map((name) => valueOf(name, count)), this.cpu];
        },
        takeRows: () => {
          const taken = rows;
          rows = null;
          return taken;
        },
      },
    ];
  }
}

/** Of `m7` in sample `count` of its machine. */
function valueOf(name: string, count: number): number {
  return Number(name.slice(1)) * APART + count;
}

/** Which sample of the machine these values are of; `null` if they do not belong to these names, or not to one sample. */
export function countIn(names: readonly string[], values: readonly (number | null)[]): number | null {
  const counts = new Set(
    names.flatMap((name, index) => {
      const value = values[index] ?? null;
      // A metric that vanished and came back has no value in between.
      if (name === 'cpu' || value === null) return [];
      return [value - Number(name.slice(1)) * APART];
    }),
  );
  const [count = null] = counts;
  return counts.size === 1 && count !== null && count > 0 && count < APART ? count : null;
}
