import type { StatementResultingChanges } from 'node:sqlite';
import type { Connection } from '../sqlite.ts';

/** What SQLite throws when the disk is full. */
class DiskFull extends Error {
  readonly code = 'ERR_SQLITE_ERROR';
  readonly errcode = 13;
}

/** A connection whose writes can be made to fail, any of a transaction or its commit. */
export interface FailingWrites {
  readonly connection: Connection;
  /** The next writes succeed, then each fails; `null`: none does. */
  failAfter(writes: number | null): void;
}

/** @param connection goes on as it is for everything else */
export function failingWrites(connection: Connection): FailingWrites {
  let left: number | null = null;
  const write = (): void => {
    if (left === null) return;
    if (left === 0) throw new DiskFull('database or disk is full');
    left -= 1;
  };
  const exec = connection.exec.bind(connection);
  const prepare = connection.prepare.bind(connection);
  connection.exec = (sql) => {
    if (sql === 'COMMIT') write();
    exec(sql);
  };
  connection.prepare = (...args) => {
    const statement = prepare(...args);
    statement.run = new Proxy(statement.run.bind(statement), {
      apply: (run, self, values) => {
        write();
        return Reflect.apply(run, self, values) as StatementResultingChanges;
      },
    });
    return statement;
  };
  return {
    connection,
    failAfter: (writes) => {
      left = writes;
    },
  };
}
