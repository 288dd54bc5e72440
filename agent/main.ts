/** Entry point of the program. Imports nothing statically, so that a failing import can be reported. */

// Node's default would open a debugger port to every user of this machine.
process.on('SIGUSR1', () => {});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `metrics-panel: This needs Node 22.13 or newer, and Node ${process.versions.node} runs it.\n`,
  );
  process.exit(2);
}

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
