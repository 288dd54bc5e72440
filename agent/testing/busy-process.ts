/**
 * Loads a host evenly until it is killed: one processor, 256 MB of memory, writes to the folder in the first argument, and loopback traffic.
 * Prints a line every half second.
 */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';

const STEP_MS = 50;
const STEPS_PER_LINE = 10;
/** Of each step; the rest is for the sockets. */
const BURN_MS = 40;

const held = Buffer.alloc(256 * 1024 * 1024, 1);
const block = Buffer.alloc(512 * 1024, 2);
const file = openSync(join(process.argv[2] ?? '.', 'busy-process'), 'w');

const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  const socket = connect(address.port, '127.0.0.1');
  let steps = 0;
  setInterval(() => {
    const untilMs = performance.now() + BURN_MS;
    socket.write(block.subarray(0, 64 * 1024));
    writeSync(file, block, 0, block.length, 0);
    fsyncSync(file);
    while (performance.now() < untilMs);
    steps += 1;
    if (steps % STEPS_PER_LINE === 0) process.stdout.write(`${held.length}\n`);
  }, STEP_MS);
});

process.on('exit', () => closeSync(file));
