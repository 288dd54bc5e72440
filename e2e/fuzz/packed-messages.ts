/** Messages of a client in MessagePack, and hostile mutations of them. */
import { encodeText } from '../../shared/protocol/msgpack-encoder.ts';
import { messageText } from './json-texts.ts';
import type { SeededRandom } from './seeded-random.ts';

const MUTATION_COUNTS = [0, 0, 0, 1, 1, 1, 2, 3, 8];
/** What may begin a value: of each type the smallest, and those that announce thousands of millions. */
const HEADS = [
  '00 7f 80 81 8f 90 9f a0 a1 bf c0 c1 c2 c3 e0 ff',
  'c400 c500 c4ff c6ffffffff c700 c70001 c7ff01 c9ffffffff01 d400 d4ff00 d6ff00000000 d7ff0000000000000000 d801',
  'ca7fc00000 ca7f800000 cb7ff8000000000000 cbfff0000000000000 cb8000000000000000 cb3ff0000000000000',
  'cc00 cd0000 ce00000000 ceffffffff cf0000000000000001 cf0020000000000000 cfffffffffffffffff',
  'd080 d18000 d280000000 d38000000000000000 d3ffffffffffffffff',
  'd900 d9ff da0000 daffff db00000000 dbffffffff dc0000 dcffff dd00000000 ddffffffff de0000 deffff df00000000 dfffffffff',
  'a95f5f70726f746f5f5f ab636f6e7374727563746f72 a6616374696f6e a474797065 a461757468 a3eda080 a2c080 a4f4908080',
].flatMap((line) => line.split(' ').map((hex) => Buffer.from(hex, 'hex')));

type Mutation = (bytes: Buffer, random: SeededRandom) => Buffer;

function spliced(bytes: Buffer, from: number, to: number, between: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at + 1, random.oneOf(HEADS));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at + 1, Buffer.of(random.below(256)));
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return spliced(bytes, at, at, random.oneOf(HEADS));
  },
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, at + random.between(1, 4), Buffer.alloc(0));
  },
  (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  (bytes, random) => {
    const from = random.below(bytes.length);
    const part = bytes.subarray(from, from + random.between(1, 12));
    const times = random.oneOf([1, 2, 30, 400]);
    return spliced(bytes, from, from, Buffer.concat(Array.from({ length: times }, () => part)));
  },
  (bytes, random) => Buffer.concat([bytes, random.oneOf(HEADS)]),
  (bytes, random) => random.bytes(random.oneOf([0, 1, 3, 30, bytes.length])),
];

/** At most as long as the agent reads. */
export function packedMessage(random: SeededRandom, maxBytes: number): Buffer {
  let bytes = packedText(random);
  for (let left = random.oneOf(MUTATION_COUNTS); left > 0 && bytes.length > 0; left -= 1)
    bytes = random.oneOf(MUTATIONS)(bytes, random);
  return bytes.subarray(0, maxBytes);
}

/** Mutations of a text may leave no JSON: another is taken. */
function packedText(random: SeededRandom): Buffer {
  for (;;) {
    try {
      return Buffer.from(encodeText(messageText(random)));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
}
