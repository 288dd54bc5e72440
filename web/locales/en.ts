/** A formatted count, and the grammatical number that it takes (`one`, `other`, …). */
export interface Counted {
  readonly text: string;
  readonly plural: Intl.LDMLPluralRule;
}

const NONE: Readonly<Record<string, string>> = {};

/** Every text that people see or hear. All other languages have the same shape. */
export const en = {
  badge: {
    connecting: 'Connecting',
    connected: 'Connected',
    silent: 'No samples',
    catchingUp: 'Catching up',
    hostDown: 'Host down',
    hostUnknown: 'Host unknown',
    reconnecting: 'Reconnecting',
    disconnected: 'Disconnected',
    error: 'Error',
    retryIn: (seconds: string) => `in ${seconds} s`,
    silentFor: (duration: string) => `for ${duration}`,
    announcement: (state: string, reason: string) => `${state}: ${reason}`,
    opening: 'Opening a connection to the agent.',
    live: (transport: string) => `Live over ${transport}.`,
    overdue: (transport: string) =>
      `Connected over ${transport}, but the agent sends no samples. Waiting for the next.`,
    elsewhere: 'Connected, but there is nothing new of this host.',
    filling: 'Connected. Waiting for current samples.',
    retrying: (reason: string) => `${reason}. Retrying automatically.`,
    stopped: 'Not connected to an agent.',
    failed: (reason: string) => `${reason}. Not trying again.`,
  },
  notice: {
    invalidSrc: 'Invalid src',
    expectedWindow: 'Expected a number followed by m, h, d or y, like 15m, 24h or 30d',
    expectedSrc: (src: string) => `Expected the address of an agent, like http://HOST:8080, and got “${src}”`,
    refused: 'The agent cannot show this',
    missing: (names: string) => `Not shown here: ${names}`,
    turnedAway: 'The agent refused the connection',
    retrying: (agentUrl: string) => `Retrying ${agentUrl} automatically. Is the agent running there?`,
    noConnection: 'No connection',
    noToken: 'No token',
    nothingFound: 'Nothing found',
    noSuchMetric: (search: string) => `No metric here is called “${search}”`,
  },
  chart: {
    waiting: 'Waiting for the first sample',
    notLoaded: 'The chart could not be loaded. Trying again',
    at: (time: string) => `at ${time}`,
    notKnown: 'not known',
    noneYet: (label: string) => `${label}: no samples yet`,
    noneHere: (label: string) => `${label}: no samples here`,
    now: (label: string, reading: string) => `${label}: ${reading}`,
    stale: (now: string, time: string) => `${now}, not live since ${time}`,
    frozen: (now: string) => `${now}, paused`,
    noticed: (now: string, level: string, notice: string) => `${now}, ${level}: ${notice}`,
    levels: { warning: 'warning', trouble: 'trouble' },
    /** The series of a chart of several. */
    parts: (summary: string, series: string) => `${summary}. ${series}`,
    alone: (label: string) => `Show ${label} alone`,
    samples: ({ text, plural }: Counted) => (plural === 'one' ? `${text} sample` : `${text} samples`),
    /** Points that stand for a step of time each. */
    steps: ({ text, plural }: Counted) => (plural === 'one' ? `${text} point` : `${text} points`),
    within: (now: string, samples: string) => `${now} in ${samples}`,
    range: (now: string, lowest: string, highest: string, samples: string) =>
      `${now}. Lowest ${lowest}, highest ${highest} in ${samples}`,
    missing: (range: string, causes: string) => `${range}. Missing in between: ${causes}`,
    table: (label: string) => `${label} as a table`,
    time: 'Time',
    value: 'Value',
    mean: 'Mean',
    lowest: 'Lowest',
    highest: 'Highest',
    gap: (cause: string, from: string, to: string) => `${cause}, ${from} to ${to}`,
  },
  history: {
    loading: 'Loading the past',
    none: 'This agent keeps no history. These are its newest samples.',
    noneHere:
      'No history of this host is kept here: its own agent may keep one. These are its newest samples.',
    failed: 'The past could not be loaded',
  },
  /** Causes of gaps by the reason that the agent gave; `noSamples` without one. */
  gaps: {
    noSamples: 'No samples',
    agent_restart: 'Agent restarted',
    evicted: 'Too old to recover',
    stall: 'Agent stalled',
    suspend: 'Host was asleep',
    unknown_position: 'Agent lost its place',
    slow: 'This viewer was too slow',
    host_down: 'Host was down',
    clock_step: 'Clock was set forward',
    not_written: 'History could not be written',
  },
  selectedTime: {
    chosen: 'Selected time',
    back: 'Back to live',
    close: 'Close',
    title: (label: string, time: string, reading: string) => `${label} at ${time}: ${reading}`,
    rows: (label: string, rows: string) => `${label}: ${rows}.`,
    noTable: (name: string) => `This agent keeps no table of ${name}.`,
    noRows: (label: string, time: string) => `${label} of ${time} are not known.`,
  },
  table: {
    caption: (label: string, time: string) => `${label} at ${time}`,
    pointed: (caption: string) => `${caption}, where you point`,
    filter: (label: string) => `Filter ${label}`,
    found: (found: Counted, all: Counted) =>
      `${found.text} of ${all.text} ${all.plural === 'one' ? 'row' : 'rows'}`,
  },
  /** Between the items of a list. */
  separator: { list: ', ' },
  /**
   * Labels of metrics by their name. `*` in the name stands for an instance such as an interface, and `{}` in the label for its name:
   * `network.*.receive` may be `{} received`. Default: the agent's label.
   */
  labels: NONE,
  /**
   * Other texts of the agent and of the connection, by their English: subjects, tables, columns, reasons. A prefix limits a text to
   * one place: `state:idle` to the column `state`, `cpu:Core {}` to instances of `cpu`.
   */
  texts: NONE,
  /** The same with a variable part, `{}`: `Unknown metric: {}`. */
  patterns: NONE,
};

/** The texts of one language. Their arguments are formatted already. */
export type Messages = typeof en;
