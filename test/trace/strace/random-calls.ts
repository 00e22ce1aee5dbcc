/** System calls with arguments and memory made by chance, of the kinds that the table says, and of others. */
import {type Argument, type ArgumentType, valueFormat} from '../../../source/kernel/syscalls/argument-types.js';
import type {Syscall} from '../../../source/kernel/syscall-table.js';
import type {NameTable} from '../../../source/trace/strace/names.js';
import {CHOICE_NAMES} from '../../../source/trace/strace/names/choices.js';
import {FLAG_NAMES} from '../../../source/trace/strace/names/flags.js';
import type {Prng} from '../../support/prng.js';
import {ARENA, ARENA_SIZE, type PlayedCall} from './player.js';

type Piece = readonly [offset: number, bytes: Uint8Array];

/** Room for what one argument points to. */
const ROOM = 0x800;

const words = (...values: readonly bigint[]): Uint8Array => {
	const bytes = new Uint8Array(values.length * 8);
	const view = new DataView(bytes.buffer);
	values.forEach((value, index) => view.setBigUint64(index * 8, BigInt.asUintN(64, value), true));
	return bytes;
};

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({length: count}, (_, index) => make(index));

/** Makes calls. */
export class CallMaker {
	constructor(private readonly prng: Prng) {}

	/** One call of a kind. */
	make(syscall: Syscall): PlayedCall {
		const pieces: Piece[] = [];
		const args = many(6, index => {
			const argument = syscall.arguments.at(index);
			return BigInt.asUintN(64, argument === undefined ? this.odd() : this.value(argument, index, pieces));
		});
		return {nr: syscall.number, args, pieces};
	}

	private below(count: number): number {
		return this.prng.below(count);
	}

	private pick<T>(values: readonly T[]): T {
		return values[this.below(values.length)];
	}

	private bits(count: number): bigint {
		let value = 0n;
		for (let at = 0; at < count; at += 16) value = (value << 16n) | BigInt(this.below(0x1_0000));
		return BigInt.asUintN(count, value);
	}

	/** A number such as programs have, or one such as they don't. */
	private odd(): bigint {
		switch (this.below(8)) {
			case 0:
				return 0n;
			case 1:
				return -1n;
			case 2:
				return this.bits(32);
			case 3:
				return this.bits(64);
			case 4:
				return ARENA + BigInt(this.below(ARENA_SIZE));
			default:
				return BigInt(this.below(64));
		}
	}

	private value(argument: Argument, index: number, pieces: Piece[]): bigint {
		const {type, access} = argument;
		if (access !== undefined || ((type === 'pointer' || type === 'word') && this.below(2) === 0)) return this.pointer(argument, index, pieces);
		const table = tableOf(type);
		if (table !== undefined && this.below(8) !== 0) return type.startsWith('flags:') ? this.flags(table) : this.named(table);
		if (valueFormat(type)?.bits === 32 && this.below(4) === 0) return this.bits(64);
		return type === 'dirfd' && this.below(2) === 0 ? -100n : this.odd();
	}

	private named(table: NameTable): bigint {
		return table.entries.length === 0 ? BigInt(this.below(64)) : this.pick(table.entries)[1];
	}

	private flags(table: NameTable): bigint {
		let value = 0n;
		for (let count = this.below(5); count > 0; count--) value |= this.named(table);
		if (this.below(4) === 0) value |= 1n << BigInt(this.below(32));
		return value;
	}

	private pointer(argument: Argument, index: number, pieces: Piece[]): bigint {
		switch (this.below(16)) {
			case 0:
				return 0n;
			case 1:
				return this.pick([0xdead_0000n, -1n, 8n, 0xffff_8000_0000_0000n]);
			case 2:
				// At the end of memory, so that only a part can be read.
				return this.contents(argument, ARENA_SIZE - this.below(64) - 1, pieces);
			default:
				return this.contents(argument, index * ROOM + 8 * this.below(8), pieces);
		}
	}

	private contents({type}: Argument, offset: number, pieces: Piece[]): bigint {
		const bytes = this.bytes(type).subarray(0, Math.min(ROOM, ARENA_SIZE - offset));
		pieces.push([offset, bytes]);
		return ARENA + BigInt(offset);
	}

	private bytes(type: ArgumentType): Uint8Array {
		if (['path', 'string', 'buffer'].includes(type) && this.below(4) !== 0) return this.text();
		if (type === 'iovec' || type === 'remote-iovec') return words(...many(40, index => (index % 2 === 0 ? this.somewhere() : BigInt(this.below(80)))));
		switch (this.below(7)) {
			case 0:
				return this.text();
			case 1:
				return Uint8Array.from(many(200, () => this.below(256)));
			case 2:
				return words(...many(24, () => this.somewhere()));
			case 3:
				return words(...many(24, () => BigInt(this.below(100)) | (BigInt(this.below(100)) << 32n)));
			case 4:
				return words(...many(24, () => this.odd()));
			case 5:
				return Uint8Array.from(many(200, () => (this.below(3) === 0 ? this.below(20) : 0)));
			default:
				return words(...many(24, () => BigInt(this.below(40))));
		}
	}

	/** An address where something may lie. */
	private somewhere(): bigint {
		return this.below(8) === 0 ? this.pick([0n, 0xdead_0000n, -1n]) : ARENA + BigInt(this.below(6) * ROOM + 8 * this.below(8));
	}

	private text(): Uint8Array {
		const length = this.pick([0, 1, 5, 12, 31, 32, 33, 60, this.below(10) === 0 ? 4200 : 100]);
		const odd = this.below(3) === 0;
		return Uint8Array.from([...many(length, () => (odd && this.below(4) === 0 ? this.below(256) : 0x20 + this.below(0x5f))), 0, ...many(20, () => this.below(4))]);
	}
}

/** The names of a type's values. */
function tableOf(type: ArgumentType): NameTable | undefined {
	const tables: Readonly<Partial<Record<string, NameTable>>> = {...CHOICE_NAMES, ...Object.fromEntries(Object.entries(FLAG_NAMES).map(([name, table]) => [`flags:${name}`, table]))};
	return tables[type];
}
