import {OperandKind} from '../machine/ops.js';
import {GENERAL_REGISTERS} from '../machine/registers.js';
import {changes, type LaneEntry} from './hardware/lane-entry.js';
import {located} from './hardware/places.js';
import {partName, registerTitle} from './hardware/register-names.js';
import {hex} from './names.js';
import type {Told} from './narrator.js';
import {listed} from './narrator-text.js';

type Rule = (told: Told) => string | undefined;

/** What the instruction itself did of a kind; what came before and behind it is another matter. */
const of = (told: Told, kind: LaneEntry['kind'], target?: string): LaneEntry[] =>
	told.lane.filter(entry => entry.stage === 'execute' && entry.kind === kind && (target === undefined || entry.target === target));
const first = (told: Told, kind: LaneEntry['kind'], target?: string): LaneEntry | undefined => of(told, kind, target).at(0);

/** Where an entry's memory is. */
const placeOf = ({naming}: Told, {address = 0n}: LaneEntry): string => located(address, naming);

const value = ({naming}: Told, number: bigint): string => located(number, naming);

function push(told: Told): string | undefined {
	const written = first(told, 'memory-write');
	if (written === undefined) return undefined;
	return `${value(told, written.after)} goes to ${placeOf(told, written)}, the new top of the stack`;
}

function pop(told: Told): string | undefined {
	const read = first(told, 'memory-read');
	const register = of(told, 'register').find(({target}) => target !== 'rsp') ?? first(told, 'flags');
	if (read === undefined) return undefined;
	const to = register === undefined ? 'memory' : registerTitle(register.target);
	return `${value(told, read.after)} comes off the stack into ${told.instruction.d.kind === OperandKind.REGISTER && told.instruction.d.register === RSP ? 'rsp' : to}; rsp is now ${value(told, told.detail.after.general.rsp)}`;
}

const RSP = GENERAL_REGISTERS.indexOf('rsp');

function call(told: Told): string | undefined {
	const written = first(told, 'memory-write');
	return written === undefined ? undefined : `on to ${value(told, told.detail.after.rip)}; the return address ${hex(written.after)} waits at ${placeOf(told, written)}`;
}

function ret(told: Told): string {
	return `back to ${value(told, told.detail.after.rip)}, which lay on top of the stack`;
}

function jump(told: Told): string {
	const condition = first(told, 'condition');
	const goes = first(told, 'register', 'rip') !== undefined;
	const why = condition === undefined ? '' : condition.sentence.replace(/^The /, 'the ').replace(/:.*$|\.$/, '');
	const where = goes ? `on to ${value(told, told.detail.after.rip)}` : 'the jump is not taken';
	return why === '' ? where : `${why}: ${where}`;
}

function compare(told: Told): string | undefined {
	const flags = first(told, 'flags');
	return flags === undefined ? undefined : `${lowered(flags.sentence)}; nothing else changes`;
}

const lowered = (sentence: string): string => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, '');

/** A string instruction in one step: how many elements it did, and where its pointers stand. */
function string(told: Told): string | undefined {
	const elements = of(told, 'iteration').length;
	if (told.instruction.repeat === 0) return undefined;
	if (elements === 0) return 'rcx is 0: nothing is left to do';
	const pointers = (['rsi', 'rdi'] as const).filter(name => told.detail.before.general[name] !== told.detail.after.general[name]).map(name => `${name} is now ${value(told, told.detail.after.general[name])}`);
	const left = told.detail.after.general.rcx;
	const bytes = told.instruction.bits >> 3;
	return `${elements} element${elements === 1 ? '' : 's'} of ${bytes} byte${bytes === 1 ? '' : 's'}; ${listed([...pointers, `rcx ${left === 0n ? 'has come down to 0' : `is still ${left}`}`])}`;
}

/** Where a value that a move puts somewhere comes from. */
function source(told: Told): string {
	const {instruction: {s, name}} = told;
	if (!name.startsWith('mov')) return '';
	if (s.kind === OperandKind.REGISTER) return `, the value of ${partName(GENERAL_REGISTERS[s.register], s.bits, s.high)}`;
	const read = first(told, 'memory-read');
	if (read !== undefined) return `, from ${placeOf(told, read)}`;
	const system = first(told, 'read');
	return system === undefined || s.kind === OperandKind.IMMEDIATE ? '' : `, the value of ${registerTitle(system.target)}`;
}

function readMsr(told: Told): string | undefined {
	const read = of(told, 'read').find(({target}) => target !== 'rcx');
	return read === undefined ? undefined : `${registerTitle(read.target)} is ${value(told, read.after)}: edx takes its upper half, eax its lower one`;
}

/** What an entry changed, as a clause. */
function clause(told: Told, entry: LaneEntry): string | undefined {
	const {kind, target, bits, after, parts} = entry;
	switch (kind) {
		case 'register':
			return target === 'cpl' ? `the privilege level becomes ${after}` : `${registerTitle(target)} becomes ${value(told, after)}`;
		case 'memory-write':
			return target === 'memory' ? `the ${bits} bits at ${placeOf(told, entry)} become ${value(told, after)}` : undefined;
		case 'flags':
			return parts === undefined || parts.length === 0 ? undefined : listed(parts.map(({name, after: flag}) => `${name} becomes ${flag}`));
		default:
			return undefined;
	}
}

/** What a register holds in the end is what counts, not what it held on the way. */
function lastOfEach(entries: readonly LaneEntry[]): LaneEntry[] {
	const last = new Map(entries.map(entry => [`${entry.target} ${entry.address ?? ''}`, entry]));
	return [...last.values()];
}

/** Clauses that a sentence can carry. */
const MOST_CLAUSES = 6;

/** The changes of a step one after another. */
function plain(told: Told): string {
	const wrote = lastOfEach(told.lane.filter(({stage, kind}) => stage === 'execute' && (kind === 'register' || kind === 'memory-write' || kind === 'flags')));
	const clauses = wrote.filter(entry => entry.kind !== 'flags' || changes(entry)).map(entry => clause(told, entry)).filter(each => each !== undefined);
	if (clauses.length === 0) return 'nothing changes but rip';
	if (clauses.length > MOST_CLAUSES) return `${clauses.slice(0, MOST_CLAUSES).join(', ')}, and ${clauses.length - MOST_CLAUSES} more things change`;
	const [one, ...others] = clauses;
	return listed([`${one}${source(told)}`, ...others]);
}

/** Instructions of which there is more to say than what they change. */
const RULES: Readonly<Partial<Record<string, Rule>>> = {
	push, pushfq: push, 'push-segment': push, pop, popfq: pop, call, ret,
	jmp: jump, jcc: jump, jrcxz: jump, jecxz: jump, loop: jump, cmp: compare, test: compare,
	movs: string, stos: string, lods: string, scas: string, cmps: string, ins: string, outs: string,
	endbr64: () => 'a mark that says that jumps may land here; nothing changes but rip',
	rdmsr: readMsr,
	sti: () => 'interrupts of devices are taken from now on, after one more instruction',
	cli: () => 'interrupts of devices wait from now on',
	stac: () => 'AC becomes 1: the kernel may touch the program’s pages',
	clac: () => 'AC becomes 0: SMAP keeps the kernel off the program’s pages',
};

/** What is said of an instruction by what it did. */
export function workSentence(told: Told): string {
	const {name, mnemonic} = told.instruction;
	const rule = RULES[name] ?? RULES[mnemonic.toLowerCase()];
	return rule?.(told) ?? plain(told);
}
