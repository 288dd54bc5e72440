/** With `node --import`: appends the address of each module that the program loads to the file LOADED_FILES, a line each. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(process.env['LOADED_FILES'] ?? '/dev/null', `${url}\n`);
    return nextLoad(url, context);
  },
});
