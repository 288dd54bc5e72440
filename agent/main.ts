/** What Node is given to run the agent. It imports nothing before it can say what is wrong, and runs when it is imported. */

// Node would open a debugger, to every user of this machine, for whoever sends this.
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
