import {PER_CPU, PER_CPU_PAGES, PT_REGS_FIELDS, PT_REGS_SIZE, SIZES, TSS_OFFSETS} from '../../kernel/constants.js';
import {kernelAddress} from '../../kernel/kernel.js';
import {peekWord} from '../guest-memory.js';
import type {Names} from '../names.js';
import type {Recording} from '../recording.js';
import {Stacks} from '../stacks.js';
import {type Place, placeText} from './place.js';

const WORD = 8n;

/** A field of a structure, and the distance from its beginning in bytes. */
type Field = readonly [name: string, rest: number];

/** The field at or before an offset. */
function nearest(table: Readonly<Record<string, number>>, offset: number): Field | undefined {
	const found = Object.entries(table).filter(([, at]) => at <= offset).reduce<Field | undefined>((best, row) => (best === undefined || row[1] > best[1] ? row : best), undefined);
	return found === undefined ? undefined : [found[0], offset - found[1]];
}

const plus = (name: string, rest: number): string => (rest === 0 ? name : `${name}+${rest}`);

/** Names for places: fields of pt_regs, per-CPU variables, symbols, stacks. */
export class PlaceNames {
	private readonly stacks: Stacks;
	private perCpu = 0n;

	constructor(
		private readonly recording: Recording,
		readonly names: Names,
	) {
		this.stacks = new Stacks(recording.kernel);
	}

	/** A place in words: `rsi`, `pt_regs->si`, `the 8 bytes at message+4`. */
	text(place: Place): string {
		if (place.kind !== 'memory') return placeText(place);
		const name = this.wordName(place.address);
		return name !== undefined && place.bytes === Number(WORD) ? name : placeText(place, address => this.nameOf(address));
	}

	/** The name of a word that has one of its own: a field of pt_regs or of the per-CPU area. */
	private wordName(address: bigint): string | undefined {
		const field = this.ptRegs(address) ?? this.perCpuField(address);
		return field?.[1] === 0 ? field[0] : undefined;
	}

	/** A name for an address of memory, if there is one; a stack's is the address itself and which stack it is. */
	nameOf(address: bigint): string | undefined {
		const field = this.ptRegs(address) ?? this.perCpuField(address);
		return field === undefined ? this.names.nameOf(address) ?? this.stackName(address) : plus(...field);
	}

	/** The pt_regs of a thread are at the top of its kernel stack. */
	private ptRegs(address: bigint): Field | undefined {
		const stack = this.stacks.kernelStack(address + 1n);
		if (stack?.name !== 'thread') return undefined;
		const offset = address - (stack.top - BigInt(PT_REGS_SIZE));
		const field = offset < 0n ? undefined : PT_REGS_FIELDS.at(Number(offset / WORD));
		return field === undefined ? undefined : [`pt_regs->${field}`, Number(offset % WORD)];
	}

	private stackName(address: bigint): string | undefined {
		const stack = this.stacks.kernelStack(address + 1n);
		return stack === undefined ? undefined : `0x${address.toString(16)} on the ${stack.name} stack`;
	}

	private perCpuField(address: bigint): Field | undefined {
		const {machine, kernel} = this.recording;
		if (this.perCpu === 0n) this.perCpu = peekWord(machine, kernelAddress(kernel, 'boot_per_cpu')) ?? 0n;
		const offset = address - this.perCpu;
		if (this.perCpu === 0n || offset < 0n || offset >= BigInt(PER_CPU_PAGES * SIZES.PAGE_SIZE)) return undefined;
		const found = nearest(PER_CPU, Number(offset));
		if (found?.[0] !== 'cpu_tss_rw' || found[1] > TSS_OFFSETS.TSS_LIMIT) return found;
		const field = nearest(TSS_OFFSETS, found[1]);
		return field === undefined ? found : [`${found[0]} + ${field[0]}`, field[1]];
	}
}
