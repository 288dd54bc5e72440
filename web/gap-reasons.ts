const REASONS: Readonly<Record<string, string>> = {
  agent_restart: 'Agent restarted',
  evicted: 'Too old to recover',
  stall: 'Agent was held up',
  suspend: 'Host was asleep',
  unknown_position: 'Agent lost its place',
  slow: 'This viewer was too slow',
  host_down: 'Host was down',
};

/** The cause of a gap in words; reasons of a later agent as they are. */
export function gapReason(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}
