import type { Command, CommanderError } from 'commander';
import { OperatorError } from '../operator-error.ts';

/** A flag, variable or argument that cannot be. */
export class UsageError extends OperatorError {
  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
    this.name = 'UsageError';
  }
}

/** Rejects an unexpected argument by name; commander itself would only count them. @throws UsageError */
export function rejectExcessArgument({ args, registeredArguments }: Command): void {
  const word = args[registeredArguments.length];
  if (word === undefined) return;
  throw new UsageError(
    `${JSON.stringify(word)} is no option and belongs to none: npm start -- --help names them all.`,
  );
}

/** For commander's `exitOverride`: ends the process after help and version. @throws UsageError for everything else */
export function exitOrThrow(error: CommanderError): never {
  if (error.exitCode === 0) process.exit(0);
  const sentence = error.message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  throw new UsageError(sentence.charAt(0).toUpperCase() + sentence.slice(1), { cause: error });
}
