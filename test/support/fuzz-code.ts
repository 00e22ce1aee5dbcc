/** Random machine code that decodes often enough to do something. */
import type {Prng} from './prng.js';

const PREFIXES = [0x66, 0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e, 0x64, 0x65];

/** Second bytes of two-byte opcodes for the system: tables, control registers, MSRs, calls. */
const SYSTEM_OPCODES = [0x00, 0x01, 0x01, 0x01, 0x02, 0x03, 0x05, 0x06, 0x07, 0x20, 0x21, 0x22, 0x22, 0x23, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0xa1, 0xa2, 0xa9, 0xae, 0xae, 0xb2, 0xb4, 0xb5, 0xc7];

/** One-byte opcodes of strings, ports, interrupts, stacks and far transfers. */
const NOTABLE_OPCODES = [0x6c, 0x6d, 0x6e, 0x6f, 0x8c, 0x8e, 0x9c, 0x9d, 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xad, 0xaf, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xcf, 0xe4, 0xe6, 0xec, 0xee, 0xef, 0xf1, 0xf4, 0xfa, 0xfb, 0xfc, 0xfd, 0xff];

const BYTES = [0, 0, 1, 8, 0x10, 0x7f, 0x80, 0xff];

function instruction(random: Prng, into: number[]): void {
	while (random.once(4)) into.push(random.pick(PREFIXES));
	if (random.once(2)) into.push(0x40 + random.below(16));
	switch (random.below(6)) {
		case 0:
			into.push(0x0f, random.pick(SYSTEM_OPCODES));
			break;
		case 1:
			into.push(0x0f, random.below(256));
			break;
		case 2:
			into.push(random.pick(NOTABLE_OPCODES));
			break;
		default:
			into.push(random.below(256));
	}

	into.push(random.once(2) ? random.below(256) : random.below(64) | 0x40);
	const rest = random.pick([0, 0, 1, 1, 2, 4, 5]);
	for (let count = 0; count < rest; count++) into.push(random.once(2) ? random.pick(BYTES) : random.below(256));
}

/** Bytes of code, some of them structured like instructions. */
export function randomCode(random: Prng, length: number): Uint8Array {
	if (random.once(8)) return Uint8Array.from({length}, () => random.below(256));
	const bytes: number[] = [];
	while (bytes.length < length) instruction(random, bytes);
	return Uint8Array.from(bytes.slice(0, length));
}

/** hlt; iretq; a return behind an error code; a return to the next byte, without and with an error code. */
const HANDLERS: readonly string[] = ['f4', '48cf', '4883c40848cf', '48ff042448cf', '48ff4424084883c40848cf'];

/** Code for a handler of exceptions. */
export const randomHandler = (random: Prng): Uint8Array =>
	random.once(6) ? randomCode(random, 64) : Uint8Array.from(Buffer.from(random.pick(HANDLERS), 'hex'));
