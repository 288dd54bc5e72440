import { ABOUT_STREAM, LOG_STREAM, subjectsOf } from '../subjects.ts';
import type { FleetUsers } from './key-files.ts';
import { ABOUT_BYTES } from './stream-settings.ts';

export interface ServerSettings {
  readonly users: FleetUsers;
  /** Where clients connect, such as `0.0.0.0:4222`. */
  readonly listen: string;
  /** Files on the server's machine; `null` for connections in the clear. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Folder of its streams. */
  readonly store: string;
  /** Of the log. */
  readonly logBytes: number;
}

/** Name of gateways in subjects of answers. */
export const GATEWAY_NAME = 'gateway';
export const ADMIN_NAME = 'admin';

/** Parts of an answer: a ring of 15 minutes at 10 Hz is sent in 150. */
const MAX_RESPONSES = 512;
/** What JetStream keeps beside messages. */
const OVERHEAD = 1.1;
const API = '$JS.API';

/**
 * A configuration for nats-server 2.9 or newer. Hosts have an account without JetStream of their own; what they may reach in the other one is
 * exported by subject. docs/deployment.md has the reason of each setting.
 */
export function serverConfig({ users, listen, tls, store, logBytes }: ServerSettings): string {
  const every = subjectsOf('*');
  const tlsLine = `tls { cert_file: ${quoted(tls?.cert ?? '/etc/nats/cert.pem')}, key_file: ${quoted(tls?.key ?? '/etc/nats/key.pem')} }`;
  const hosts = [...users.hosts].map(([name, key]) => hostUser(name, key));
  return `# nats-server 2.9 or newer for metrics-panel. Why each setting: docs/deployment.md, "Many hosts with NATS".

listen: ${quoted(listen)}
${tls === null ? `# ${tlsLine}` : tlsLine}
# What it tells about itself, to this machine only.
http: "127.0.0.1:8222"

max_payload: 1MB
write_deadline: "2s"
ping_interval: "20s"
ping_max: 2
jetstream {
  store_dir: ${quoted(store)}
  max_mem: 64MB
  max_file: ${Math.ceil((logBytes + ABOUT_BYTES) * OVERHEAD)} # bytes, below what its disk has
}

accounts {
  # Gateways, and the streams.
  HUB {
    jetstream: enabled
    users: [
      # Only for "nats init".
      { nkey: ${users.admin} }
      { nkey: ${users.gateway}, permissions: {
        publish: { allow: ${list([
          every.ask('>'),
          `${API}.INFO`,
          ...[LOG_STREAM, ABOUT_STREAM].flatMap((stream) => readingOf(stream)),
        ])} }
        subscribe: { allow: ${list([every.live, every.beat, every.about, `_INBOX.${GATEWAY_NAME}.>`])} }
      } }
    ]
    exports: [
      { service: ${quoted(every.log)} }
      { service: ${quoted(every.about)} }
      { service: ${quoted(`${API}.DIRECT.GET.${LOG_STREAM}.>`)} }
    ]
    imports: [
      { stream: { account: AGENTS, subject: ${quoted(every.live)} } }
      { stream: { account: AGENTS, subject: ${quoted(every.beat)} } }
      { service: { account: AGENTS, subject: ${quoted(every.ask('>'))} } }
    ]
  }
  # Hosts: no JetStream here, and each has subjects of its own.
  AGENTS {
    users: [
${hosts.join('\n')}
    ]
    exports: [
      { stream: ${quoted(every.live)} }
      { stream: ${quoted(every.beat)} }
      { service: ${quoted(every.ask('>'))}, response: stream }
    ]
    imports: [
      { service: { account: HUB, subject: ${quoted(every.log)} } }
      { service: { account: HUB, subject: ${quoted(every.about)} } }
      { service: { account: HUB, subject: ${quoted(`${API}.DIRECT.GET.${LOG_STREAM}.>`)} } }
    ]
  }
}
`;
}

function hostUser(name: string, key: string): string {
  const { live, log, about, beat, run, ask } = subjectsOf(name);
  return `      # ${name}
      { nkey: ${key}, permissions: {
        publish: { allow: ${list([live, log, about, beat, run, `${API}.DIRECT.GET.${LOG_STREAM}.${log}`])} }
        subscribe: { allow: ${list([run, ask('>'), `_INBOX.${name}.>`])} }
        allow_responses: { max: ${MAX_RESPONSES}, expires: "30s" }
      } }`;
}

/** Subjects that reading a stream takes, by consumers that end by themselves and by single messages. */
function readingOf(stream: string): readonly string[] {
  return [
    `${API}.STREAM.INFO.${stream}`,
    `${API}.DIRECT.GET.${stream}`,
    `${API}.DIRECT.GET.${stream}.>`,
    `${API}.CONSUMER.CREATE.${stream}`,
    ...['CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map((what) => `${API}.CONSUMER.${what}.${stream}.>`),
  ];
}

function list(subjects: readonly string[]): string {
  return `[${subjects.map((subject) => quoted(subject)).join(', ')}]`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
