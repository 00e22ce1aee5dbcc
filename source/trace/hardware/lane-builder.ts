import {isCanonical} from '../../machine/control-bits.js';
import type {Instruction} from '../../machine/ops.js';
import {Access} from '../../machine/paging.js';
import type {StepDetail} from '../detail.js';
import type {LaneEntry, LaneStage} from './lane-entry.js';
import {located, NAMELESS, named, type Naming} from './places.js';
import {instructionReference, MANUAL} from './references.js';

/** What an entry says, without what the builder knows of the moment. */
export type Said = Omit<LaneEntry, 'stage' | 'reference' | 'iteration'> & {readonly reference?: string};

/** The lane as it grows, and what must be remembered of the step so far. */
export class LaneBuilder {
	readonly entries: LaneEntry[] = [];
	stage: LaneStage = 'fetch';
	/** The instruction, once it is decoded. */
	instruction: Instruction | undefined;
	/** The element of a repeated string instruction that is being done, from 1; 0 before the first. */
	iteration = 0;
	/** The vector that is being delivered. */
	vector: number | undefined;
	/** The first half of a descriptor or gate whose second half comes next. */
	low: bigint | undefined;
	/** Values of registers that have been told, by register and width. */
	private readonly told = new Map<string, bigint>();
	/** Look-ups that have been told. */
	private readonly lookedUp = new Set<string>();
	/** Segment registers whose selector an effect of the step tells. */
	readonly selectorsTold: ReadonlySet<string>;

	constructor(
		readonly detail: StepDetail,
		readonly naming: Naming,
	) {
		this.selectorsTold = new Set(detail.effects.map(({target}) => target));
	}

	/** The manual's page on what is going on. */
	private get reference(): string {
		if (this.stage === 'deliver' || this.instruction === undefined) return MANUAL.EXCEPTION;
		return instructionReference(this.instruction.name, this.instruction.mnemonic);
	}

	/** Adds an entry. */
	say(said: Said): void {
		const {stage, iteration} = this;
		this.entries.push({stage, reference: this.reference, ...said, ...(iteration === 0 || stage !== 'execute' ? {} : {iteration})});
	}

	/** Adds an entry about a value that stays. */
	sayValue(said: Omit<Said, 'before' | 'after'> & {readonly value: bigint}): void {
		const {value, ...others} = said;
		this.say({...others, before: value, after: value});
	}

	/** A value in hex, and what lies there. */
	named(value: bigint): string {
		return named(value, isCanonical(value) ? this.naming : NAMELESS);
	}

	/** An address in hex, and what lies there in parentheses. */
	at(address: bigint): string {
		return located(address, isCanonical(address) ? this.naming : NAMELESS);
	}

	/** Notes a register's value; false if the lane has it already. */
	learn(register: string, bits: number, value: bigint): boolean {
		const key = `${register}/${bits}`;
		const whole = this.told.get(`${register}/64`);
		if (this.told.get(key) === value || (whole !== undefined && BigInt.asUintN(bits, whole) === value)) return false;
		this.told.set(key, value);
		return true;
	}

	/** Notes that a register has been written: parts that were read before count no longer. */
	overwrite(register: string, value: bigint): void {
		for (const key of this.told.keys()) if (key.startsWith(`${register}/`)) this.told.delete(key);
		this.told.set(`${register}/64`, value);
	}

	/** Notes the look-up of a page; false if the lane has it already. */
	lookUp(address: bigint, access: number): boolean {
		const key = `${address >> 12n}/${access}`;
		// Who may write a page may read it.
		if (this.lookedUp.has(key) || (access === Access.READ && this.lookedUp.has(`${address >> 12n}/${Access.WRITE}`))) return false;
		this.lookedUp.add(key);
		return true;
	}
}
