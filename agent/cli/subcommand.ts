import { Option, type Command } from 'commander';
import { DEFAULTS } from '../config.ts';
import { stateFolder } from './option-values.ts';
import { exitOrThrow, UsageError } from './usage-error.ts';

/** As in README.md. */
export const PROGRAM = 'npm start --';

/**
 * Lets a command end with one sentence for whatever is wrong with its arguments.
 * @param missing the sentence where a command below it was left out
 */
export function withUsageErrors(command: Command, missing: string): Command {
  return command
    .configureOutput({ writeErr: () => {} })
    .allowExcessArguments()
    .exitOverride((error) => {
      if (error.code === 'commander.help') throw new UsageError(missing, { cause: error });
      return exitOrThrow(error);
    });
}

/** @param description what is in the folder */
export function stateOption(description: string): Option {
  return new Option('--state <folder>', description)
    .env('METRICS_PANEL_STATE')
    .default(DEFAULTS.stateFolder)
    .argParser(stateFolder);
}
