import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../agent/testing/self-signed.ts';
import { installedProgram } from './installed-program.ts';
import { freeOrigin } from './web-server.ts';

/** The host name in docs/deployment/. */
export const PUBLIC_NAME = 'metrics.example.com';

const START_TIMEOUT_MS = 10_000;

interface Site {
  readonly folder: string;
  readonly port: number;
  readonly agentPort: number;
}

interface Kind {
  readonly program: string;
  /** Writes the configuration. @returns the program's arguments */
  readonly configure: (site: Site) => readonly string[];
  /** Its access log is not a file. */
  readonly logsToOutput?: boolean;
}

/** Debian's folder of modules. */
const APACHE_MODULES = '/usr/lib/apache2/modules';

/** The documented configurations, with the test's ports, files and certificate. */
const KINDS = {
  nginx: {
    program: 'nginx',
    configure: ({ folder, port, agentPort }) => {
      const site = documented('nginx.conf', [
        ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
        ['/etc/ssl/certs/metrics.example.com.pem', join(folder, 'cert.pem')],
        ['/etc/ssl/private/metrics.example.com.key', join(folder, 'key.pem')],
        ['http://127.0.0.1:8080/', `http://127.0.0.1:${agentPort}/`],
      ]);
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${join(folder, name)};`,
      );
      writeFileSync(join(folder, 'site.conf'), site);
      // The rest of a distribution's /etc/nginx/nginx.conf, for an ordinary process.
      writeFileSync(
        join(folder, 'main.conf'),
        `daemon off; pid ${join(folder, 'pid')}; error_log stderr;
        ${process.getuid?.() === 0 ? 'user root;' : ''}
        events {}
        http { access_log ${accessLog(folder)}; ${paths.join(' ')} include ${join(folder, 'site.conf')}; }`,
      );
      return ['-p', folder, '-e', 'stderr', '-c', join(folder, 'main.conf')];
    },
  },
  caddy: {
    program: 'caddy',
    configure: ({ folder, port, agentPort }) => {
      const site = documented('Caddyfile', [
        [
          `\n${PUBLIC_NAME} {`,
          `\nhttps://${PUBLIC_NAME}:${port} {\nbind 127.0.0.1\ntls ${join(folder, 'cert.pem')} ${join(folder, 'key.pem')}`,
        ],
        ['/var/log/caddy/metrics-panel.log', accessLog(folder)],
        ['reverse_proxy 127.0.0.1:8080', `reverse_proxy 127.0.0.1:${agentPort}`],
      ]);
      const options = '{\nadmin off\nauto_https off\nservers {\nprotocols h1 h2\n}\n}\n';
      writeFileSync(join(folder, 'Caddyfile'), options + site);
      return ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')];
    },
  },
  haproxy: {
    program: 'haproxy',
    configure: ({ folder, port, agentPort }) => {
      const pem = join(folder, 'both.pem');
      writeFileSync(
        pem,
        ['cert.pem', 'key.pem'].map((file) => readFileSync(join(folder, file), 'utf8')).join('\n'),
        { mode: 0o600 },
      );
      const site = documented('haproxy.cfg', [
        ['bind :443 ssl', `bind 127.0.0.1:${port} ssl`],
        ['/etc/haproxy/metrics.example.com.pem', pem],
        ['server agent 127.0.0.1:8080', `server agent 127.0.0.1:${agentPort}`],
      ]);
      // It logs to a socket or to its standard output, here its error log.
      const around = `global
        log stdout format raw local0
        maxconn 256
        defaults
        log global
        log-format '%ci "%HM %HU %HV" %ST'
        `;
      writeFileSync(join(folder, 'haproxy.cfg'), around + site);
      return ['-db', '-f', join(folder, 'haproxy.cfg')];
    },
    logsToOutput: true,
  },
  apache2: {
    program: 'apache2',
    configure: ({ folder, port, agentPort }) => {
      const site = documented('apache.conf', [
        ['<VirtualHost *:443>', `<VirtualHost *:${port}>`],
        ['/etc/ssl/certs/metrics.example.com.pem', join(folder, 'cert.pem')],
        ['/etc/ssl/private/metrics.example.com.key', join(folder, 'key.pem')],
        ['http://127.0.0.1:8080/', `http://127.0.0.1:${agentPort}/`],
      ]);
      const modules = 'mpm_event authz_core alias headers proxy proxy_http socache_shmcb ssl'.split(' ');
      // The rest of a distribution's /etc/apache2, for an ordinary process.
      const around = [
        `ServerRoot ${folder}`,
        'ServerName localhost',
        `Listen 127.0.0.1:${port}`,
        ...modules.map((name) => `LoadModule ${name}_module ${APACHE_MODULES}/mod_${name}.so`),
        ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
        `PidFile ${join(folder, 'pid')}`,
        `ErrorLog ${errorLog(folder)}`,
        String.raw`LogFormat "%h \"%r\" %>s" short`,
        `CustomLog ${accessLog(folder)} short`,
      ];
      writeFileSync(join(folder, 'apache.conf'), [...around, site].join('\n'));
      return ['-DFOREGROUND', '-f', join(folder, 'apache.conf')];
    },
  },
} as const satisfies Record<string, Kind>;

export type ProxyName = keyof typeof KINDS;
export const PROXY_NAMES = Object.keys(KINDS) as readonly ProxyName[];

/** An installed reverse proxy in front of an agent, run as an ordinary process. */
export interface ReverseProxy {
  /** URL of the agent's dashboard for browsers launched with `flags`. */
  readonly url: string;
  /** For Chromium: resolve its name to loopback, and trust its self-signed certificate alone. */
  readonly flags: readonly string[];
  /** Polls the agent for `cpu` through the proxy. @returns the status */
  poll(headers: Readonly<Record<string, string>>): Promise<number>;
  accessLog(): string;
  errorLog(): string;
  stop(): Promise<void>;
}

/** Starts the program and waits until it listens. @throws Error with its error log if it does not */
export async function startReverseProxy(name: ProxyName, agentPort: number): Promise<ReverseProxy> {
  const { program, configure, logsToOutput = false }: Kind = KINDS[name];
  const path = installedProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const { cert, key } = selfSigned(PUBLIC_NAME);
  writeFileSync(join(folder, 'cert.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  const port = Number(new URL(await freeOrigin()).port);
  const child = spawn(path, configure({ folder, port, agentPort }), {
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const stop = async (): Promise<void> => {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (!hasEnded) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true });
  };
  try {
    await listening(child, port);
  } catch (cause) {
    await stop();
    throw new Error(`${name} does not listen: ${said}`, { cause });
  }
  return {
    url: `https://${PUBLIC_NAME}:${port}/monitor/`,
    flags: [
      `--host-resolver-rules=MAP ${PUBLIC_NAME} 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${fingerprint(cert)}`,
    ],
    poll: (headers) => poll(port, cert, headers),
    accessLog: () => (logsToOutput ? said : readFileSync(accessLog(folder), 'utf8')),
    errorLog: () => said + (existsSync(errorLog(folder)) ? readFileSync(errorLog(folder), 'utf8') : ''),
    stop,
  };
}

async function poll(port: number, ca: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const asked = request({
    host: '127.0.0.1',
    port,
    path: '/monitor/metrics/poll',
    method: 'POST',
    agent: false,
    ca,
    servername: PUBLIC_NAME,
    // Trust this self-signed certificate alone.
    checkServerIdentity: () => undefined,
    headers: { ...headers, Host: `${PUBLIC_NAME}:${port}` },
  });
  asked.end('{"subscriptions":[{"metrics":["cpu"]}]}');
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

/** A file of docs/deployment/ with replaced values. @throws Error if one is not in it */
function documented(file: string, values: readonly (readonly [string, string])[]): string {
  let text = readFileSync(new URL(`../docs/deployment/${file}`, import.meta.url), 'utf8');
  for (const [from, to] of values) {
    if (text.split(from).length !== 2)
      throw new Error(`docs/deployment/${file} does not have "${from}" once`);
    text = text.replace(from, to);
  }
  return text;
}

function accessLog(folder: string): string {
  return join(folder, 'access.log');
}

/** For a program that cannot log to its standard error. */
function errorLog(folder: string): string {
  return join(folder, 'error.log');
}

/** Chromium identifies certificates by their public keys. */
function fingerprint(cert: string): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

async function listening(child: ChildProcess, port: number): Promise<void> {
  const endMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    } finally {
      socket.destroy();
    }
  }
}
