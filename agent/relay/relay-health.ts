/** How it stands with one of the agents that are relayed, for `/healthz`. */
export interface RelayHealth {
  readonly url: string;
  /** `connecting` until it was reached or could not be, `connected`, or `lost`. */
  readonly state: 'connecting' | 'connected' | 'lost';
  /** How samples come. */
  readonly transport?: string;
  /** Why it is lost, for people. */
  readonly reason?: string;
  /** Ids of its hosts, as they are here. */
  readonly hosts: readonly string[];
  /** Its hosts that are not shown here, and why. */
  readonly refused?: readonly { readonly host: string; readonly reason: string }[];
}
