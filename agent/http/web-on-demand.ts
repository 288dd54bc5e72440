import { isOutOfFiles } from '../system-error.ts';
import type { openWeb, Web, WebOptions } from './web.ts';

export type LoadWeb = () => Promise<{ readonly openWeb: typeof openWeb }>;

const CHANGED = {
  status: 500,
  sentence: 'the files of the program have changed since the agent was started, so start it again',
};
const OUT_OF_FILES = {
  status: 503,
  sentence:
    'the agent has as many files open as it may, so raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service)',
};

export interface WebOnDemand extends Web {
  /** Loads it ahead; errors are reported with the first request. */
  loadNow(): Promise<void>;
}

/** Loads `web.ts` with the first request, and again if that fails. */
export function webOnDemand(options: WebOptions, load: LoadWeb = () => import('./web.ts')): WebOnDemand {
  let loading: Promise<Web> | undefined;
  const open = async (): Promise<Web> => {
    const module = await load();
    return module.openWeb(options);
  };
  return {
    loadNow: async () => {
      await (loading ??= open()).catch(() => (loading = undefined));
    },
    respond: async (request, response) => {
      let web: Web;
      try {
        web = await (loading ??= open());
      } catch (error) {
        loading = undefined;
        const why = isOutOfFiles(error) ? OUT_OF_FILES : CHANGED;
        options.log.error({ err: error }, `The dashboard cannot be loaded: ${why.sentence}`);
        response.writeHead(why.status, {
          'Content-Type': 'text/plain; charset=utf-8',
          'Cache-Control': 'no-store',
        });
        response.end(`The dashboard cannot be loaded: ${why.sentence}.\n`);
        return;
      }
      await web.respond(request, response);
    },
    stop: async () => {
      const web = await loading?.catch(() => undefined);
      await web?.stop();
    },
  };
}
