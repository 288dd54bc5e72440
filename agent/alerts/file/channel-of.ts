import { resolve } from 'node:path';
import type { Address, ChannelSettings, SecretSource, Template } from '../alert-settings.ts';
import { isTemplateField, placeholdersOf, TEMPLATE_FIELDS } from '../template-fields.ts';
import { didYouMean, type Path, type PathProblem } from './problem.ts';
import type { WrittenChannel } from './schema.ts';

const MAX_TEMPLATE_CHARACTERS = 16_384;
/** RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Said by the connection, not by the operator. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'transfer-encoding',
  'upgrade',
]);
const MAIL_ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+$/;

/**
 * A channel as delivery needs it.
 * @param folder of alerts.yaml, from which names of files count
 */
export function channelOf(
  name: string,
  written: WrittenChannel,
  folder: string,
): ChannelSettings | readonly PathProblem[] {
  return new ChannelReader(name, written, folder).read();
}

type Written<Type extends WrittenChannel['type']> = Extract<WrittenChannel, { type: Type }>;

class ChannelReader {
  readonly #name: string;
  readonly #written: WrittenChannel;
  readonly #folder: string;
  readonly #path: Path;
  readonly #problems: PathProblem[] = [];

  constructor(name: string, written: WrittenChannel, folder: string) {
    this.#name = name;
    this.#written = written;
    this.#folder = folder;
    this.#path = ['channels', name];
  }

  read(): ChannelSettings | readonly PathProblem[] {
    const settings = this.#settings(this.#written);
    return settings === null || this.#problems.length > 0 ? this.#problems : settings;
  }

  #settings(written: WrittenChannel): ChannelSettings | null {
    const name = this.#name;
    switch (written.type) {
      case 'webhook':
        return this.#webhook(written);
      case 'ntfy': {
        const address = this.#address(written);
        return address && { name, type: 'ntfy', address, token: this.#secret('token', false) };
      }
      case 'slack':
      case 'discord': {
        const address = this.#address(written);
        return address && { name, type: written.type, address };
      }
      case 'telegram': {
        const token = this.#secret('token', true);
        const { chat, server = null } = written;
        if (server !== null) this.#checkUrl('server', server);
        return token && { name, type: 'telegram', token, chat, server };
      }
      case 'gotify': {
        const address = this.#address(written);
        const token = this.#secret('token', true);
        return address && token && { name, type: 'gotify', address, token };
      }
      case 'mail':
        return this.#mail(written);
    }
  }

  #webhook(written: Written<'webhook'>): ChannelSettings | null {
    const { method = 'POST', headers = {}, header_files: files = {}, header_envs: envs = {} } = written;
    const seen = new Set<string>();
    for (const [key, names] of Object.entries({ headers, header_files: files, header_envs: envs })) {
      for (const header of Object.keys(names)) this.#checkHeader([key, header], header, seen);
    }
    for (const [header, text] of Object.entries(headers)) this.#checkTemplate(text, ['headers', header]);
    const body = isTemplate(written.body) ? written.body : null;
    this.#checkTemplate(body, ['body']);
    if (JSON.stringify(body).length > MAX_TEMPLATE_CHARACTERS)
      this.#refuse(['body'], `it has more than ${MAX_TEMPLATE_CHARACTERS} letters: shorten it`);
    const address = this.#address(written);
    return (
      address && {
        name: this.#name,
        type: 'webhook',
        address,
        method,
        headers,
        secretHeaders: {
          ...mapped(files, (file) => ({ file: resolve(this.#folder, file) })),
          ...mapped(envs, (env) => ({ env })),
        },
        body,
      }
    );
  }

  #mail(written: Written<'mail'>): ChannelSettings | null {
    const { server, user = null, from, to } = written;
    const password = this.#secret('password', false);
    if (user !== null && password === null)
      this.#refuse(['user'], 'its password is missing: add password_file or password_env');
    if (user === null && password !== null)
      this.#refuse([], 'user is missing: add it, or remove the password');
    for (const one of [from, ...to]) {
      const address = /<([^<>]*)>$/.exec(one)?.[1] ?? one;
      if (!MAIL_ADDRESS.test(address))
        this.#refuse(
          [one === from ? 'from' : 'to'],
          `${JSON.stringify(one)} is no mail address, such as me@example.com`,
        );
    }
    if (!/^[\w.:[\]-]+$/.test(server))
      this.#refuse(['server'], `${JSON.stringify(server)} is no name of a server, such as smtp.example.com`);
    const port = written.port ?? (written.security === 'tls' ? 465 : 587);
    const security = written.security ?? (port === 465 ? 'tls' : 'starttls');
    return { name: this.#name, type: 'mail', host: server, port, security, user, password, from, to };
  }

  #address(written: {
    readonly url?: string | undefined;
    readonly url_file?: string | undefined;
    readonly url_env?: string | undefined;
  }): Address | null {
    const { url, url_file: file, url_env: env } = written;
    if ([url, file, env].filter((one) => one !== undefined).length !== 1)
      return this.#refuse([], 'it needs one address: url, url_file or url_env');
    if (url !== undefined) return this.#checkUrl('url', url) ? { url } : null;
    return file === undefined ? { env: env ?? '' } : { file: resolve(this.#folder, file) };
  }

  #secret(key: 'token' | 'password', isNeeded: boolean): SecretSource | null {
    const written: Readonly<Record<string, unknown>> = { ...this.#written };
    const [file, env] = [written[`${key}_file`], written[`${key}_env`]];
    if (file !== undefined && env !== undefined)
      return this.#refuse([`${key}_env`], `${key}_file is there too: remove one`);
    if (typeof file === 'string') return { file: resolve(this.#folder, file) };
    if (typeof env === 'string') return { env };
    return isNeeded ? this.#refuse([], `its ${key} is missing: add ${key}_file or ${key}_env`) : null;
  }

  #checkUrl(key: string, text: string): boolean {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol)) {
      this.#refuse([key], 'it is no address: give one with https:// or http://');
      return false;
    }
    if (url.username === '' && url.password === '') return true;
    this.#refuse(
      [key],
      'a secret does not belong into an address: put it into a file, and give header_files or token_file',
    );
    return false;
  }

  #checkHeader(path: Path, header: string, seen: Set<string>): void {
    const name = header.toLowerCase();
    if (!HEADER_NAME.test(header)) this.#refuse(path, 'it is no name of a header, such as X-Key');
    else if (OWN_HEADERS.has(name)) this.#refuse(path, 'this header cannot be chosen: remove it');
    else if (seen.has(name)) this.#refuse(path, 'this header is there twice: remove one');
    seen.add(name);
  }

  #checkTemplate(template: Template, path: Path): void {
    if (typeof template === 'string') {
      const unknown = placeholdersOf(template).find((name) => !isTemplateField(name));
      if (unknown === undefined) return;
      const known = TEMPLATE_FIELDS.join(', ');
      this.#refuse(
        path,
        `nothing is called {{${unknown}}}: ${didYouMean(unknown, TEMPLATE_FIELDS)}known are ${known}`,
      );
    } else if (typeof template === 'object' && template !== null) {
      for (const [key, member] of Object.entries(template)) {
        this.#checkTemplate(member, [...path, Array.isArray(template) ? Number(key) : key]);
      }
    }
  }

  #refuse(path: Path, message: string): null {
    this.#problems.push({ path: [...this.#path, ...path], message });
    return null;
  }
}

/** What JSON can say. */
function isTemplate(value: unknown): value is Template {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isTemplate);
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
