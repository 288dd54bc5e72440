/**
 * Node's flags for the agent, as package.json and the systemd unit have them (docs/decisions/0026): one thread for V8's compiler and
 * collector instead of four, each of which keeps memory of its own, and a heap that does not grow where it need not.
 */
export const NODE_FLAGS = ['--v8-pool-size=1', '--optimize-for-size'];
