import { Access } from './access.ts';
import { Alerts } from './alerts.ts';
import { Attention } from './attention.ts';
import { Connection } from './connection.ts';
import { Hosts } from './hosts.ts';
import { Layouts } from './layouts.ts';
import { Marks } from './marks.ts';
import { Pause } from './pause.ts';
import { Favourites, Notices, Shortcuts } from './preferences.ts';
import { TimeShown } from './time-shown.ts';
import { AddressView } from './view.ts';

/**
 * State of the dashboard that several elements need. Elements follow it and change it through its methods; no element
 * depends on another.
 */
export class DashboardState {
  readonly connection: Connection;
  readonly access: Access;
  readonly hosts: Hosts;
  readonly alerts: Alerts;
  readonly attention = new Attention();
  readonly marks = new Marks();
  readonly view = new AddressView();
  readonly time: TimeShown;
  readonly pause = new Pause();
  readonly favourites = new Favourites();
  readonly layouts = new Layouts();
  readonly shortcuts = new Shortcuts();
  readonly notices = new Notices();

  constructor(agentUrl: string) {
    this.connection = new Connection(agentUrl);
    this.access = new Access(this.connection);
    this.hosts = new Hosts(this.connection, this.view);
    this.alerts = new Alerts(this.connection, this.hosts);
    this.time = new TimeShown(this.view, this.hosts);
    // There is none when another host is shown: it begins live.
    this.hosts.sample.onChange((sample) => {
      if (sample === null) this.pause.resume();
      else this.pause.sampled();
    });
  }

  /** Returns the undo. */
  start(): () => void {
    const parts = [this.view, this.access, this.connection, this.favourites, this.layouts];
    const stops = parts.map((part) => part.start());
    return () => stops.forEach((stop) => stop());
  }
}
