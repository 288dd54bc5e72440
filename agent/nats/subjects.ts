/** Streams of JetStream. */
export const LOG_STREAM = 'METRICS';
export const ABOUT_STREAM = 'METRICS_HOSTS';

/** What a host can be asked, as requests. */
export const QUESTIONS = ['replay', 'about', 'rate'] as const;
export type Question = (typeof QUESTIONS)[number];

/** The subjects of one host, by the name that is its part of them. */
export interface Subjects {
  /** Each sample, as core messages. */
  readonly live: string;
  /** Batches of samples, kept in `LOG_STREAM`. */
  readonly log: string;
  /** Who it is and what it measures, the last one kept in `ABOUT_STREAM`. */
  readonly about: string;
  /** That it is there, and its summary, as core messages. */
  readonly beat: string;
  /** Runs that publish under this name tell each other. Not for gateways, which could silence a host. */
  readonly run: string;
  /** @param question `>` for all of them */
  readonly ask: (question: Question | '>') => string;
}

/** @param name a host's, or `*` for all hosts */
export function subjectsOf(name: string): Subjects {
  return {
    live: `metrics.${name}.live`,
    log: `metrics.${name}.log`,
    about: `metrics.${name}.about`,
    beat: `metrics.${name}.beat`,
    run: `metrics.${name}.run`,
    ask: (question) => `metrics.${name}.ask.${question}`,
  };
}

/** The host's part of a subject; `undefined` if it is none of ours. */
export function nameIn(subject: string): string | undefined {
  return /^metrics\.([\w-]{1,64})\.[\w.]+$/.exec(subject)?.[1];
}
