import type { openWeb, Web, WebOptions } from './web.ts';

export type LoadWeb = () => Promise<{ readonly openWeb: typeof openWeb }>;

/** `web.ts`, loaded with the first request. */
export function webOnDemand(options: WebOptions, load: LoadWeb = () => import('./web.ts')): Web {
  let loading: Promise<Web> | undefined;
  const open = async (): Promise<Web> => {
    const module = await load();
    return module.openWeb(options);
  };
  return {
    respond: async (request, response) => {
      let web: Web;
      try {
        web = await (loading ??= open());
      } catch (error) {
        loading = undefined;
        options.log.error(
          { err: error },
          'The dashboard cannot be loaded: the files of the program have changed since the agent was started, so start it again',
        );
        response.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
        response.end('The files of the program have changed since the agent was started: start it again.\n');
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
