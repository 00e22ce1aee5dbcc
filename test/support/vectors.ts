/** Runs recorded cases of a real processor on ours and says where they differ. */
import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {PageFaultBit} from '../../source/machine/fault.js';
import {ARITHMETIC_FLAGS, Flag} from '../../source/machine/flags.js';
import {Cell} from '../../source/machine/layout.js';
import type {Engine, Machine} from '../../source/machine/machine.js';
import {GENERAL_REGISTERS, type GeneralRegister} from '../../source/machine/registers.js';
import {BareMachine} from './bare-machine.js';
import {type FpuImage, getFpu, setFpu} from './fpu-image.js';

/** One case, as the file format has it. */
export interface VectorCase {
	readonly asm: string;
	readonly code: string;
	readonly initial: {
		readonly regs: Readonly<Partial<Record<string, string>>>;
		readonly flags: string;
		readonly xmm?: Readonly<Partial<Record<string, string>>>;
		readonly mem?: readonly (readonly [string, string])[];
		readonly mxcsr?: string;
		readonly fpu?: FpuImage;
	};
	readonly final: {
		readonly regs: Readonly<Partial<Record<string, string>>>;
		readonly rip: string;
		readonly flags: string;
		readonly xmm?: Readonly<Partial<Record<string, string>>>;
		readonly mxcsr?: string;
		readonly fpu?: FpuImage;
		readonly mem?: readonly (readonly [string, string])[];
		readonly exception?: {readonly vector: number; readonly errorCode: string; readonly cr2?: string};
	};
	readonly undefinedFlags?: string;
	readonly undefinedRegs?: readonly string[];
}

const CODE = 0x1000_0000n;
const START = CODE + 0x100n;
const CODE_BYTES = 0x2000;
const UPPER_HALF = 0xffff_8000_0000_0000n;
const INT3 = 0xcc;
const WRITABLE: readonly (readonly [bigint, number])[] = [[0x2000_0000n, 0x4000], [0x3000_0000n, 0x4000]];
const READ_ONLY: readonly [bigint, number] = [0x2000_4000n, 0x1000];
const BREAKPOINT = 3;

const DATA: readonly (readonly [bigint, number])[] = [...WRITABLE, READ_ONLY];

/** Notes a difference between what our machine has and what the real one had. */
type Check = (what: string, ours: string, theirs: string) => void;

const isMapped = (address: string | undefined): boolean => {
	if (address === undefined) return false;
	const at = BigInt(address);
	return at >= UPPER_HALF || [[CODE, CODE_BYTES] as const, ...DATA].some(([first, bytes]) => at >= first && at < first + BigInt(bytes));
};

const VECTORS_WITH_CODE = new Set([8, 10, 11, 12, 13, 14, 17]);
const STEP_LIMIT = 20_000;

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** A range of memory: zeros, with pieces laid over each other in order. */
function image(first: bigint, length: number, pieces: VectorCase['initial']['mem'] = []): Uint8Array {
	const bytes = new Uint8Array(length);
	for (const [address, text] of pieces) {
		const at = Number(BigInt(address) - first);
		if (at >= 0 && at < length) bytes.set(bytesOf(text).subarray(0, length - at), at);
	}

	return bytes;
}

/** Reads the cases of a .jsonl or .jsonl.gz file. */
export function readCases(path: string): VectorCase[] {
	const raw = readFileSync(path);
	const text = (path.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8');
	return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as VectorCase);
}

/** Runs cases one after the other on one machine, whose memory is put back after each. */
export class VectorRunner {
	private readonly bare: BareMachine;

	/** @param engine what runs the cases */
	constructor(engine: Engine = 'direct') {
		this.bare = new BareMachine(4 * 1024 * 1024, engine);
		const {bare} = this;
		bare.map(CODE, CODE_BYTES, {execute: true});
		for (const [address, bytes] of WRITABLE) bare.map(address, bytes, {write: true});
		bare.map(...READ_ONLY, {});
	}

	/** The differences between what the real processor left and what ours leaves; none if it passes. */
	run(test: VectorCase): string[] {
		this.load(test);
		const {machine} = this.bare;
		let stop;
		try {
			stop = machine.run(STEP_LIMIT);
		} catch (error) {
			return [`threw ${String(error)}`];
		}

		if (stop?.kind !== 'power-off') return [stop === undefined ? 'reached the step limit' : `stopped: ${stop.kind} ${'mnemonic' in stop ? stop.mnemonic : ''}`];
		return this.compare(test);
	}

	/** The machine about to run a case's first instruction. */
	prepare(test: VectorCase): Machine {
		this.load(test);
		return this.bare.machine;
	}

	private load({code, initial}: VectorCase): void {
		const {bare} = this;
		const {cpu} = bare.machine;
		bare.fill(CODE, CODE_BYTES, INT3);
		bare.poke(START, bytesOf(code));
		for (const [first, bytes] of DATA) bare.poke(first, image(first, bytes, initial.mem));
		bare.caught.length = 0;
		cpu.stopped = undefined;
		for (const [index, name] of GENERAL_REGISTERS.entries()) cpu.cells[index] = BigInt(initial.regs[name] ?? 0);
		cpu.cells.fill(0n, Cell.XMM, Cell.XMM + 32);
		for (const [number, value] of Object.entries(initial.xmm ?? {})) this.setXmm(Number(number), value ?? '');
		cpu.cells[Cell.MXCSR] = BigInt(initial.mxcsr ?? 0x1f80);
		setFpu(cpu.cells, initial.fpu);
		cpu.cells[Cell.HALTED] = 0n;
		bare.enterUser(START, BigInt(initial.regs.rsp ?? 0), BigInt(initial.flags) | Flag.IF);
	}

	private setXmm(number: number, value: string): void {
		const view = new DataView(bytesOf(value).buffer);
		const {cells} = this.bare.machine.cpu;
		cells[Cell.XMM + number * 2] = view.getBigUint64(0, true);
		cells[Cell.XMM + number * 2 + 1] = view.getBigUint64(8, true);
	}

	private xmm(number: number): string {
		const {cells} = this.bare.machine.cpu;
		const view = new DataView(new ArrayBuffer(16));
		view.setBigUint64(0, cells[Cell.XMM + number * 2], true);
		view.setBigUint64(8, cells[Cell.XMM + number * 2 + 1], true);
		return Buffer.from(view.buffer).toString('hex');
	}

	private compare(test: VectorCase): string[] {
		const {final} = test;
		const differences: string[] = [];
		const check: Check = (what, ours, theirs) => {
			if (ours !== theirs) differences.push(`${what} is ${ours}, the processor has ${theirs}`);
		};

		const caught = this.bare.caught.at(0);
		if (caught === undefined) return ['no exception was delivered'];
		const expected = final.exception ?? {vector: BREAKPOINT, errorCode: '0x0'};
		check('vector', String(caught.vector), String(expected.vector));
		if (differences.length > 0) return differences;
		if (VECTORS_WITH_CODE.has(caught.vector)) {
			// Whether a page was present was up to the system that recorded the case, but where the cases map nothing: it maps
			// its own pages on demand, and more or less of the kernel's.
			const counted = isMapped(final.exception?.cr2) ? ~BigInt(PageFaultBit.PRESENT) : ~0n;
			check('error code', hex(BigInt(caught.errorCode ?? 0) & counted), hex(BigInt(expected.errorCode) & counted));
		}

		if (final.exception?.cr2 !== undefined) check('cr2', hex(caught.cr2 ?? 0n), final.exception.cr2);
		const [rip, , flags, rsp] = this.bare.frame(VECTORS_WITH_CODE.has(caught.vector)) as [bigint, bigint, bigint, bigint];
		check('rip', hex(final.exception === undefined ? rip - 1n : rip), final.rip);
		const mask = (ARITHMETIC_FLAGS | Flag.DF) & ~BigInt(test.undefinedFlags ?? 0);
		check('flags', hex(flags & mask), hex(BigInt(final.flags) & mask));
		this.compareRegisters(test, rsp, check);
		this.compareVectors(test, check);
		for (const [first, bytes] of DATA) this.compareMemory(first, bytes, test, check);
		return differences;
	}

	private compareMemory(first: bigint, length: number, {initial, final}: VectorCase, check: Check): void {
		const ours = this.bare.peek(first, length);
		const theirs = image(first, length, [...(initial.mem ?? []), ...(final.mem ?? [])]);
		if (Buffer.compare(ours, theirs) === 0) return;
		const at = ours.findIndex((byte, index) => byte !== theirs[index]);
		const excerpt = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(at, at + 16)).toString('hex');
		check(`memory at ${hex(first + BigInt(at))}`, excerpt(ours), excerpt(theirs));
	}

	private compareRegisters({initial, final, undefinedRegs}: VectorCase, rsp: bigint, check: Check): void {
		for (const name of GENERAL_REGISTERS) {
			if (undefinedRegs?.includes(name)) continue;
			const ours = name === 'rsp' ? rsp : this.bare.machine.register(name satisfies GeneralRegister);
			check(name, hex(ours), hex(BigInt(final.regs[name] ?? initial.regs[name] ?? 0)));
		}
	}

	private compareVectors({initial, final}: VectorCase, check: Check): void {
		for (let number = 0; number < 16; number++) {
			check(`xmm${number}`, this.xmm(number), final.xmm?.[number] ?? initial.xmm?.[number] ?? '0'.repeat(32));
		}

		check('mxcsr', hex(this.bare.machine.cpu.cells[Cell.MXCSR]), hex(BigInt(final.mxcsr ?? initial.mxcsr ?? 0x1f80)));
		const ours = Object.entries(getFpu(this.bare.machine.cpu.cells));
		for (const [field, value] of ours) if (final.fpu !== undefined) check(`x87 ${field}`, String(value), String(final.fpu[field as keyof FpuImage]));
	}
}
