import type {MemoryAccess} from '../../machine/events.js';
import {GENERAL_REGISTERS, Register} from '../../machine/registers.js';
import {type Instruction, Repeat} from '../../machine/ops.js';
import type {StepDetail} from '../detail.js';
import type {Recording} from '../recording.js';
import {FlowOps} from './flow-ops.js';
import type {FlowState} from './flow-state.js';
import {codeAt, type Followed, follow, instructionAt} from './instruction-flow.js';
import {CONSTANT, made, NEXT_ADDRESS, type Origin, type Source, system} from './origin.js';
import {FLAG_BITS, physicalOf, Unit, unitValue} from './place.js';
import {clearedFlags} from './step-watcher.js';
import {type Delivery, isDelivery, isDone, triesInstruction} from './step-kind.js';

/** What one step did with values: where each unit that it wrote got its content. */
export interface StepFlow {
	readonly step: number;
	/** Where the step began. */
	readonly address: bigint;
	/** Bytes from there on. */
	readonly code: Uint8Array;
	/** The instruction that it tried, if it tried one. */
	readonly instruction?: Instruction;
	/** Whether that was done, and did not fault. */
	readonly isDone: boolean;
	/** The way into a handler that the step took. */
	readonly delivery?: Delivery;
	/** Whether the host was called. */
	readonly callsHost: boolean;
	readonly detail: StepDetail;
	/** Each unit written, and where its content came from; bytes that the host or a page walk wrote are not among them. */
	readonly writes: ReadonlyMap<number, Origin>;
	/** Units whose content was read. */
	readonly reads: ReadonlySet<number>;
	/** Linear addresses by which units of memory were reached. */
	readonly addresses: ReadonlyMap<number, bigint>;
	/** What the units that were read held before the step. */
	readonly before: ReadonlyMap<number, number>;
	/** What the units that were written hold behind it. */
	readonly after: ReadonlyMap<number, number>;
	/** What the processor pushed: the name of the word that each byte belongs to. */
	readonly frame: ReadonlyMap<number, string>;
}

/** The words of a frame, in the order in which they are pushed. */
const FRAME = ['ss', 'rsp', 'rflags', 'cs', 'rip', 'the error code'] as const;

const PROCESSOR = system('the processor');

/** What every way into a handler saves of the registers. */
const TAKEN: readonly number[] = [
	...Array.from({length: 8}, (_, byte) => Register.RSP * 8 + byte), ...Array.from({length: 8}, (_, byte) => Unit.RIP + byte), ...FLAG_BITS.map(bit => Unit.FLAGS + bit),
];

/** The parts that make up the flow of one step. */
class StepExplainer {
	private readonly flow: FlowOps;
	private readonly frame = new Map<number, string>();

	constructor(private readonly recording: Recording) {
		this.flow = new FlowOps(recording.machine);
	}

	explain(step: number): StepFlow {
		const {recording, flow} = this;
		const {machine} = recording;
		recording.seek(step);
		const address = machine.rip;
		const code = codeAt(machine, address);
		const instruction = triesInstruction(machine) ? instructionAt(machine, address) : undefined;
		const detail = this.detailFirst(step, instruction);
		const followed: Followed = instruction === undefined ? {completes: false} : follow(flow, instruction);
		const before = this.contents([...flow.state.reads, ...TAKEN]);
		const known = detail ?? recording.detail(step);
		// What follows looks at memory as the step has left it.
		recording.seek(step + 1);
		const delivery = known.marks.find(isDelivery);
		const stop = step + 1 === recording.length ? recording.end : undefined;
		const done = instruction !== undefined && followed.completes && isDone(instruction, delivery, stop);
		if (!done && !this.hasBegun(instruction, known)) flow.state.begin();
		if (done && !flow.state.writes.has(Unit.RIP)) flow.state.put(Unit.RIP, 8, {value: 0n, bytes: new Array<Origin>(8).fill(NEXT_ADDRESS)});
		if (delivery !== undefined) this.deliver(known, delivery);
		this.keepStores(known, followed.rest);
		this.keepChanges(known);
		const {writes, reads, addresses} = flow.state;
		return {
			step, address, code, isDone: done, detail: known, frame: new Map(this.frame),
			...(instruction === undefined ? {} : {instruction}),
			...(delivery === undefined ? {} : {delivery}),
			callsHost: known.marks.some(({kind}) => kind === 'hypercall'),
			writes: new Map(writes), reads: new Set(reads), addresses: new Map(addresses), before, after: this.contents(writes.keys()),
		};
	}

	/** What units hold where the machine stands. */
	private contents(units: Iterable<number>): Map<number, number> {
		return new Map(Array.from(units, unit => [unit, unitValue(this.recording.machine, unit)]));
	}

	/** For a repeated string instruction: how many elements were done is only known behind the step. */
	private detailFirst(step: number, instruction: Instruction | undefined): StepDetail | undefined {
		this.frame.clear();
		this.flow.tracksOrigins = true;
		this.flow.elements = Infinity;
		if (instruction === undefined || instruction.repeat === Repeat.NONE) return undefined;
		const detail = this.recording.detail(step);
		const {before, after} = detail;
		this.flow.elements = Number(BigInt.asUintN(instruction.addressBits, before.general.rcx - after.general.rcx));
		this.recording.seek(step);
		return detail;
	}

	/** Whether a string instruction that faulted had done elements before. */
	private hasBegun(instruction: Instruction | undefined, {before, after}: StepDetail): boolean {
		return instruction !== undefined && instruction.repeat !== Repeat.NONE && before.general.rcx !== after.general.rcx;
	}

	private unitsAt({address, bits}: MemoryAccess): number[] {
		const {state} = this.flow;
		return Array.from({length: bits >> 3}, (_, index) => BigInt.asUintN(64, address + BigInt(index))).flatMap(at => {
			const physical = physicalOf(this.recording.machine, at);
			if (physical === undefined) return [];
			state.addresses.set(Unit.MEMORY + physical, at);
			return [Unit.MEMORY + physical];
		});
	}

	/** The processor's way into a handler: the frame, then the registers (SDM vol. 3A, 6.14). */
	private deliver(detail: StepDetail, delivery: Delivery): void {
		const {state} = this.flow;
		const words = delivery.kind === 'exception' && delivery.errorCode !== undefined ? 6 : 5;
		const pushed = detail.accesses.filter(({purpose, write}) => purpose === 'frame' && write).slice(-words);
		const pieces: readonly (readonly Origin[])[] = [
			[system('ss')], state.lookAt(Register.RSP * 8, 8), [made(FLAG_BITS.map(bit => state.look(Unit.FLAGS + bit)), 'converted')], [system('cs')],
			state.lookAt(Unit.RIP, 8), [system('the error code')],
		];
		const units = pushed.map(access => this.unitsAt(access));
		for (const [word, bytes] of units.entries()) {
			for (const [index, unit] of bytes.entries()) {
				const piece = pieces[word];
				state.writes.set(unit, piece[piece.length === 1 ? 0 : index]);
				this.frame.set(unit, FRAME[word]);
			}
		}

		const read = (purpose: MemoryAccess['purpose']): Source => made(detail.accesses.filter(access => access.purpose === purpose && !access.write).flatMap(access => this.unitsAt(access)));
		const stack = detail.accesses.some(({purpose}) => purpose === 'tss') ? read('tss') : made(state.lookAt(Register.RSP * 8, 8));
		state.put(Register.RSP * 8, 8, {value: 0n, bytes: new Array<Origin>(8).fill(stack)});
		state.put(Unit.RIP, 8, {value: 0n, bytes: new Array<Origin>(8).fill(read('idt'))});
		state.putFlags(clearedFlags(this.recording.machine, delivery), CONSTANT);
	}

	/** Stores that were not followed: of vector state, of descriptors that the processor marks, of frames that failed. */
	private keepStores(detail: StepDetail, rest: Source | undefined): void {
		const {state} = this.flow;
		for (const access of detail.accesses) {
			if (!access.write) continue;
			const source = access.purpose === 'data' || access.purpose === 'push' ? rest ?? made([...state.reads]) : PROCESSOR;
			for (const unit of this.unitsAt(access)) if (!state.writes.has(unit)) state.writes.set(unit, source);
		}
	}

	/** Registers and flags that have changed and were not followed: what a descriptor or the host decided on. */
	private keepChanges({before, after, marks}: StepDetail): void {
		const {state} = this.flow;
		const host = marks.some(({kind}) => kind === 'hypercall');
		const keep = (unit: number, difference: bigint): void => {
			if (difference !== 0n && !state.writes.has(unit)) state.writes.set(unit, host ? {kind: 'host', inputs: new Set()} : unlisted(state));
		};

		for (const [register, name] of GENERAL_REGISTERS.entries()) {
			const difference = before.general[name] ^ after.general[name];
			for (let byte = 0; byte < 8; byte++) keep(register * 8 + byte, (difference >> BigInt(8 * byte)) & 0xffn);
		}

		for (const bit of FLAG_BITS) keep(Unit.FLAGS + bit, ((before.rflags ^ after.rflags) >> BigInt(bit)) & 1n);
	}
}

/** What is not listed was made of what was read. */
const unlisted = (state: FlowState): Source => made([...state.reads]);

/** Where everything that a step wrote came from. The machine stands behind the step afterwards. */
export const explainStep = (recording: Recording, step: number): StepFlow => new StepExplainer(recording).explain(step);
