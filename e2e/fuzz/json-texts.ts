/** JSON of a client, and hostile mutations of it. */
import type { SeededRandom } from './seeded-random.ts';

const SUBSCRIPTIONS = [
  '{"action":"subscribe","metrics":["cpu","memory"]}',
  '{"action":"subscribe","sub":"a","metrics":["cpu*"],"intervalMs":1000,"id":1}',
  '{"action":"subscribe","sub":"b","metrics":["*"],"backfill":20}',
  '{"action":"subscribe","sub":"c","metrics":["cpu"],"since":{"epoch":"0123456789abcdef0123456789abcdef","seq":17,"ts":1700000000000},"id":"x"}',
  '{"action":"subscribe","sub":"d","host":"nowhere","metrics":["*"],"tables":["processes"]}',
];
const MESSAGES = [
  ...SUBSCRIPTIONS,
  '{"action":"hello","v":1,"id":"h"}',
  '{"action":"unsubscribe","sub":"a","id":2}',
  '{"action":"unsubscribe"}',
  '{"action":"history","metrics":["cpu","memory*"],"from":1700000000000,"to":1800000000000,"points":100,"id":3}',
  '{"action":"history","host":"nowhere","tables":["processes"],"from":0,"to":1}',
  '{"action":"cancel","id":3}',
  '{"action":"ack","sub":"a","seq":1152921504606846976}',
  '{"action":"publish","host":"another","metrics":{"cpu":1}}',
  '{"action":"history","metrics":["cpu"],"from":0,"to":1700000000000,"stepMs":1}',
  '{"type":"auth","token":"eyJhbGciOiJub25lIn0.e30."}',
  '{"type":"auth","token":"wrong"}',
  '{"type":"batch","messages":[{"action":"subscribe","metrics":["cpu"]},{"action":"unsubscribe"}]}',
];

const NUMBERS = [
  '0',
  '1',
  '-1',
  '0.5',
  '-0',
  '1e999',
  '-1e999',
  '1e-400',
  'NaN',
  'Infinity',
  '0x10',
  '01',
  '+1',
  '.5',
  '4294967296',
  '9007199254740992',
  '1152921504606846976',
  '99999999999999999999999',
  '1'.repeat(2e3),
];
const STRINGS = [
  '""',
  '"*"',
  '"cpu"',
  '"memory"',
  '"c*u"',
  '"**********"',
  '"processes"',
  '"subscribe"',
  '"auth"',
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"toString"',
  '"hasOwnProperty"',
  '"length"',
  '"then"',
  '"\\u0000"',
  '"\\ud800"',
  '"‮"',
  '"\\u202e"',
  '"\\n"',
  '"\x1B[2J"',
  '"\u2028"',
  '"é"',
  '"𝕏"',
  '"<img src=x onerror=alert(1)>"',
  '"../../etc/passwd"',
  '"$(reboot)"',
  '"\';drop table x--"',
  '"=1+1"',
  `"${'x'.repeat(257)}"`,
  `"${'*a'.repeat(128)}"`,
  `"${'\\u0041'.repeat(600)}"`,
  `"${'y'.repeat(4097)}"`,
  '"',
  '"\\',
  '"\\u12',
  "'cpu'",
  '"\\x41"',
];
const OTHERS = [
  'null',
  'true',
  'undefined',
  '[]',
  '{}',
  '[[[[[[]]]]]]',
  '{"a":{"b":{"c":{"d":{}}}}}',
  '[1,2,3]',
  '[null,null]',
  '{"":""}',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
];
const MARKS = ['{', '}', '[', ']', ',', ':', '/*', '//', ' ', '\t', '\u0000', '\ufeff'];
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
const MUTATION_COUNTS = [0, 0, 1, 1, 1, 2, 3, 4];

type Mutation = (tokens: string[], random: SeededRandom) => void;

const anyToken = (random: SeededRandom): string =>
  random.oneOf(random.oneOf([NUMBERS, STRINGS, STRINGS, OTHERS, MARKS]));

/** Replaces a value by a value, so that the mutation passes the parser. */
function replaceValue(tokens: string[], random: SeededRandom): void {
  const places = [...tokens.keys()].filter((place) => /^["\d]/.test(tokens[place] ?? ''));
  if (places.length === 0) return;
  const place = random.oneOf(places);
  const isKey = tokens[place + 1] === ':';
  tokens[place] = isKey ? random.oneOf(STRINGS) : random.oneOf(random.oneOf([NUMBERS, STRINGS, OTHERS]));
}

const MUTATIONS: readonly Mutation[] = [
  replaceValue,
  replaceValue,
  replaceValue,
  (tokens, random) => tokens.splice(random.below(tokens.length), 1, anyToken(random)),
  (tokens, random) => tokens.splice(random.below(tokens.length), 1),
  (tokens, random) => tokens.splice(random.below(tokens.length + 1), 0, anyToken(random)),
  (tokens, random) => tokens.splice(random.below(tokens.length)),
  (tokens, random) => {
    const from = random.below(tokens.length);
    const repeated = tokens.slice(from, from + random.between(1, 4));
    const times = random.oneOf([1, 1, 2, 30, 70, 400]);
    tokens.splice(from, 0, ...Array.from({ length: times }, () => repeated).flat());
  },
  (tokens, random) => {
    // Repeats a key with another value.
    const place = tokens.indexOf(',');
    if (place > 0) tokens.splice(place + 1, 0, random.oneOf(STRINGS), ':', anyToken(random), ',');
  },
];

/** The JSON after zero or more mutations. */
export function mutated(text: string, random: SeededRandom): string {
  const tokens = text.match(TOKEN) ?? [];
  const count = random.oneOf(MUTATION_COUNTS);
  for (let done = 0; done < count && tokens.length > 0; done += 1) random.oneOf(MUTATIONS)(tokens, random);
  return tokens.join('');
}

export function messageText(random: SeededRandom): string {
  if (random.oneIn(40)) return 'ping';
  return mutated(random.oneOf(MESSAGES), random);
}

export function subscriptionsText(random: SeededRandom): string {
  const members = Array.from({ length: random.between(1, 3) }, () => random.oneOf(SUBSCRIPTIONS));
  return mutated(`[${members.join()}]`, random);
}

/** A poll cursor, mutated before or after its encoding. */
export function cursorText(random: SeededRandom): string {
  const text = mutated(
    '[["a","0123456789abcdef0123456789abcdef",17,1700000000000,"f"],["b","0",0,null,""]]',
    random,
  );
  const cursor = Buffer.from(text).toString('base64url');
  return random.oneIn(3) ? cursor.slice(random.below(cursor.length + 1)) : cursor;
}

/** A mutated body of a poll, mostly with a short wait. */
export function pollText(random: SeededRandom): string {
  const fields = [`"subscriptions":${subscriptionsText(random)}`];
  if (random.oneIn(2)) fields.push(`"cursor":"${cursorText(random)}"`);
  fields.push(`"waitMs":${random.oneIn(50) ? random.oneOf(NUMBERS) : '0'}`);
  return random.oneIn(3) ? mutated(`{${fields.join()}}`, random) : `{${fields.join()}}`;
}
