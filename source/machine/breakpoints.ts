import {Cr4} from './control-bits.js';
import {Cell} from './layout.js';

/** DR6 bits (SDM vol. 3B, 17.2.3). */
export const Dr6 = {
	/** Which of the four breakpoints matched. */
	MATCHED: 0xfn,
	/** A debug register was about to be touched while DR7.GD was set. */
	BD: 1n << 13n,
	/** A single step. */
	BS: 1n << 14n,
	/** BT: a switch to a task with its debug trap set; there are no task switches here. */
	BT: 1n << 15n,
	/** Bits that read as one. */
	FIXED: 0xffff_0ff0n,
} as const;

/** DR7 bits (SDM vol. 3B, 17.2.4). */
export const Dr7 = {
	/** L0, G0 to L3, G3: the four breakpoints, each switched on by either bit. */
	ENABLED: 0xffn,
	GD: 1n << 13n,
	/** Bits that read as one, and as zero. */
	FIXED: 0x400n,
	ABSENT: 0xd800n,
} as const;

/** The R/W field of DR7: what a breakpoint waits for. */
const Kind = {EXECUTE: 0, WRITE: 1, PORT: 2, ACCESS: 3} as const;

/** Bytes by the LEN field of DR7. */
const LENGTHS = [1n, 2n, 8n, 4n] as const;

interface Breakpoint {
	/** The breakpoint's bit in DR6. */
	readonly bit: bigint;
	readonly kind: number;
	readonly first: bigint;
	readonly last: bigint;
}

/** The breakpoints that DR0 to DR3 and DR7 describe. */
export class Breakpoints {
	private code: readonly Breakpoint[] = [];
	private data: readonly Breakpoint[] = [];
	private ports: readonly Breakpoint[] = [];

	constructor(private readonly cells: BigUint64Array) {}

	/** Whether any is switched on. */
	get armed(): boolean {
		return this.code.length + this.data.length + this.ports.length > 0;
	}

	/** Whether any waits for a memory access. */
	get watchesData(): boolean {
		return this.data.length > 0;
	}

	/** To be called when a debug register or CR4.DE has changed. */
	update(): void {
		const all = [0, 1, 2, 3].map(index => this.parse(index)).filter(found => found !== undefined);
		const portsToo = (this.cells[Cell.CR4] & Cr4.DE) !== 0n;
		this.code = all.filter(({kind}) => kind === Kind.EXECUTE);
		this.data = all.filter(({kind}) => kind === Kind.WRITE || kind === Kind.ACCESS);
		this.ports = all.filter(({kind}) => kind === Kind.PORT && portsToo);
	}

	private parse(index: number): Breakpoint | undefined {
		const control = this.cells[Cell.DR7];
		if ((control & (3n << BigInt(2 * index))) === 0n) return undefined;
		const field = Number((control >> BigInt(16 + 4 * index)) & 15n);
		const length = LENGTHS[field >> 2] ?? 1n;
		// The processor aligns the address to the length.
		const first = this.cells[Cell.DR0 + index] & ~(length - 1n);
		return {bit: 1n << BigInt(index), kind: field & 3, first, last: first + length - 1n};
	}

	/** DR6 bits of the breakpoints that an instruction's address matches. */
	execution(address: bigint): bigint {
		return this.code.reduce((bits, {bit, first}) => (first === address ? bits | bit : bits), 0n);
	}

	/** Notes the breakpoints that a memory access matches; they trap after its instruction. */
	access(address: bigint, bytes: number, write: boolean): void {
		this.note(this.data, address, bytes, kind => write || kind === Kind.ACCESS);
	}

	/** Notes the breakpoints that an access to ports matches. */
	port(port: number, bytes: number): void {
		this.note(this.ports, BigInt(port), bytes, () => true);
	}

	private note(list: readonly Breakpoint[], address: bigint, bytes: number, wanted: (kind: number) => boolean): void {
		const end = address + BigInt(bytes - 1);
		for (const {bit, kind, first, last} of list) {
			if (wanted(kind) && first <= end && address <= last) this.cells[Cell.DEBUG_PENDING] |= bit;
		}
	}
}
