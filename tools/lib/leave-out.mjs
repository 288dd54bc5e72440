import { parseSync } from 'vite';

/**
 * Bodies of functions by name: `function`, `Class.method` or `object.method`. `null`: the function is never called.
 * @typedef {Readonly<Record<string, string | null>>} Bodies
 */

/**
 * Takes out of modules what a package does beside what it is used for, and what no bundler sees to be unused, since a class keeps all
 * of its methods. What is never called does nothing in a build, where that is the smallest, and throws elsewhere, so in tests.
 *
 * @param {RegExp} modules addresses of the modules
 * @param {Bodies} bodies what the functions have in them instead
 * @returns {import('vite').Plugin}
 */
export function leaveOut(modules, bodies) {
  const missing = new Set(Object.keys(bodies));
  let isBuild = false;
  return {
    name: 'leave-out',
    enforce: 'pre',
    configResolved: ({ command }) => {
      isBuild = command === 'build';
    },
    transform: {
      filter: { id: modules },
      handler(code) {
        const { found, left } = withOtherBodies(code, bodies, isBuild);
        for (const name of found) missing.delete(name);
        return { code: left, map: null };
      },
    },
    buildEnd: () => {
      // None is found where the modules are not part of what is built.
      if (isBuild && missing.size > 0 && missing.size < Object.keys(bodies).length)
        throw new Error(`Nothing is called ${[...missing].join(', ')} any more`);
    },
  };
}

/**
 * @param {string} code JavaScript
 * @param {Bodies} bodies
 * @param {boolean} isSilent whether what is never called does nothing instead of throwing
 * @returns {{ found: string[], left: string }} names that the code has, and what it is then
 */
export function withOtherBodies(code, bodies, isSilent) {
  /** @type {{ start: number, end: number, name: string }[]} */
  const edits = [];
  /**
   * @param {string} name
   * @param {any} value of whatever kind of node
   */
  const look = (name, value) => {
    if (value?.type === 'ClassExpression' || value?.type === 'ClassDeclaration') {
      for (const member of value.body.body) look(`${name}.${member.key?.name}`, member.value);
    } else if (value?.type === 'ObjectExpression') {
      for (const member of value.properties) look(`${name}.${member.key?.name}`, member.value);
    } else if (Object.hasOwn(bodies, name) && value?.body?.type === 'BlockStatement') {
      edits.push({ start: value.body.start, end: value.body.end, name });
    }
  };
  for (const statement of parseSync('module.js', code, { astType: 'js' }).program.body) {
    if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
      look(statement.id?.name ?? '', statement);
    else if (statement.type === 'VariableDeclaration')
      for (const { id, init } of statement.declarations) if (id.type === 'Identifier') look(id.name, init);
  }
  return {
    found: edits.map(({ name }) => name),
    left: edits
      .toSorted((one, other) => other.start - one.start)
      .reduce((text, { start, end, name }) => {
        const body = bodies[name] ?? (isSilent ? '' : `throw new Error('${name} is left out')`);
        return `${text.slice(0, start)}{${body}}${text.slice(end)}`;
      }, code),
  };
}
