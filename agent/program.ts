/** The agent as a program: settings, log, signals, exit codes. */
import { setFlagsFromString } from 'node:v8';
import { startAgent } from './agent.ts';
import { StateError } from './auth/state-error.ts';
import { readConfig, UsageError } from './cli.ts';
import { ListenError } from './http/server.ts';
import { TlsFilesError } from './http/tls-files-error.ts';
import { createLog } from './log.ts';
import { OpenFilesError } from './open-files.ts';

/** Asked for something that cannot be: the operator has to change a setting. */
const EXIT_USAGE = 2;
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
/** Everything is stopped long before; this is for what cannot be. */
const STOP_DEADLINE_MS = 1800;

/** Runs the agent, or a command, until its end. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    if (argv[2] === 'token') {
      const { runTokenCommand } = await import('./token-command.ts');
      await runTokenCommand(argv);
    } else {
      await run(argv);
    }
  } catch (error) {
    const isExpected = [UsageError, ListenError, StateError, TlsFilesError, OpenFilesError].some(
      (kind) => error instanceof kind,
    );
    if (!(error instanceof Error) || !isExpected) throw error;
    process.stderr.write(`metrics-panel: ${error.message}\n`);
    process.exit(EXIT_USAGE);
  }
}

/** Until a signal comes. */
async function run(argv: readonly string[]): Promise<void> {
  const config = readConfig(argv);
  const log = await createLog(config.logLevel);
  const starting = startAgent(config, log);

  let isStopping = false;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + number);
      isStopping = true;
      log.info({ signal }, 'Stopping');
      setTimeout(() => process.exit(0), STOP_DEADLINE_MS);
      void starting.then((agent) => agent.stop()).then(() => process.exit(0));
    });
  }
  await starting;
  // The heap grows by less before it is collected (docs/decisions/0026). As a flag of Node it would make the start a sixth longer.
  setFlagsFromString('--optimize-for-size');
}
