import { expect, test } from 'vitest';
import { withOtherBodies } from './leave-out.mjs';

const CODE = `function sum(a) { return a; }
class Scale { static id = 'x'; draw() { line(); } fit(size) { this.size = size; } }
const formats = { plain(value) { return value; } };
export { sum };`;

test('a function that is never called does nothing in a build, and throws elsewhere', () => {
  expect(withOtherBodies(CODE, { 'Scale.draw': null }, true)).toEqual({
    found: ['Scale.draw'],
    left: CODE.replace('{ line(); }', '{}'),
  });
  expect(withOtherBodies(CODE, { 'Scale.draw': null }, false).left).toContain(
    "draw() {throw new Error('Scale.draw is left out')}",
  );
});

test('functions, methods of classes and of objects can be something else', () => {
  const { found, left } = withOtherBodies(
    CODE,
    { sum: 'return 0', 'Scale.fit': 'this.size = 0', 'formats.plain': '' },
    false,
  );
  expect(found).toEqual(['sum', 'Scale.fit', 'formats.plain']);
  expect(left).toContain('function sum(a) {return 0}');
  expect(left).toContain('fit(size) {this.size = 0}');
  expect(left).toContain('plain(value) {}');
});

test('what there is not is not found', () => {
  expect(withOtherBodies(CODE, { toString: null, 'Scale.id': null, other: null }, true)).toEqual({
    found: [],
    left: CODE,
  });
});

test('a function that is called like one that every object has stays as it is', () => {
  const code = 'function toString() { return text; }';
  expect(withOtherBodies(code, { 'Scale.draw': null }, true)).toEqual({ found: [], left: code });
});
