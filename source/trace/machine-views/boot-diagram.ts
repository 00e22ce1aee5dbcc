import type {Kernel} from '../../kernel/kernel.js';
import {BOOT_PURPOSES} from '../narrator-events.js';
import {backwards, type Diagram, type DiagramNode, type NodeState, type Position, type Whereabouts} from './diagram.js';

/** The boot chain with what each function calls indented below it. */
const CHAIN: readonly (readonly [label: string, depth: number])[] = [
	['startup_64', 0], ['start_kernel', 1], ['trap_init', 2], ['setup_cpu_entry_areas', 3], ['sev_es_init_vc_handling', 3],
	['cpu_init_exception_handling', 3], ['set_tss_desc', 4], ['load_TR_desc', 4], ['idt_setup_traps', 3],
	['cpu_init', 3], ['syscall_init', 4], ['idt_syscall_init', 5], ['rest_init', 2],
];

/** What comes again and again once the kernel has booted. */
const RECURRING: readonly (readonly [label: string, title: string, caption: string])[] = [
	['update_task_stack', 'update_task_stack', 'At each context switch the next thread’s kernel stack is written down for the door.'],
	['entry_SYSCALL_64', 'a syscall fires', 'The processor goes to the address in IA32_LSTAR, and the entry code finds the stack that was written down.'],
];

/** The boot chain: how the processor comes to know where to go and on which stack, when something traps. */
export function bootDiagram(kernel: Kernel): Diagram {
	const node = (id: string, title: string, caption: string, depth: number): DiagramNode => {
		const address = kernel.symbols.addressOf(id);
		return {id, title, caption, depth, ...(address === undefined ? {} : {address})};
	};

	const chain = CHAIN.map(([label, depth]) => {
		const purpose = BOOT_PURPOSES.get(label) ?? label;
		return node(label, label, `${purpose.charAt(0).toUpperCase()}${purpose.slice(1)}.`, depth);
	});
	return {id: 'boot', title: 'From power-on to the door', nodes: [...chain, ...RECURRING.map(([id, title, caption]) => node(id, title, caption, 0))]};
}

/** Functions that others of the chain call, by who calls them. */
const HELPERS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
	['load_direct_gdt', ['startup_64']], ['cea_set_pte', ['setup_cpu_entry_areas']], ['tss_setup_ist', ['cpu_init_exception_handling']],
	['load_current_idt', ['cpu_init_exception_handling']], ['cpu_feature_enabled_fred', ['trap_init', 'syscall_init']], ['set_intr_gate', ['idt_setup_traps']],
	['load_fixmap_gdt', ['cpu_init']],
]);

/** The function of the chain that runs: the one that rip is in, or the one that called what rip is in. */
function functionNow(kernel: Kernel, whereabouts: Whereabouts): string | undefined {
	const name = kernel.symbols.nearest(whereabouts.registers.rip)?.name ?? '';
	if (CHAIN.some(([label]) => label === name)) return name;
	const callers = HELPERS.get(name);
	if (callers !== undefined) {
		const known = entered(whereabouts);
		return callers.findLast(label => known.has(label)) ?? callers[0];
	}

	for (const event of backwards(whereabouts)) if (event.kind === 'boot') return event.label;
	return undefined;
}

/** Labels of the chain that were entered up to a step. */
function entered(whereabouts: Whereabouts): ReadonlySet<string> {
	const found = new Set<string>();
	for (const event of backwards(whereabouts)) if (event.kind === 'boot') found.add(event.label);
	return found;
}

/** Whether a program has been entered: then the chain is done. */
function hasBooted(whereabouts: Whereabouts): boolean {
	if (whereabouts.registers.cpl === 3) return true;
	for (const event of backwards(whereabouts)) {
		if (event.kind === 'boot') return false;
		if (event.kind === 'syscall' || (event.kind === 'iret' && event.cpl === 3 && event.step < whereabouts.step)) return true;
	}

	return false;
}

/** Where a run is in the boot chain. */
export function whereIsBoot(diagram: Diagram, kernel: Kernel, whereabouts: Whereabouts): Position {
	if (hasBooted(whereabouts)) return afterBoot(diagram, kernel, whereabouts);
	const now = functionNow(kernel, whereabouts);
	const done = entered(whereabouts);
	const states = Object.fromEntries(diagram.nodes.map(({id}): [string, NodeState] => [id, id === now ? 'now' : done.has(id) ? 'done' : 'ahead']));
	const caption = diagram.nodes.find(({id}) => id === now)?.caption ?? 'The machine has just been switched on.';
	return {...(now === undefined ? {} : {now}), states, sentence: caption};
}

function afterBoot(diagram: Diagram, kernel: Kernel, {registers: {rip, cpl}}: Whereabouts): Position {
	const name = cpl === 0 ? kernel.symbols.nearest(rip)?.name : undefined;
	const now = RECURRING.find(([label]) => label === name)?.[0];
	const states = Object.fromEntries(diagram.nodes.map(({id}): [string, NodeState] => [id, id === now ? 'now' : RECURRING.some(([label]) => label === id) ? 'ready' : 'done']));
	return {...(now === undefined ? {} : {now}), states, sentence: diagram.nodes.find(({id}) => id === now)?.caption ?? 'The kernel has booted: everything is wired up and waits for a trap.'};
}
