import type {Kernel} from '../../kernel/kernel.js';
import type {SymbolTable} from '../../program/image.js';
import type {TraceEvent} from '../events.js';
import {along, backwards, type Diagram, type DiagramNode, type NodeState, type Position, type Whereabouts} from './diagram.js';

/** Functions of the program that stand on the way to the call, if it has them. */
const LIBRARY: readonly (readonly [symbol: string, caption: string])[] = [
	['main', 'The program’s own code.'],
	['printf', 'The C library puts the text together and decides when to write it.'],
	['puts', 'The C library puts the text together and decides when to write it.'],
	['write', 'A thin wrapper: it puts the number into rax and makes the call.'],
];

/** The boxes on the kernel's side. An address is that of a label. */
const KERNEL_SIDE: readonly {readonly id: string; readonly title: string; readonly caption: string; readonly label?: string; readonly instead?: string}[] = [
	{id: 'entry', title: 'entry_SYSCALL_64', label: 'entry_SYSCALL_64', caption: 'Ring 0, but still on the program’s stack: swapgs gives the kernel its own variables.'},
	{id: 'stack', title: 'the stack switch', caption: 'rsp becomes cpu_current_top_of_stack: the thread’s kernel stack.'},
	{id: 'pt_regs', title: 'struct pt_regs', caption: 'The program’s registers are pushed one after another, 21 words, and cleared.'},
	{id: 'do_syscall_64', title: 'do_syscall_64', label: 'do_syscall_64', caption: 'Entry work, the bounds check, and afterwards exit work and the checks for SYSRET.'},
	{id: 'dispatch', title: 'x64_sys_call', label: 'x64_sys_call', caption: 'The number chooses the handler.'},
	{id: 'handler', title: 'the handler', caption: 'The call itself, with its arguments from pt_regs.'},
	{id: 'result', title: 'regs->ax', label: 'syscall_exit_to_user_mode', caption: 'The result stands in pt_regs; exit work, and the choice between SYSRET and IRET.'},
	{id: 'restore', title: 'the registers come back', label: 'syscall_return_via_sysret', caption: 'The program’s registers are popped, the stack and the GS base are switched back.'},
	{id: 'sysretq', title: 'sysretq', label: 'entry_SYSRETQ_unsafe_stack', caption: 'rip comes from rcx, the flags from r11: ring 3 again.'},
	{id: 'iretq', title: 'iretq', label: 'native_irq_return_iret', instead: 'sysretq', caption: 'The long way: rip, cs, flags, rsp and ss come from the stack.'},
];

/** What the diagram needs of the program. */
export interface DiagramProgram {
	readonly symbols: SymbolTable;
}

const withAddress = (node: Omit<DiagramNode, 'address'>, address: bigint | undefined): DiagramNode => (address === undefined ? node : {...node, address});

/** From the program's code through the kernel and back: what a printf sets in motion. */
export function crossingDiagram(kernel: Kernel, program?: DiagramProgram): Diagram {
	const library = LIBRARY.flatMap(([symbol, caption]) => {
		const address = program?.symbols.addressOf(symbol);
		return address === undefined ? [] : [{id: symbol, title: symbol, caption, depth: 0, address}];
	});
	const inside = KERNEL_SIDE.map(({id, title, caption, label, instead}) =>
		withAddress({id, title, caption, depth: 1, ...(instead === undefined ? {} : {instead})}, label === undefined ? undefined : kernel.symbols.addressOf(label)));
	return {
		id: 'crossing',
		title: 'One call, there and back',
		nodes: [
			{id: 'program', title: 'the program', caption: 'Ring 3: the program runs on its own stack.', depth: 0},
			...library,
			{id: 'syscall', title: 'syscall', caption: 'One instruction: the number is in rax, the arguments are in rdi, rsi, rdx, r10, r8 and r9.', depth: 0},
			...inside,
			{id: 'back', title: 'back in the program', caption: 'rax holds the result; rcx and r11 are lost, everything else is as before.', depth: 0},
		],
	};
}

/** What the events say of the crossing that a step is in. */
interface Crossing {
	/** Kinds of its events that lie behind the step, or are just being reached. */
	readonly kinds: ReadonlySet<TraceEvent['kind']>;
	/** Whether it is over. */
	readonly over: boolean;
	/** The step after which it was over. */
	readonly left: number;
	/** Exceptions and interrupts that came on the way and are not done with. */
	readonly aside: Extract<TraceEvent, {kind: 'exception' | 'interrupt'}> | undefined;
}

/** Events that say of the instruction that comes next where it stands; the others say what an instruction has done. */
const REACHED: ReadonlySet<TraceEvent['kind']> = new Set<TraceEvent['kind']>(['dispatch', 'result']);

/** Events of the task that runs at a step, the last first: what others did meanwhile is left out. */
function* ownEvents(whereabouts: Whereabouts): Generator<TraceEvent> {
	let own: number | undefined;
	let runs = true;
	for (const event of backwards(whereabouts)) {
		if (event.kind === 'switch' && event.step < whereabouts.step) {
			own ??= event.to;
			runs = event.from === own;
		} else if (runs) {
			yield event;
		}
	}
}

/** The crossing that a step is in, or the last one; undefined before the first. */
function crossingAt(whereabouts: Whereabouts): Crossing | undefined {
	const kinds = new Set<TraceEvent['kind']>();
	let left = -1;
	let returns = 0;
	let aside: Crossing['aside'];
	for (const event of ownEvents(whereabouts)) {
		if (event.step === whereabouts.step && !REACHED.has(event.kind)) continue;
		// What happened behind a return is another matter.
		if ((event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3)) && left < 0) left = event.step;
		if (event.kind === 'iret') returns++;
		else if (event.kind === 'exception' || event.kind === 'interrupt') {
			if (returns > 0) returns--;
			else if (left < 0) aside ??= event;
		}

		kinds.add(event.kind);
		if (event.kind === 'syscall') return {kinds, over: left >= 0, left, aside};
	}

	return undefined;
}

/** Labels of the entry code and the box that their code belongs to, once the pt_regs have been handed on. */
const WAY_OUT: ReadonlyMap<string, string> = new Map([
	['entry_SYSCALL_64', 'restore'], ['entry_SYSCALL_64_after_hwframe', 'restore'], ['syscall_return_via_sysret', 'restore'],
	['entry_SYSRETQ_unsafe_stack', 'sysretq'], ['swapgs_restore_regs_and_return_to_usermode', 'restore'], ['native_irq_return_iret', 'iretq'],
]);

/** Functions whose code is the choice of the handler. */
const CHOOSING: ReadonlySet<string> = new Set(['do_syscall_x64', 'x64_sys_call']);

function kernelBox(name: string, {kinds}: Crossing): string {
	if (!kinds.has('stack-switch') && !kinds.has('push')) return 'entry';
	if (!kinds.has('pt_regs')) return 'pt_regs';
	const out = WAY_OUT.get(name);
	if (out !== undefined) return out;
	if (kinds.has('result')) return 'result';
	if (CHOOSING.has(name)) return kinds.has('dispatch') ? 'do_syscall_64' : 'dispatch';
	return kinds.has('dispatch') && name !== 'do_syscall_64' ? 'handler' : 'do_syscall_64';
}

/** Whether a run is about to do something that an event tells, as far as the run is known. */
const isAbout = ({events, step}: Whereabouts, kind: TraceEvent['kind']): boolean => {
	for (const event of backwards({events, step, registers: {rip: 0n, cpl: 0}})) {
		if (event.step < step) return false;
		if (event.kind === kind) return true;
	}

	return false;
};

function boxNow(kernel: Kernel, program: DiagramProgram | undefined, whereabouts: Whereabouts, crossing: Crossing | undefined): string | undefined {
	const {registers: {rip, cpl}, step} = whereabouts;
	if (cpl === 3) {
		if (isAbout(whereabouts, 'syscall')) return 'syscall';
		if (crossing?.over === true && crossing.left === step - 1) return 'back';
		const name = program?.symbols.nearest(rip)?.name;
		return LIBRARY.some(([symbol]) => symbol === name) ? name : 'program';
	}

	if (crossing === undefined || crossing.over || crossing.aside !== undefined) return undefined;
	const box = kernelBox(kernel.symbols.nearest(rip)?.name ?? '', crossing);
	return box === 'entry' && isAbout(whereabouts, 'stack-switch') ? 'stack' : box;
}

/** The last box that the events of a crossing vouch for. */
function reachedBox(crossing: Crossing | undefined): string | undefined {
	if (crossing === undefined || crossing.over) return undefined;
	const {kinds} = crossing;
	if (kinds.has('result')) return 'handler';
	if (kinds.has('dispatch')) return 'dispatch';
	if (kinds.has('pt_regs')) return 'pt_regs';
	return kinds.has('stack-switch') ? 'stack' : 'syscall';
}

function sentence(diagram: Diagram, now: string | undefined, crossing: Crossing | undefined): string {
	const caption = diagram.nodes.find(({id}) => id === now)?.caption;
	if (caption !== undefined) return caption;
	if (crossing?.aside !== undefined) return `${crossing.aside.kind === 'interrupt' ? 'An interrupt' : 'An exception'} is being handled; the way goes on behind it.`;
	return crossing === undefined ? 'The kernel runs, and this task has made no call yet.' : 'The kernel runs for something else than a call.';
}

/** Where a run is on a call's way. */
export function whereIsCrossing(diagram: Diagram, kernel: Kernel, program: DiagramProgram | undefined, whereabouts: Whereabouts): Position {
	const crossing = crossingAt(whereabouts);
	const now = boxNow(kernel, program, whereabouts, crossing);
	const byIret = now === 'iretq' || (now === 'restore' && kernel.symbols.nearest(whereabouts.registers.rip)?.name.startsWith('swapgs_restore') === true) || (now === 'back' && crossing?.kinds.has('sysret') !== true);
	const states: Record<string, NodeState> = along(diagram.nodes, now, now === undefined ? reachedBox(crossing) : undefined);
	if (byIret) states.sysretq = 'skipped';
	else if (now === 'sysretq' || now === 'back') states.iretq = 'skipped';
	return {...(now === undefined ? {} : {now}), states, sentence: sentence(diagram, now, crossing)};
}
