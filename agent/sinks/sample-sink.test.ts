import { expect, it } from 'vitest';
import { stopSinks } from './sample-sink.ts';

it('sinks are stopped at once, and the last one after them, also if one cannot be', async () => {
  const stopped: string[] = [];
  const ends: (() => void)[] = [];
  const slow = (name: string) => async (): Promise<void> => {
    stopped.push(name);
    await new Promise<void>((resolve) => ends.push(resolve));
  };
  const failures: unknown[] = [];
  const last = (): Promise<void> => {
    stopped.push('last');
    return Promise.resolve();
  };
  const all = stopSinks([slow('one'), () => Promise.reject(new Error('no')), slow('two')], last, (error) =>
    failures.push(error),
  );
  expect(stopped).toEqual(['one', 'two']);
  for (const end of ends) end();
  await all;
  expect(stopped).toEqual(['one', 'two', 'last']);
  expect(failures).toEqual([new Error('no')]);
});
