import {type PtRegsField, PT_REGS_FIELDS} from './constants.js';

/** A line of the kernel that may be left out, to see what breaks. */
export interface SurgeryLine {
	readonly name: string;
	/** What the line is for. */
	readonly purpose: string;
	/** What breaks without it, and what is seen first. */
	readonly breaks: string;
	readonly file: string;
	/** The label behind which it stands. */
	readonly after: string;
	/** The line's code, without its comment; the first such line behind the label. */
	readonly code: string;
}

const entry = (name: string, code: string, purpose: string, breaks: string, after = 'entry_SYSCALL_64'): SurgeryLine => ({name, purpose, breaks, file: 'entry_64.s', after, code});

/** What is pushed for each field of struct pt_regs, from its highest field down. */
const PUSHED: Readonly<Record<PtRegsField, string>> = {
	ss: '$__USER_DS', sp: '%gs:cpu_tss_rw + TSS_sp2', flags: '%r11', cs: '$__USER_CS', ip: '%rcx', orig_ax: '%rax', di: '%rdi', si: '%rsi', dx: '%rdx',
	cx: '%rcx', ax: '$-ENOSYS', r8: '%r8', r9: '%r9', r10: '%r10', r11: '%r11', bx: '%rbx', bp: '%rbp', r12: '%r12', r13: '%r13', r14: '%r14', r15: '%r15',
};

/** Labels behind which the second push of a register is the wanted one. */
const AFTER_FRAME = 'entry_SYSCALL_64_after_hwframe';
const HARDWARE_FIELDS: readonly PtRegsField[] = ['ss', 'sp', 'flags', 'cs', 'ip'];

const PUSHES = PT_REGS_FIELDS.map(field =>
	entry(`push-${field}`, `pushq ${PUSHED[field]}`, `saves pt_regs->${field}`, `The pt_regs are one word short: from ${field} up every field holds its neighbour’s value, and the last one lies above the stack, where the kernel meets a page that is not there.`, HARDWARE_FIELDS.includes(field) ? 'entry_SYSCALL_64' : AFTER_FRAME));

/** What is popped on the way back by SYSRET, in order. */
const POPPED: readonly PtRegsField[] = ['r15', 'r14', 'r13', 'r12', 'bp', 'bx', 'r11', 'r10', 'r9', 'r8', 'ax', 'cx', 'dx', 'si'];

/** Where the program goes on if a pop is missing: rcx gets its word from the pop before it, if one of those is left out. */
const goesOn = (field: PtRegsField): string => (field === 'cx' ? 'SYSRET goes on at what the kernel left in rcx' : POPPED.indexOf(field) < POPPED.indexOf('cx') ? 'SYSRET goes on at what the call has answered' : 'rdi becomes what rsi was');

const POPS = POPPED.map(field =>
	entry(`pop-${field}`, `popq ${PUSHED[field].replace('$-ENOSYS', '%rax')}`, `gives the program back what pt_regs->${field} holds`, `From ${field} on every register gets its neighbour’s word: ${goesOn(field)}, and the program’s stack pointer becomes what its flags were.`, 'syscall_return_via_sysret'));

const CLEARED = ['esi', 'edx', 'ecx', 'r8d', 'r9d', 'r10d', 'r11d', 'ebx', 'ebp', 'r12d', 'r13d', 'r14d', 'r15d'] as const;

const CLEARING = CLEARED.map(register => entry(`clear-${register}`, `xorl %${register}, %${register}`, `keeps what the program left in ${register} from the kernel`,
	register === 'esi' ? 'Nothing: the call’s number goes into rsi right behind it.' : `Nothing breaks at once: the kernel’s C code begins with a value in ${register} that the program has chosen.`));

const check = (name: string, code: string, purpose: string, breaks: string): SurgeryLine => ({name, purpose, breaks, file: 'syscall_64.s', after: 'do_syscall_64', code});

/** Every line that may be left out, in the order in which a call meets them. */
export const SURGERY: readonly SurgeryLine[] = [
	entry('swapgs', 'swapgs', 'gives the kernel its own GS base', 'The first %gs: of the kernel goes by the program’s base, to an address where nothing is mapped; the page fault can’t be pushed on the program’s stack, and the double fault is the end.'),
	entry('save-rsp', 'movq %rsp, %gs:cpu_tss_rw + TSS_sp2', 'keeps the program’s stack pointer', 'The program comes back on the stack pointer of an earlier crossing, or on none.'),
	entry('cr3-in', 'SWITCH_TO_KERNEL_CR3 %rsp', 'switches to the kernel’s page tables', 'With isolation, the first variable that the kernel reads is not mapped in the program’s tables: a page fault that can’t be pushed on the program’s stack, and the double fault is the end.'),
	entry('stack-switch', 'movq %gs:cpu_current_top_of_stack, %rsp', 'leaves the program’s stack for the thread’s kernel stack', 'The first push of ring 0 goes to the program’s stack, which SMAP forbids; the page fault would be pushed there, too, and the double fault is the end.'),
	...[...PUSHES].reverse(),
	...CLEARING,
	{name: 'clamp', purpose: 'makes a number out of range 0 even where a branch was guessed wrong', breaks: 'Nothing on this machine, which never guesses; one that does could be led to a number out of range.', file: 'syscall_64.s', after: 'do_syscall_x64', code: 'andl %edx, %esi'},
	check('check-ip', 'jne 2f', 'keeps SYSRET from a rip that is not in rcx', 'A program that is to go on elsewhere goes on behind its call all the same.'),
	{...check('check-flags', 'cmpq PT_REGS_flags(%rbx), %rdx', 'keeps SYSRET from flags that are not in r11', 'Flags that were changed in the pt_regs are lost: the program gets the old ones.')},
	check('check-cs', 'cmpq $__USER_CS, PT_REGS_cs(%rbx)', 'keeps SYSRET from a code segment that it can’t load', 'A code segment that was changed in the pt_regs is ignored: the program goes on in 64-bit mode as if nothing had been.'),
	check('check-ss', 'cmpq $__USER_DS, PT_REGS_ss(%rbx)', 'keeps SYSRET from a stack segment that it can’t load', 'A stack segment that was changed in the pt_regs is ignored: the program goes on with its old one.'),
	check('check-canonical', 'jae 2f', 'keeps SYSRET from an address at which it would fault in ring 0', 'SYSRET raises #GP while still in ring 0, on the program’s stack pointer: the exception can’t be pushed there, and the double fault is the end.'),
	check('check-trap', 'jnz 2f', 'keeps SYSRET from TF and RF, which it can’t restore in time', 'A program that is single-stepped traps one instruction too early, before the first one behind its call.'),
	...POPS,
	entry('cr3-out', 'SWITCH_TO_USER_CR3 %rdi', 'switches back to the program’s page tables', 'With isolation, the kernel’s tables forbid to execute what is the program’s: its next instruction raises a page fault, and SIGSEGV kills it.', 'syscall_return_via_sysret'),
	entry('swapgs-back', 'swapgs', 'gives the program its own GS base back', 'The program runs with the kernel’s GS base, and the next swapgs gives the kernel the program’s: the next call ends in a double fault.', 'syscall_return_via_sysret'),
	{name: 'update-stack', purpose: 'makes the entry code go to the stack of the thread that runs now', breaks: 'The next call of the new thread is pushed over the saved registers of the old one, which goes back with them.', file: 'sched.s', after: 'update_task_stack', code: 'movq %rax, %gs:cpu_current_top_of_stack'},
	{name: 'mask-if', purpose: 'lets SYSCALL switch interrupts off', breaks: 'Nothing breaks until an interrupt comes in the wrong moment: the entry code runs with interrupts on.', file: 'traps.s', after: 'idt_syscall_init', code: 'movl $SYSCALL_MASK, %eax'},
];

/** What stands in place of a line that would not be left out but weakened. */
const WEAKENED: Readonly<Partial<Record<string, string>>> = {'mask-if': '\tmovl\t$(SYSCALL_MASK & ~X86_EFLAGS_IF), %eax'};

/** The checks whose comparison is named: what is left out is the jump behind it. */
const JUMP_BEHIND = new Set(['check-flags', 'check-cs', 'check-ss']);

/** A line's code: no comment, single spaces. */
const codeOf = (line: string): string => line.replace(/#.*$/, '').trim().replaceAll(/\s+/g, ' ');

/** The row that is meant by a name. Throws RangeError with the names that there are. */
export function surgeryLine(name: string): SurgeryLine {
	const found = SURGERY.find(row => row.name === name);
	if (found === undefined) throw new RangeError(`no line is named ${name}; there are ${SURGERY.map(row => row.name).join(', ')}`);
	return found;
}

/** The text of a file without some lines; an empty line stands in place of each, so that line numbers stay. */
export function leaveOut(file: string, text: string, names: readonly string[]): string {
	const lines = text.split('\n');
	for (const name of names) {
		const row = surgeryLine(name);
		if (row.file === file) lines[indexOf(lines, row)] = WEAKENED[name] ?? '';
	}

	return lines.join('\n');
}

function indexOf(lines: readonly string[], {name, file, after, code}: SurgeryLine): number {
	const label = lines.findIndex(line => codeOf(line) === `${after}:`);
	const found = lines.findIndex((line, index) => index > label && codeOf(line) === code);
	if (label < 0 || found < 0) throw new Error(`${file} has no line “${code}” behind ${after}`);
	return JUMP_BEHIND.has(name) ? found + 1 : found;
}
