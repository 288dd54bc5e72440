/** Entry point of the program. Imports nothing statically, so that a failing import can be reported. */

// Node's default would open a debugger port to every user of this machine.
process.on('SIGUSR1', () => {});

try {
  const { runProgram } = await import('./program.ts');
  await runProgram(process.argv);
} catch (error) {
  if (!isOutOfFiles(error)) throw error;
  process.stderr.write(
    'metrics-panel: This process may open too few files at once to begin: raise the limit (ulimit -n, or LimitNOFILE= in the unit of a service).\n',
  );
  process.exit(2);
}

function isOutOfFiles(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}
