/** WebSocket frames (RFC 6455, section 5.2) with any fault. */
import type { SeededRandom } from './seeded-random.ts';

interface FrameFields {
  readonly opcode: number;
  readonly payload?: Buffer;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** Reserved bits 1 to 3, as 0x40, 0x20 and 0x10. */
  readonly reserved?: number;
  /** Length in the header, instead of the true one. */
  readonly claimedBytes?: bigint;
  /** Encodes the length in more bytes than necessary. */
  readonly isLong?: boolean;
}

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10];
const LENGTHS = [126n, 65_535n, 65_536n, 16_385n, 1n << 31n, 1n << 40n, (1n << 53n) + 1n, (1n << 64n) - 1n];
const CLOSE_CODES = [0, 999, 1000, 1001, 1004, 1005, 1006, 1015, 1016, 2999, 3000, 4000, 4999, 5000, 65_535];
const NO_UTF_8 = ['c328', 'ff', 'eda080', 'f4908080', 'c080', 'e282'].map((hex) => Buffer.from(hex, 'hex'));
const TEXTS = ['ping', '{"action":"subscribe","metrics":["cpu"]}', '{"action":"hello","v":1}'].map((text) =>
  Buffer.from(text),
);

export function frameBytes(
  {
    opcode,
    payload = Buffer.alloc(0),
    isFinal = true,
    isMasked = true,
    reserved = 0,
    claimedBytes = BigInt(payload.length),
    isLong = false,
  }: FrameFields,
  random: SeededRandom,
): Buffer {
  const mask = isMasked ? random.bytes(4) : Buffer.alloc(0);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  const first = (isFinal ? 0x80 : 0) | reserved | opcode;
  return Buffer.concat([Buffer.of(first), lengthBytes(claimedBytes, isMasked, isLong), mask, masked]);
}

function lengthBytes(length: bigint, isMasked: boolean, isLong: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  if (length < 126n && !isLong) return Buffer.of(mask | Number(length));
  if (length < 65_536n) {
    const bytes = Buffer.of(mask | 126, 0, 0);
    bytes.writeUInt16BE(Number(length), 1);
    return bytes;
  }
  const bytes = Buffer.concat([Buffer.of(mask | 127), Buffer.alloc(8)]);
  bytes.writeBigUInt64BE(length, 1);
  return bytes;
}

/** A message in valid but unusual frames. */
export function oddFrames(random: SeededRandom): Buffer[] {
  const make = (fields: FrameFields): Buffer => frameBytes(fields, random);
  if (random.oneIn(3)) {
    const payload = random.bytes(random.oneOf([0, 1, 4, 100, 125]));
    return [make({ opcode: random.oneOf([PING, PONG]), payload })];
  }
  const text = random.oneOf(TEXTS);
  if (random.oneIn(2)) return [make({ opcode: TEXT, payload: text })];
  const frames: Buffer[] = [];
  const count = random.between(2, 16);
  for (let index = 0; index < count; index += 1) {
    const payload = text.subarray(
      Math.floor((index * text.length) / count),
      Math.floor(((index + 1) * text.length) / count),
    );
    frames.push(
      make({ opcode: index === 0 ? TEXT : CONTINUATION, payload, isFinal: index === count - 1 }),
      ...(random.oneIn(4) ? [make({ opcode: PING, payload: random.bytes(3) })] : []),
    );
  }
  return frames;
}

type Wrong = (make: (fields: FrameFields) => Buffer, random: SeededRandom) => Buffer[];

const WRONG: readonly Wrong[] = [
  (make, random) => [
    make({ opcode: TEXT, payload: random.oneOf(TEXTS), reserved: random.between(1, 7) << 4 }),
  ],
  (make, random) => [make({ opcode: random.oneOf([3, 4, 5, 6, 7, 11, 12, 15]), payload: random.bytes(3) })],
  (make, random) => [make({ opcode: TEXT, payload: random.oneOf(TEXTS), isMasked: false })],
  (make, random) => [make({ opcode: TEXT, payload: random.bytes(20), claimedBytes: random.oneOf(LENGTHS) })],
  (make) => [make({ opcode: TEXT, payload: Buffer.from('ping'), isLong: true })],
  (make, random) => [make({ opcode: TEXT, payload: Buffer.alloc(random.between(16_380, 17_000), 0x5b) })],
  (make, random) => [make({ opcode: random.oneOf([CLOSE, PING, PONG]), payload: random.bytes(126) })],
  (make, random) => [make({ opcode: random.oneOf([CLOSE, PING, PONG]), isFinal: false })],
  (make, random) => [make({ opcode: CONTINUATION, payload: random.bytes(5), isFinal: random.oneIn(2) })],
  (make) => [make({ opcode: TEXT, isFinal: false }), make({ opcode: TEXT, payload: Buffer.from('ping') })],
  (make, random) => [make({ opcode: TEXT, payload: random.oneOf(NO_UTF_8) })],
  (make, random) => {
    const bytes = random.oneOf(NO_UTF_8);
    return [
      make({ opcode: TEXT, payload: bytes.subarray(0, 1), isFinal: false }),
      make({ opcode: CONTINUATION, payload: bytes.subarray(1) }),
    ];
  },
  (make, random) => {
    const code = Buffer.alloc(2);
    code.writeUInt16BE(random.oneOf(CLOSE_CODES));
    return [make({ opcode: CLOSE, payload: Buffer.concat([code, random.bytes(random.below(20))]) })];
  },
  (make, random) => [make({ opcode: CLOSE, payload: random.bytes(random.oneOf([0, 1, 2])) })],
  // MessagePack array and map headers that claim four billion members.
  (make, random) => [
    make({
      opcode: BINARY,
      payload: Buffer.from(random.oneOf(['dd', 'df', 'db']).concat('ffffffff').repeat(50), 'hex'),
    }),
  ],
  (make) => [
    make({ opcode: TEXT, isFinal: false }),
    ...Array.from({ length: 17 }, () => make({ opcode: CONTINUATION, isFinal: false })),
  ],
  (_make, random) => [random.bytes(random.between(1, 300))],
  (make, random) => {
    const whole = make({ opcode: TEXT, payload: random.bytes(60) });
    return [whole.subarray(0, random.between(1, whole.length - 1))];
  },
];

/** Invalid frames, or bytes that are not frames. */
export function wrongFrames(random: SeededRandom): Buffer[] {
  return random.oneOf(WRONG)((fields) => frameBytes(fields, random), random);
}
