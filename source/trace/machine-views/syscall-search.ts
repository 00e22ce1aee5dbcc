import type {Argument, ArgumentType} from '../../kernel/syscalls/argument-types.js';
import {RETURN_KINDS} from '../../kernel/syscalls/return-kinds.js';
import {TOPICS} from '../../kernel/syscalls/topics.js';
import {IMPLEMENTED} from '../../kernel/implemented.js';
import {type Syscall, SYSCALLS} from '../../kernel/syscall-table.js';

/** Registers that carry a call's arguments, in order (System V ABI, A.2.1; rcx is taken by SYSCALL). */
export const ARGUMENT_REGISTERS = ['rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9'] as const;

/** One argument of a call, with where it goes. */
export interface ArgumentView {
	readonly register: (typeof ARGUMENT_REGISTERS)[number];
	readonly name: string;
	readonly type: ArgumentType;
	/** Whether the register holds the address of such a thing, not the thing itself. */
	readonly pointed: boolean;
	readonly sentence: string;
}

/** One row of the table of system calls. */
export interface SyscallView {
	/** What goes into rax. */
	readonly number: number;
	readonly name: string;
	readonly topic: string;
	/** What it does, in a few words that can follow its name. */
	readonly summary: string;
	/** Whether this kernel carries it out; the others answer -ENOSYS. */
	readonly implemented: boolean;
	readonly arguments: readonly ArgumentView[];
	/** What rax holds when it succeeds. */
	readonly returns: string;
	/** Call and arguments as C writes them. */
	readonly signature: string;
	readonly sentence: string;
}

const ON_BOARD: ReadonlySet<string> = new Set(IMPLEMENTED);

const TOPIC_OF: ReadonlyMap<number, string> = new Map([...TOPICS].flatMap(([topic, calls]) => calls.map(({number}): [number, string] => [number, topic])));

/** What an argument's register holds, by what the table says of it. */
function contentOf(call: Syscall, {type, access, extent, when}: Argument): string {
	const pointed = {in: 'the call reads', out: 'the call fills in', inout: 'the call reads and changes'};
	const what = type.replace(/^struct:/, 'struct ').replace(/^flags:/, 'flags for ').replaceAll('-', ' ');
	const number = extent === undefined || extent.given === 'constant' ? extent?.value.toString() : call.arguments.at(extent.value)?.name;
	const length = extent === undefined ? '' : `, ${extent.given === 'pointed' ? 'as many as stand at ' : ''}${number ?? '?'} ${extent.unit}`;
	const held = access === undefined ? `a value of the kind “${what}”` : `the address of “${what}”${length}, which ${pointed[access]}`;
	const condition = when === undefined ? '' : `; it counts only if ${call.arguments.at(when.argument)?.name ?? '?'} asks for it`;
	return `${held}${condition}`;
}

const argumentView = (call: Syscall, argument: Argument, index: number): ArgumentView => {
	const register = ARGUMENT_REGISTERS[index];
	return {register, name: argument.name, type: argument.type, pointed: argument.access !== undefined, sentence: `${register} holds ${argument.name}: ${contentOf(call, argument)}.`};
};

function viewOf(call: Syscall): SyscallView {
	const {number, name, summary, returns} = call;
	const implemented = ON_BOARD.has(name);
	const result = RETURN_KINDS[returns];
	return {
		number, name, topic: TOPIC_OF.get(number) ?? '', summary, implemented, returns: result,
		arguments: call.arguments.map((argument, index) => argumentView(call, argument, index)),
		signature: `${name}(${call.arguments.map(({name: each}) => each).join(', ')})`,
		sentence: `${name}, number ${number}, ${summary}; ${implemented ? 'this kernel carries it out' : 'this kernel answers -ENOSYS'}.`,
	};
}

/** The whole table, by number. */
export const SYSCALL_VIEWS: readonly SyscallView[] = SYSCALLS.map(viewOf);

/** Topics, in the order in which they are best read. */
export const SYSCALL_TOPICS: readonly string[] = [...TOPICS.keys()];

/** How well a row answers a word, from 0: not at all. */
function score({number, name, topic, summary, arguments: args}: SyscallView, word: string): number {
	if (/^(?:0x[0-9a-f]+|\d+)$/.test(word)) return Number(word) === number ? 100 : 0;
	if (name === word) return 90;
	if (name.startsWith(word)) return 70;
	if (name.includes(word)) return 60;
	if (topic === word) return 50;
	if (args.some(argument => argument.name.toLowerCase() === word || argument.type === word || argument.register === word)) return 40;
	if (topic.includes(word)) return 35;
	if (args.some(argument => argument.name.toLowerCase().includes(word) || argument.type.includes(word))) return 30;
	return summary.toLowerCase().includes(word) ? 20 : 0;
}

/**
 * Searches the table by number (decimal or 0x…), name, topic, argument (name, type or register) and summary. Of several
 * words all must fit; `here` stands for the calls that this kernel carries out.
 *
 * @param query what a person types; nothing finds everything
 * @returns the best answers first, equal ones by number
 */
export function findSyscalls(query: string): SyscallView[] {
	const whole = query.trim().toLowerCase();
	const words = SYSCALL_TOPICS.includes(whole) ? [whole] : whole.split(/\s+/).filter(word => word !== '');
	const scored = SYSCALL_VIEWS.map(view => ({view, scores: words.map(word => (word === 'here' ? Number(view.implemented) : score(view, word)))}));
	return scored
		.filter(({scores}) => scores.every(each => each > 0))
		.sort((a, b) => sum(b.scores) - sum(a.scores) || a.view.number - b.view.number)
		.map(({view}) => view);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
