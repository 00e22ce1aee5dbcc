import {InstructionDecoder, MAX_INSTRUCTION_LENGTH} from './decode.js';
import {generalProtection, NotImplemented, undefinedOpcode} from './fault.js';
import type {LinearMemory} from './linear-memory.js';
import type {Instruction} from './ops.js';
import {PAGE_SIZE, PageState, type PhysicalMemory} from './physical-memory.js';

/** An instruction together with what runs it. */
export interface Runnable extends Instruction {
	/** The semantic function, and what it runs on: the operations, or the whole processor. */
	readonly run: (on: never, instruction: Instruction) => void;
	readonly on: never;
	/** Must be the only instruction of its block: it depends on, or changes, how the machine runs. */
	readonly alone: boolean;
}

/** A straight run of instructions within one page. */
export interface Block {
	readonly address: bigint;
	readonly instructions: readonly Runnable[];
	/** False once the page has been written: what is left of the block must be decoded again. */
	valid: boolean;
	/** The blocks that were run after this one, the last one first, and the fetch generation in which they were found. */
	next: Block | undefined;
	other: Block | undefined;
	generation: number;
	/** Where the emitted interpreter has it, or 0; and how often that was asked for. */
	record: number;
	wanted: number;
}

const newBlock = (address: bigint, instructions: readonly Runnable[]): Block =>
	({address, instructions, valid: true, next: undefined, other: undefined, generation: 0, record: 0, wanted: 0});

/** Decoded code of one physical page, at one linear address. */
interface CodePage {
	readonly page: number;
	readonly linear: bigint;
	readonly instructions: Map<number, Runnable>;
	readonly blocks: (Block | undefined)[];
	readonly decoder: InstructionDecoder;
}

/** Pages of decoded code kept at once. */
const MAX_PAGES = 512;

/** Instructions of a block at most. */
const MAX_BLOCK = 64;

/** The bytes of a block's instructions, from the window that they were decoded from. */
function bytesFrom(decoder: InstructionDecoder, offset: number, {instructions}: Block): Uint8Array[] {
	let at = offset;
	return instructions.map(({length}) => decoder.bytesAt(at, (at += length)));
}

/** Gives an instruction what runs it. */
export type Binder = (instruction: Instruction) => Pick<Runnable, 'run' | 'on' | 'alone'> | undefined;

/** Decodes code on demand and keeps it by physical page until the page is written. */
export class CodeCache {
	private readonly pages = new Map<number, CodePage>();
	private readonly window = new InstructionDecoder();
	private watched: ReadonlySet<bigint> = new Set<bigint>();
	private reached: (address: bigint) => void = () => undefined;

	constructor(
		private readonly memory: PhysicalMemory,
		private readonly linear: LinearMemory,
		private readonly bind: Binder,
	) {
		memory.onCodeWrite = page => this.drop(page);
	}

	/** Forgets all decoded code. */
	clear(): void {
		for (const page of [...this.pages.keys()]) this.drop(page);
	}

	/** Tells of the instructions at some addresses, each time before one of them runs; all others run as fast as ever. */
	watch(addresses: ReadonlySet<bigint>, reached: (address: bigint) => void): void {
		this.watched = addresses;
		this.reached = reached;
		this.clear();
	}

	/** All blocks that are known now. */
	*known(): Generator<Block> {
		for (const {blocks} of this.pages.values()) for (const block of blocks) if (block !== undefined) yield block;
	}

	/** All blocks that are known now, with the bytes of each of their instructions. */
	*knownWithBytes(): Generator<Block & {readonly bytes: readonly Uint8Array[]}> {
		for (const {blocks, decoder} of this.pages.values()) {
			for (const [offset, block] of blocks.entries()) if (block !== undefined) yield {...block, bytes: bytesFrom(decoder, offset, block)};
		}
	}

	/** The block at an address, where the way to it may be known from the block before. Throws as `block` does. */
	follow(before: Block | undefined, address: bigint): Block {
		if (before === undefined) return this.block(address);
		const generation = this.linear.fetchGeneration;
		if (before.generation === generation) {
			const {next, other} = before;
			if (next?.address === address && next.valid) return next;
			if (other?.address === address && other.valid) {
				before.next = other;
				before.other = next;
				return other;
			}
		} else {
			before.next = undefined;
			before.generation = generation;
		}

		const found = this.block(address);
		// A fetch may itself have changed what is known of translations.
		if (this.linear.fetchGeneration === generation) {
			before.other = before.next;
			before.next = found;
		}

		return found;
	}

	/** The block at an address. Throws the fault of the fetch, #UD for bytes that are no instruction. */
	block(address: bigint): Block {
		const physical = this.linear.fetch(address);
		if (!this.memory.holds(physical, 1)) return this.single(address);
		const page = this.page(physical, address);
		const offset = physical % PAGE_SIZE;
		const known = page.blocks[offset];
		if (known !== undefined) return known;
		const block = this.build(page, offset, address);
		if (block === undefined) return this.single(address);
		page.blocks[offset] = block;
		return block;
	}

	/** The instruction at an address, as `block` finds it. */
	instruction(address: bigint): Runnable {
		const physical = this.linear.fetch(address);
		if (this.memory.holds(physical, 1)) {
			const found = this.decodeInPage(this.page(physical, address), physical % PAGE_SIZE, address);
			if (found !== undefined) return found;
		}

		return this.single(address).instructions[0];
	}

	private drop(number: number): void {
		const page = this.pages.get(number);
		if (page === undefined) return;
		this.pages.delete(number);
		for (const block of page.blocks) if (block !== undefined) block.valid = false;
		this.linear.codeChanged();
		page.decoder.close();
	}

	private page(physical: number, address: bigint): CodePage {
		const number = Math.floor(physical / PAGE_SIZE);
		const linear = address & ~0xfffn;
		const known = this.pages.get(number);
		if (known?.linear === linear) return known;
		if (known !== undefined) this.drop(number);
		if (this.pages.size >= MAX_PAGES) this.clear();
		const decoder = new InstructionDecoder();
		decoder.open(this.memory.ram.slice(number * PAGE_SIZE, (number + 1) * PAGE_SIZE));
		const page: CodePage = {page: number, linear, instructions: new Map(), blocks: new Array<Block | undefined>(PAGE_SIZE), decoder};
		this.pages.set(number, page);
		// From now on a write to the page must come the long way, so that this code is dropped.
		this.memory.pages[number] |= PageState.CODE;
		this.linear.dropWriteShortcuts();
		return page;
	}

	/** Instructions from an offset on, up to one that changes the flow; undefined if not even one lies in the page. */
	private build(page: CodePage, offset: number, address: bigint): Block | undefined {
		const instructions: Runnable[] = [];
		let at = offset;
		while (at < PAGE_SIZE && instructions.length < MAX_BLOCK) {
			const next = this.nextOf(page, at, address + BigInt(at - offset), instructions.length === 0);
			if (next === undefined || (next.alone && instructions.length > 0)) break;
			instructions.push(next);
			at += next.length;
			if (next.changesFlow || next.alone) break;
		}

		return instructions.length === 0 ? undefined : newBlock(address, instructions);
	}

	/** Like decodeInPage, but bytes that can't run only matter if they come first: else they end the block. */
	private nextOf(page: CodePage, offset: number, address: bigint, first: boolean): Runnable | undefined {
		if (first) return this.decodeInPage(page, offset, address);
		try {
			return this.decodeInPage(page, offset, address);
		} catch {
			return undefined;
		}
	}

	private decodeInPage(page: CodePage, offset: number, address: bigint): Runnable | undefined {
		const known = page.instructions.get(offset);
		if (known !== undefined) return known;
		const found = page.decoder.at(offset, address);
		if (found === 'more-bytes') return undefined;
		if (found === 'invalid') {
			if (offset + MAX_INSTRUCTION_LENGTH > PAGE_SIZE) return undefined;
			throw this.refusal(page.decoder.tooLong(offset));
		}

		const runnable = this.runnable(found);
		page.instructions.set(offset, runnable);
		return runnable;
	}

	private refusal(tooLong: boolean): unknown {
		return tooLong ? generalProtection(0, 'the instruction is longer than 15 bytes') : undefinedOpcode('the bytes are no instruction of this processor');
	}

	/** An instruction that may reach into the next page: decoded each time, from as many bytes as it needs. */
	private single(address: bigint): Block {
		const bytes = new Uint8Array(MAX_INSTRUCTION_LENGTH);
		const within = PAGE_SIZE - Number(address & 0xfffn);
		let count = 0;
		const take = (limit: number): void => {
			const physical = this.linear.fetch(BigInt.asUintN(64, address + BigInt(count)));
			for (; count < limit; count++) bytes[count] = Number(this.memory.read(physical + (count < within ? count : count - within), 8));
		};

		take(Math.min(within, MAX_INSTRUCTION_LENGTH));
		let found = this.decodeBytes(bytes.subarray(0, count), address);
		if (found === 'more-bytes' && count < MAX_INSTRUCTION_LENGTH) {
			take(MAX_INSTRUCTION_LENGTH);
			found = this.decodeBytes(bytes, address);
		}

		if (typeof found === 'string') throw this.refusal(found === 'more-bytes' || this.window.tooLong(0));
		// Nothing tells this block of writes to its pages: it is good for once.
		return {...newBlock(address, [this.runnable(found)]), valid: false};
	}

	private decodeBytes(bytes: Uint8Array, address: bigint): ReturnType<InstructionDecoder['at']> {
		this.window.open(bytes);
		return this.window.at(0, address);
	}

	private runnable(instruction: Instruction): Runnable {
		const bound = this.bind(instruction);
		if (bound === undefined) throw new NotImplemented(instruction.mnemonic, instruction.address);
		const {next, bits, d, s, t, address, condition, ...others} = instruction;
		// What every execution reads comes first, so that it lies together.
		const runnable: Runnable = {run: bound.run, on: bound.on, next, bits, d, s, t, address, condition, alone: bound.alone, ...others};
		return this.watched.has(address) ? this.telling(runnable) : runnable;
	}

	private telling(runnable: Runnable): Runnable {
		const run = (on: never, instruction: Instruction): void => {
			this.reached(instruction.address);
			runnable.run(on, instruction);
		};

		return {...runnable, run, alone: true};
	}
}
