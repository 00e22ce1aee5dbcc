import {SIGNAL_NAMES} from '../kernel/constants.js';
import {errnoEntry, resultErrno} from '../kernel/errno.js';
import type {StackName, TraceEvent} from './events.js';
import {located, NAMELESS, named, type Naming} from './hardware/places.js';
import {vectorText, vectorTitle} from './hardware/vectors.js';
import {hex} from './names.js';
import {syscallByNumber, type Syscall} from '../kernel/syscall-table.js';

type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, {readonly kind: K}>;

/** How the stacks are spoken of. */
export const STACK_TITLES: Readonly<Record<StackName, string>> = {
	user: 'the program’s stack', thread: 'the thread’s kernel stack', entry: 'the entry stack', boot: 'the boot stack', exception: 'a stack of the exception’s own',
};

/** What functions of the boot chain do. */
export const BOOT_PURPOSES: ReadonlyMap<string, string> = new Map([
	['startup_64', 'the kernel’s first instructions run, on page tables of the loader'],
	['start_kernel', 'the kernel starts its parts one after another'],
	['trap_init', 'the processor is told what to do when something traps'],
	['setup_cpu_entry_areas', 'what the processor itself must reach is mapped: IDT, GDT, TSS and the entry stack'],
	['sev_es_init_vc_handling', 'a page for talking to a hypervisor would be set up; this machine needs none'],
	['cpu_init_exception_handling', 'the TSS and the IDT are made known to the processor'],
	['set_tss_desc', 'the TSS’s address is written into the GDT'],
	['load_TR_desc', 'ltr makes the processor remember where the TSS is'],
	['idt_setup_traps', 'the IDT is filled: a handler for each exception'],
	['cpu_init', 'this CPU’s own registers are set up'],
	['syscall_init', 'the selectors that syscall and sysretq load are written to IA32_STAR'],
	['idt_syscall_init', 'the address of entry_SYSCALL_64 is written to IA32_LSTAR'],
	['rest_init', 'the first process is about to be entered'],
]);

const TEXT_LIMIT = 40;

/** Bytes of the console as a text on one line. */
function quoted(bytes: string): string {
	const text = bytes.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll(/[^ -~]/g, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
	return text.length > TEXT_LIMIT ? `“${text.slice(0, TEXT_LIMIT)}…”` : `“${text}”`;
}

/** A call with its arguments as numbers: those that it has, or all six where it is unknown. */
function callText(call: Syscall | undefined, nr: number, args: readonly bigint[]): string {
	if (call === undefined) return `number ${nr}, which no call has`;
	return `${call.name}(${call.arguments.map(({name}, index) => `${name} = ${hex(args[index] ?? 0n)}`).join(', ')})`;
}

/** What a call's result says. */
export function resultText(value: bigint): string {
	const error = resultErrno(value);
	if (error === undefined) return value < 10n ? `${value}` : `${value} (${hex(value)})`;
	const entry = errnoEntry(error);
	return entry === undefined ? `-${error}, an error without a name` : `-${error}, ${entry.name}: ${entry.text}`;
}

function boot({label}: EventOf<'boot'>): string {
	const purpose = BOOT_PURPOSES.get(label);
	return `${label} is entered${purpose === undefined ? '' : `: ${purpose}`}`;
}

function push({address, value, slot, hardware}: EventOf<'push'>, naming: Naming): string {
	return `${hardware ? 'The processor' : 'The kernel'} pushes ${located(value, naming)} at ${hex(address)}${slot === undefined ? '' : `: it is pt_regs->${slot}`}`;
}

function exception({vector, rip, cpl, errorCode, cr2}: EventOf<'exception'>, naming: Naming): string {
	const code = errorCode === undefined ? '' : `, error code ${hex(BigInt(errorCode))}`;
	const address = cr2 === undefined ? '' : `, address ${hex(cr2)}`;
	return `Exception ${vectorText(vector)} in ring ${cpl} at ${named(rip, naming)}${code}${address}`;
}

/** One sentence for each kind of event, without its full stop. */
const SENTENCES: {readonly [K in TraceEvent['kind']]: (event: EventOf<K>, naming: Naming) => string} = {
	syscall: ({nr, args, rip, target}, naming) => `The program makes the call ${callText(syscallByNumber(nr), nr, args)} at ${named(rip, naming)}: the processor goes to ${named(target, naming)} in ring 0`,
	swapgs: ({before, after}, naming) => `swapgs: the GS base goes from ${hex(before)} to ${named(after, naming)}`,
	cr3: ({before, after}) => `cr3 goes from ${hex(before)} to ${hex(after)}: other page tables are in force`,
	'stack-switch': ({from, to, stack}) => `rsp leaves ${hex(from)} for ${hex(to)}, on ${STACK_TITLES[stack]}`,
	push,
	pt_regs: ({address, fields}) => `The program’s registers are complete at ${hex(address)}: do_syscall_64 is called with them, orig_ax is ${BigInt.asIntN(64, fields.orig_ax)}`,
	dispatch: ({nr, name, handler}) => `The handler ${handler} is reached: call ${nr} is ${name}`,
	result: ({nr, value}) => `The result of ${syscallByNumber(nr)?.name ?? `call ${nr}`} is ${resultText(value)}; rax will hold it`,
	sysret: ({rip, rsp}, naming) => `sysretq returns to ring 3 at ${named(rip, naming)}, with rsp ${hex(rsp)}`,
	iret: ({rip, rsp, cpl}, naming) => `iretq returns to ring ${cpl} at ${named(rip, naming)}, with rsp ${hex(rsp)}`,
	exception,
	interrupt: ({vector, rip, cpl}, naming) => `Interrupt ${vector}, ${vectorTitle(vector) ?? 'of a device'}, in ring ${cpl} before ${named(rip, naming)}`,
	hypercall: ({service}) => `The kernel asks the host to do ${service}: vmcall`,
	switch: ({from, to}) => `The CPU passes from task ${from} to task ${to}`,
	signal: ({pid, number, fatal}) => `Task ${pid} takes ${SIGNAL_NAMES.get(number) ?? `signal ${number}`}: ${fatal ? 'it ends the process' : 'its handler will run'}`,
	'task-exit': ({pid, status}) => `Task ${pid} ends, ${(status & 0x7f) === 0 ? `with status ${(status >> 8) & 0xff}` : `by ${SIGNAL_NAMES.get(status & 0x7f) ?? `signal ${status & 0x7f}`}`}`,
	out: ({bytes}) => `The console gets ${quoted(bytes)}`,
	boot,
};

/**
 * An event of a run in one sentence.
 *
 * @param event any event of a recording
 * @param naming names for addresses
 */
export function narrateEvent(event: TraceEvent, naming: Naming = NAMELESS): string {
	return `${(SENTENCES[event.kind] as (event: TraceEvent, naming: Naming) => string)(event, naming)}.`;
}
