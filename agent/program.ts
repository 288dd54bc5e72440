/** The agent as a program: settings, log, signals, exit codes. */
import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import { startAgent, type Agent } from './agent.ts';
import { readConfig } from './cli/read-config.ts';
import type { ServiceConfig } from './config.ts';
import { createLog } from './log.ts';
import { checkOpenFiles, openFileLimit } from './open-files.ts';
import { OperatorError } from './operator-error.ts';

/** The operator has to change a setting. */
const EXIT_OPERATOR_ERROR = 2;
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
/** Exit even if something does not stop. */
const STOP_DEADLINE_MS = 1800;
/** What is being compiled elsewhere ends sooner. */
const COMPILE_MS = 100;

/** Runs the agent or a gateway until a signal stops it, or the `token`, `history`, `alerts` or `nats` command. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    if (argv[2] === 'token') {
      const { runTokenCommand } = await import('./cli/token-command.ts');
      await runTokenCommand(argv);
    } else if (argv[2] === 'history') {
      const { runHistoryCommand } = await import('./cli/history-command.ts');
      await runHistoryCommand(argv);
    } else if (argv[2] === 'alerts') {
      const { runAlertsCommand } = await import('./cli/alerts-command.ts');
      await runAlertsCommand(argv);
    } else if (argv[2] === 'nats') {
      const { runNatsCommand } = await import('./cli/nats-command.ts');
      await runNatsCommand(argv);
    } else if (argv[2] === 'gateway') {
      const { readGatewayConfig } = await import('./cli/gateway-command.ts');
      const config = readGatewayConfig(argv.toSpliced(2, 1));
      const { startGateway } = await import('./gateway.ts');
      await run(config, (log) => startGateway(config, log));
    } else {
      // `agent` is the command where none is given.
      const config = readConfig(argv[2] === 'agent' ? argv.toSpliced(2, 1) : argv);
      await run(config, (log) => startAgent(config, log));
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    process.stderr.write(`metrics-panel: ${error.message}\n`);
    process.exit(EXIT_OPERATOR_ERROR);
  }
}

async function run({ logLevel }: ServiceConfig, start: (log: Logger) => Promise<Agent>): Promise<void> {
  const log = await createLog(logLevel);
  // Before anything opens files of its own, which would fail with less of an explanation.
  checkOpenFiles(openFileLimit());
  const starting = start(log);

  let isStopping = false;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (isStopping) process.exit(128 + number);
      isStopping = true;
      log.info({ signal }, 'Stopping');
      // A thread that compiles may wait for a collection that only this one can do, and would for ever once this one waits for it to end (nodejs/node#54918).
      setFlagsFromString('--no-concurrent-sparkplug');
      setFlagsFromString('--no-concurrent-recompilation');
      setTimeout(() => process.exit(0), STOP_DEADLINE_MS);
      void starting.then((agent) => agent.stop()).then(() => setTimeout(() => process.exit(0), COMPILE_MS));
    });
  }
  await starting;
  // Collect garbage before the heap grows much (docs/decisions/0026). As a flag of Node it would make the start a sixth longer.
  setFlagsFromString('--optimize-for-size');
}
