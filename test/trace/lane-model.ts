/** A second opinion on the hardware lane: a machine's state that is kept up by the lane's entries alone. */
import type {Machine} from '../../source/machine/machine.js';
import {PAGE_SIZE} from '../../source/machine/physical-memory.js';
import {UNIT_REGISTERS, unitValue} from '../../source/machine/telling.js';
import {collectDetail, type StepDetail} from '../../source/trace/detail.js';
import {hardwareLane} from '../../source/trace/hardware/lane.js';
import type {LaneEntry} from '../../source/trace/hardware/lane-entry.js';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** Registers whose cells count on their own. */
const READ_ONLY_NAMES = new Set(['tsc', 'tsc_aux', 'pat', 'sysenter_cs', 'sysenter_esp', 'sysenter_eip']);

/** All registers by name, read directly. */
export function allRegisters(machine: Machine): Map<string, bigint> {
	const found = new Map<string, bigint>();
	for (const name of machine.registers.names) found.set(name, machine.registers.get(name));
	for (const register of UNIT_REGISTERS) found.set(register.name, unitValue(machine.cpu.cells, register));
	found.set('rflags', machine.cpu.rflags);
	return found;
}

/** Registers and memory as the lane says that they are. */
export class LaneModel {
	private readonly registers: Map<string, bigint>;
	private readonly ram: Buffer;
	/** What did not fit. */
	readonly problems: string[] = [];
	/** Kinds of entries that were met. */
	readonly kinds = new Set<string>();

	constructor(private readonly machine: Machine) {
		this.registers = allRegisters(machine);
		this.ram = Buffer.from(machine.memory.ram);
	}

	/** Does a step, unfolds it and follows its entries; afterwards the two states must be one. */
	step(): StepDetail {
		const {machine} = this;
		const detail = collectDetail(machine, () => machine.step());
		machine.listen();
		const lane = hardwareLane(detail);
		const where = `step ${detail.step} at ${hex(detail.before.rip)}`;
		for (const entry of lane) this.follow(entry, where);
		this.compare(where);
		return detail;
	}

	private complain(where: string, what: string): void {
		if (this.problems.length < 20) this.problems.push(`${where}: ${what}`);
	}

	private follow(entry: LaneEntry, where: string): void {
		this.kinds.add(entry.kind);
		if (entry.sentence === '' || entry.reference === '' || entry.bits < 0) this.complain(where, `an entry says nothing: ${entry.target}`);
		if (entry.bits > 0 && (entry.before >> BigInt(entry.bits) !== 0n || entry.after >> BigInt(entry.bits) !== 0n)) this.complain(where, `${entry.target} has more than ${entry.bits} bits`);
		switch (entry.kind) {
			case 'memory-read':
			case 'memory-write':
			case 'page-entry':
				this.memory(entry, where);
				break;
			case 'instruction':
			case 'register':
			case 'flags':
			case 'segment':
				this.register(entry, where);
				break;
			case 'read':
				this.read(entry, where);
				break;
			default:
				if (entry.before !== entry.after) this.complain(where, `${entry.kind} changes ${entry.target}`);
		}
	}

	private register({target, before, after}: LaneEntry, where: string): void {
		const held = this.registers.get(target);
		if (held !== before && !READ_ONLY_NAMES.has(target)) this.complain(where, `${target} was ${held === undefined ? 'nothing' : hex(held)}, the lane says ${hex(before)}`);
		this.registers.set(target, after);
	}

	private read({target, bits, after}: LaneEntry, where: string): void {
		const held = this.registers.get(target);
		const possible = held === undefined || BigInt.asUintN(bits, held) === after || (bits === 8 && ((held >> 8n) & 0xffn) === after);
		if (!possible) this.complain(where, `${target} is ${hex(held)}, the lane reads ${hex(after)}`);
	}

	/** Physical addresses of an entry's bytes. */
	private bytesOf({target, address = 0n, bits}: LaneEntry): number[] {
		return Array.from({length: bits >> 3}, (_, byte) => {
			const at = BigInt.asUintN(64, address + BigInt(byte));
			if (target !== 'memory') return Number(at);
			const page = this.machine.cpu.paging.peek(at);
			return page === undefined ? -1 : page.physical + Number(at & 0xfffn);
		});
	}

	private memory(entry: LaneEntry, where: string): void {
		for (const [index, at] of this.bytesOf(entry).entries()) {
			const shift = BigInt(8 * index);
			const before = Number((entry.before >> shift) & 0xffn);
			if (at < 0 || at >= this.ram.length) {
				this.complain(where, `memory at ${hex(entry.address ?? 0n)} is nowhere`);
				return;
			}

			if (this.ram[at] !== before) this.complain(where, `the byte at ${hex(entry.address ?? 0n)}+${index} was ${this.ram[at]}, the lane says ${before}`);
			if (entry.kind !== 'memory-read') this.ram[at] = Number((entry.after >> shift) & 0xffn);
		}
	}

	private compare(where: string): void {
		for (const [name, value] of allRegisters(this.machine)) {
			const held = this.registers.get(name);
			if (held === value) continue;
			this.complain(where, `${name} is ${hex(value)}, the lane leaves ${held === undefined ? 'nothing' : hex(held)}`);
			this.registers.set(name, value);
		}

		const {ram} = this.machine.memory;
		if (this.ram.equals(ram)) return;
		for (let page = 0; page < ram.length; page += PAGE_SIZE) {
			const now = ram.subarray(page, page + PAGE_SIZE);
			if (this.ram.subarray(page, page + PAGE_SIZE).equals(now)) continue;
			const first = now.findIndex((byte, index) => byte !== this.ram[page + index]);
			this.complain(where, `the byte at physical ${hex(BigInt(page + first))} is ${now[first]}, the lane leaves ${this.ram[page + first]}`);
			this.ram.set(now, page);
		}
	}
}

/** What was found on the way. */
export interface Explained {
	/** What did not fit. */
	readonly problems: readonly string[];
	/** Kinds of entries and of marks that were met. */
	readonly kinds: ReadonlySet<string>;
	readonly marks: ReadonlySet<string>;
}

/** Follows a machine for some steps. */
export function follow(machine: Machine, steps: number): Explained {
	const model = new LaneModel(machine);
	const marks = new Set<string>();
	for (let step = 0; step < steps && machine.cpu.stopped === undefined; step++) for (const {kind} of model.step().marks) marks.add(kind);
	return {problems: model.problems, kinds: model.kinds, marks};
}

/** The same, of which only what did not fit is wanted. */
export const explain = (machine: Machine, steps: number): readonly string[] => follow(machine, steps).problems;
