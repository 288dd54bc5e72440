/** What a panel shows of its agent's history. */
export interface HistoryStatus {
  /**
   * `live`: nothing, since live samples are enough. `loading`: other points are on their way, and coarser ones are shown meanwhile where there are
   * some. `shown`: all of it. `failed`: see `reason`; it is tried again, unless the agent keeps no history.
   */
  readonly state: 'live' | 'loading' | 'shown' | 'failed';
  /** Distance of the points shown, ms. */
  readonly stepMs?: number;
  /** In the reader's language. */
  readonly reason?: string;
}
