import { Hono, type Context } from 'hono';
import type { Logger } from 'pino';
import type { AlertLine } from '../../shared/protocol/messages.ts';
import type { Alert } from '../alerts/alert.ts';
import type { AlertBoard } from '../alerts/alert-board.ts';
import { viewOf } from '../alerts/alert-view.ts';
import type { RuleView } from '../alerts/rules-file.ts';
import { isAllowed, type Grant } from '../auth/grant.ts';
import type { ResolvePeer } from '../auth/peer.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { AlertSink } from '../sinks/alert-sink.ts';
import { readBody, type Environment } from '../transports/http-exchange.ts';
import { readPastQuery, readSilence, type PastQuery } from './alert-requests.ts';
import type { GrantOf } from './authorization.ts';
import { corsHeaders } from './response-headers.ts';

export const ALERTS_PATH = '/alerts';

const MAX_BODY_BYTES = 65_536;
/** Of the routes below `ALERTS_PATH`, by the form of their path. */
const METHODS: readonly (readonly [form: RegExp, methods: readonly string[]])[] = [
  [/^$/, ['GET', 'HEAD']],
  [/^\/silences$/, ['POST']],
  [/^\/silences\/[^/]+$/, ['DELETE']],
  [/^\/rules\/[^/]+$/, ['PUT', 'DELETE']],
  [/^\/channels\/[^/]+\/test$/, ['POST']],
  [/^\/[^/]+\/acknowledge$/, ['POST']],
];

/** What may be asked at a path of alerts; `undefined` if it is none. */
export function alertMethods(path: string): readonly string[] | undefined {
  if (!path.startsWith(ALERTS_PATH)) return undefined;
  return METHODS.find(([form]) => form.test(path.slice(ALERTS_PATH.length)))?.[1];
}

export interface AlertRoutesOptions {
  /** `null` if there are none. */
  readonly alerts: AlertSink | null;
  readonly hosts: HostRegistry;
  /** Path of alerts.yaml. */
  readonly path: string | null;
  readonly grantOf: GrantOf;
  readonly resolvePeer: ResolvePeer;
  readonly wallNow: () => number;
  readonly log: Logger;
}

interface Asking {
  readonly grant: Grant;
  readonly alerts: AlertSink;
}

/** Lists alerts, and changes what may be changed of them. */
export function alertRoutes(options: AlertRoutesOptions): Hono<Environment> {
  const { hosts, log, wallNow } = options;
  const routes = new Hono<Environment>();
  const all = [...new Set(METHODS.flatMap(([, methods]) => methods))];
  routes.use(corsHeaders(all, options.resolvePeer));
  routes.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });

  /** Answers who may not ask. @param isChange whether it changes rules, channels or silences */
  const asking = async (c: Context<Environment>, isChange: boolean): Promise<Asking | Response> => {
    const grant = await options.grantOf(c);
    if (grant === null) return c.notFound();
    if (options.alerts === null)
      return c.json(
        { error: 'This agent has no alerts: start it without --alerts off.', code: 'alerts_off' },
        404,
      );
    if (isChange && !mayWrite(grant)) return refuse(c);
    return { grant, alerts: options.alerts };
  };

  routes.get('/', async (c) => {
    const grant = await options.grantOf(c);
    if (grant === null) return c.notFound();
    const query = readPastQuery(c.req.query(), wallNow());
    if ('error' in query) return c.json(query, 400);
    const stream = query.host === undefined ? undefined : hosts.find(query.host, grant.scope);
    if (query.host !== undefined && stream === undefined)
      return c.json({ error: `There is no host ${query.host}.`, code: 'unknown_host' }, 404);
    if (stream?.isRemote === true) return c.json(toldOf(stream, grant, query));
    const asked = await asking(c, false);
    if (asked instanceof Response) return asked;
    const { alerts } = asked;
    const { fromMs, toMs, limit } = query;
    const host = stream?.host.id;
    const file = await alerts.file();
    const isSeen = (alert: Alert): boolean =>
      isAllowed(grant, { kind: 'alert', host: alert.host, metric: alert.metric });
    const past = alerts.past({ fromMs, toMs }, host, MAX_FOUND).filter(isSeen);
    const shown = host ?? hosts.first(grant.scope)?.host.id;
    const lines = shown === undefined ? [] : linesSeen(alerts.board, shown, grant);
    const seesSettings = isAllowed(grant, { kind: 'alertSettings' });
    return c.json({
      alerts: past.slice(0, limit).map(viewOf),
      more: past.length > limit,
      lines,
      silences: seesSettings ? alerts.silences : [],
      channels: seesSettings
        ? file.settings.channels.map(({ name, type }) => ({
            name,
            type,
            problem: alerts.channelProblems.get(name) ?? null,
          }))
        : [],
      rules: seesSettings ? file.ruleViews().map(ruleOf) : [],
      mayWrite: mayWrite(grant),
      fileProblem: seesSettings ? file.problem : null,
      ...(mayWrite(grant) ? { file: { path: options.path } } : {}),
    });
  });

  routes.post('/:id/acknowledge', async (c) => {
    const asked = await asking(c, false);
    if (asked instanceof Response) return asked;
    const { grant, alerts } = asked;
    const { id } = c.req.param();
    const alert = alerts.board.active(id);
    if (alert === undefined || !isAllowed(grant, { kind: 'alert', host: alert.host, metric: alert.metric }))
      return c.json({ error: 'There is no such alert that goes on.', code: 'unknown_alert' }, 404);
    if (!isAllowed(grant, { kind: 'alertChanges' })) return refuse(c);
    const acknowledged = alerts.acknowledge(id) ?? alert;
    return c.json({ alert: viewOf(acknowledged) });
  });

  routes.post('/silences', async (c) => {
    const asked = await asking(c, true);
    if (asked instanceof Response) return asked;
    const body = await readJson(c);
    if (body instanceof Response) return body;
    const request = readSilence(body.json, wallNow());
    if ('error' in request) return c.json(request, 400);
    const silence = asked.alerts.silence(request);
    if (silence === null)
      return c.json({ error: 'There are too many silences: end some of them first.' }, 400);
    log.info({ silence, token: asked.grant.tokenId }, 'A viewer silenced alerts');
    return c.json({ silence }, 201);
  });

  routes.delete('/silences/:id', async (c) => {
    const asked = await asking(c, true);
    if (asked instanceof Response) return asked;
    return asked.alerts.endSilence(c.req.param('id'))
      ? c.body(null, 204)
      : c.json({ error: 'There is no such silence.', code: 'unknown_silence' }, 404);
  });

  const writeRule = async (c: Context<Environment>, name: string, rule: unknown): Promise<Response> => {
    const asked = await asking(c, true);
    if (asked instanceof Response) return asked;
    const { alerts, grant } = asked;
    const file = await alerts.file();
    const refusal = await file.writeRule(name, rule);
    if (typeof refusal === 'string') return c.json({ error: refusal }, 400);
    if (refusal?.isUnknown === true) return c.json({ error: refusal.error, code: 'unknown_rule' }, 404);
    if (refusal !== null) return c.json(refusal, 400);
    alerts.settingsChanged();
    log.info(
      { rule: name, token: grant.tokenId },
      `A viewer ${rule === null ? 'removed' : 'changed'} a rule in alerts.yaml`,
    );
    if (rule === null) return c.body(null, 204);
    const view = file.ruleViews().find((each) => each.name === name);
    return c.json({ rule: view === undefined ? null : ruleOf(view) });
  };
  routes.put('/rules/:name', async (c) => {
    const asked = await asking(c, true);
    if (asked instanceof Response) return asked;
    const body = await readJson(c);
    if (body instanceof Response) return body;
    if (body.json === undefined || body.json === null)
      return c.json({ error: 'The body must be the rule, as JSON.' }, 400);
    return writeRule(c, c.req.param('name'), body.json);
  });
  routes.delete('/rules/:name', (c) => writeRule(c, c.req.param('name'), null));

  routes.post('/channels/:name/test', async (c) => {
    const asked = await asking(c, true);
    if (asked instanceof Response) return asked;
    const { alerts, grant } = asked;
    const { name } = c.req.param();
    const file = await alerts.file();
    if (!file.settings.channels.some((channel) => channel.name === name))
      return c.json({ error: `alerts.yaml has no channel ${name}.`, code: 'unknown_channel' }, 404);
    log.info({ channel: name, token: grant.tokenId }, 'A viewer sends a test');
    const problem = await alerts.test(name);
    return c.json(problem === null ? { ok: true } : { ok: false, error: problem });
  });
  return routes;
}

/** So many are looked through for those that a scope shows. */
const MAX_FOUND = 2000;

/** Rules, channels and silences are for those who see them all. */
function mayWrite(grant: Grant): boolean {
  return isAllowed(grant, { kind: 'alertChanges' }) && isAllowed(grant, { kind: 'alertSettings' });
}

function refuse(c: Context<Environment>): Response {
  return c.json(
    {
      error:
        'This needs an admin, or a token made with: token create --metrics "*" --tables "*" --may alerts:write',
      code: 'not_allowed',
    },
    403,
  );
}

/** What the agent of another host tells of its alerts, which are changed there. */
function toldOf(
  { host, alerts: board }: HostStream,
  grant: Grant,
  { fromMs, toMs, limit }: Pick<PastQuery, 'fromMs' | 'toMs' | 'limit'>,
): unknown {
  const entries = board?.changedAfter(host.id, -1) ?? [];
  const found = entries
    .map(({ alert }) => alert)
    .filter(({ sinceMs, endedMs }) => sinceMs < toMs && (endedMs ?? toMs) >= fromMs)
    .filter(({ metric }) => isAllowed(grant, { kind: 'alert', host: host.id, metric }))
    .toSorted((one, other) => other.sinceMs - one.sinceMs);
  return {
    alerts: found.slice(0, limit).map(viewOf),
    more: found.length > limit,
    lines: board === undefined ? [] : linesSeen(board, host.id, grant),
    silences: [],
    channels: [],
    rules: [],
    mayWrite: false,
    fileProblem: null,
  };
}

function linesSeen(board: AlertBoard, host: string, grant: Grant): readonly AlertLine[] {
  return board
    .lines(host)
    .map((line) => ({ ...line, metrics: line.metrics.filter((name) => isPatternSeen(grant, name)) }))
    .filter(({ metrics }) => metrics.length > 0);
}

/** A pattern of which everything is seen; others are left out, though a part of them may be. */
function isPatternSeen(grant: Grant, pattern: string): boolean {
  return isAllowed(grant, { kind: 'metric', name: pattern });
}

function ruleOf({ name, title, severity, origin, written, rule }: RuleView): unknown {
  return {
    ...rule,
    name,
    title,
    severity,
    isDefault: origin !== 'own',
    isChanged: origin === 'changed',
    isOff: rule === null,
    source: written ?? {},
  };
}

async function readJson(c: Context<Environment>): Promise<{ readonly json: unknown } | Response> {
  const text = await readBody(c.req.raw, MAX_BODY_BYTES);
  if (text === null) return c.json({ error: `Too long: ${MAX_BODY_BYTES} bytes at most.` }, 413);
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch {
    return c.json({ error: 'The body must be JSON.' }, 400);
  }
}
