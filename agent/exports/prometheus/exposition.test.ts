import { describe, expect, it } from 'vitest';
import { counter, gauge, NO_LABELS, type Labels, type MetricFamily } from '../../sampling/raw-values.ts';
import { Exposition, type Format } from './exposition.ts';

const CPU = counter('node_cpu_seconds_total', 's', 'Seconds.');
const LOAD = gauge('node_load1', '1', '1m load average.');
const FAULTS = counter('node_vmstat_pgfault', '1', 'Faults.');

type Series = readonly [MetricFamily, Labels, number];

function written(format: Format, ...series: readonly Series[]): string {
  const exposition = new Exposition(format);
  for (const [family, labels, value] of series) exposition.add({ family, labels, value });
  return exposition.toString();
}

describe('an exposition', () => {
  it('has each family once, with all its series', () => {
    const series: Series[] = [
      [CPU, { cpu: '0' }, 1.5],
      [LOAD, NO_LABELS, 0.25],
      [CPU, { cpu: '1' }, 2],
    ];
    expect(written('text', ...series)).toBe(
      `# HELP node_cpu_seconds_total Seconds.
# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{cpu="0"} 1.5
node_cpu_seconds_total{cpu="1"} 2
# HELP node_load1 1m load average.
# TYPE node_load1 gauge
node_load1 0.25
`,
    );
  });

  it('in OpenMetrics names a counter without _total, tells its unit, and ends with EOF', () => {
    expect(written('openmetrics', [CPU, { cpu: '0' }, 1.5])).toBe(
      `# HELP node_cpu_seconds Seconds.
# TYPE node_cpu_seconds counter
# UNIT node_cpu_seconds seconds
node_cpu_seconds_total{cpu="0"} 1.5
# EOF
`,
    );
    expect(written('openmetrics')).toBe('# EOF\n');
  });

  it('a counter whose name has no _total is of unknown type', () => {
    expect(written('text', [FAULTS, NO_LABELS, 1])).toContain('# TYPE node_vmstat_pgfault untyped\n');
    expect(written('openmetrics', [FAULTS, NO_LABELS, 1])).toContain('# TYPE node_vmstat_pgfault unknown\n');
  });

  it('of two series with the same labels has the first', () => {
    const lone = '\u{D800}';
    expect(written('text', [LOAD, { a: 'x' }, 1], [LOAD, { a: 'x' }, 2])).toContain('{a="x"} 1\n');
    const alike = written('text', [LOAD, { a: lone }, 1], [LOAD, { a: '\u{FFFD}' }, 2]);
    expect(alike.match(/^node_load1/gm)).toHaveLength(1);
  });

  it('escapes what would end a label, a line or a help', () => {
    const help = gauge('a', '1', 'one "two"\n\\ three');
    const labels = { device: 'a"b\\c\nd', emoji: '💾' };
    expect(written('text', [help, labels, 1])).toBe(
      String.raw`# HELP a one "two"\n\\ three` +
        '\n# TYPE a gauge\n' +
        String.raw`a{device="a\"b\\c\nd",emoji="💾"} 1` +
        '\n',
    );
    expect(written('openmetrics', [help, labels, 1])).toContain(String.raw`# HELP a one \"two\"\n\\ three`);
  });

  it.each([
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
    [2 ** 64, '18446744073709552000'],
    [1e21, '1e+21'],
  ])('writes %s as %s', (value, text) => {
    expect(written('text', [LOAD, NO_LABELS, value])).toContain(`node_load1 ${text}\n`);
  });

  it('leaves out a counter that is not a number or negative, and a family without series', () => {
    expect(written('openmetrics', [CPU, NO_LABELS, Number.NaN], [CPU, { cpu: '1' }, -1])).toBe('# EOF\n');
  });

  it('names a family by what is allowed in names', () => {
    expect(written('text', [gauge('node_memory_Größe 1', '1', ''), NO_LABELS, 1])).toContain(
      'node_memory_Gr__e_1 1\n',
    );
    expect(written('text', [gauge('1a', '1', ''), NO_LABELS, 1])).toContain('\n_1a 1\n');
  });
});
