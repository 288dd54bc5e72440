import type { AlertRule } from './alert-rule.ts';

/** A secret is never in the settings, but where to find it: a file (absolute) or an environment variable. Read for each message, so that it can be changed. */
export type SecretSource = { readonly file: string } | { readonly env: string };
/** An address may hold a secret (Slack, Discord), and then has a source too. */
export type Address = { readonly url: string } | SecretSource;

/** Strings of a webhook's body and headers, in which `{{name}}` stands for a part of the message. */
export type Template =
  | string
  | number
  | boolean
  | null
  | readonly Template[]
  | { readonly [name: string]: Template };

interface Channel {
  /** Unique; the key in alerts.yaml. */
  readonly name: string;
}
export interface WebhookChannel extends Channel {
  readonly type: 'webhook';
  readonly address: Address;
  readonly method: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  /** Header values that are secrets. */
  readonly secretHeaders: Readonly<Record<string, SecretSource>>;
  /** A string is sent as text, anything else as JSON; `null` for the message as JSON. */
  readonly body: Template;
}
export interface NtfyChannel extends Channel {
  readonly type: 'ntfy';
  /** With the topic. */
  readonly address: Address;
  readonly token: SecretSource | null;
}
export interface SlackChannel extends Channel {
  readonly type: 'slack';
  readonly address: Address;
}
export interface DiscordChannel extends Channel {
  readonly type: 'discord';
  readonly address: Address;
}
export interface TelegramChannel extends Channel {
  readonly type: 'telegram';
  readonly token: SecretSource;
  readonly chat: string;
  /** Of a Bot API server of one's own; `null` for Telegram's. */
  readonly server: string | null;
}
export interface GotifyChannel extends Channel {
  readonly type: 'gotify';
  readonly address: Address;
  readonly token: SecretSource;
}
export interface MailChannel extends Channel {
  readonly type: 'mail';
  readonly host: string;
  readonly port: number;
  /** TLS from the start; else STARTTLS, which `plain` makes optional. */
  readonly security: 'tls' | 'starttls' | 'plain';
  readonly user: string | null;
  readonly password: SecretSource | null;
  readonly from: string;
  readonly to: readonly string[];
}
export type ChannelSettings =
  | WebhookChannel
  | NtfyChannel
  | SlackChannel
  | DiscordChannel
  | TelegramChannel
  | GotifyChannel
  | MailChannel;

/** A time of the week in which nothing is told, on the agent's own clock and time zone. */
export interface MaintenanceWindow {
  /** 0 for Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight; `to` may be smaller, and then is of the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Names and globs. */
  readonly rules: readonly string[];
  readonly hosts: readonly string[];
}

/** What alerts.yaml says, the defaults included. */
export interface AlertSettings {
  readonly rules: readonly AlertRule[];
  readonly channels: readonly ChannelSettings[];
  readonly maintenance: readonly MaintenanceWindow[];
  /** Where people open the dashboard, for links in messages; `null` if nobody said. */
  readonly dashboardUrl: string | null;
}
