import {beforeAll, describe, expect, test} from 'vitest';
import {kernelAddress} from '../../source/kernel/kernel.js';
import {ADDRESSES, SYSCALL_MASK} from '../../source/kernel/constants.js';
import {Rights} from '../../source/machine/descriptors.js';
import {flatCodeRights, flatDataRights} from '../../source/machine/segments.js';
import {hardwareLane} from '../../source/trace/hardware/lane.js';
import {changes, type LaneEntry} from '../../source/trace/hardware/lane-entry.js';
import {Places} from '../../source/trace/hardware/places.js';
import {Run} from '../support/machines.js';
import {MARKED, program, withRegisters} from '../support/programs.js';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** An entry on one line: kind, target, place, values. */
const line = ({kind, target, address, before, after}: LaneEntry): string =>
	`${kind} ${target}${address === undefined ? '' : ` ${hex(address)}`} ${before === after ? hex(after) : `${hex(before)} → ${hex(after)}`}`;

/** Whether an entry is about finding memory, which depends on what the TLB knows. */
const isTranslation = ({kind}: LaneEntry): boolean => ['walk', 'translation', 'tlb', 'page-entry'].includes(kind);

/** The lane of a step without translations. */
const laneOf = (run: Run, step: number): LaneEntry[] => hardwareLane(run.recording.detail(step), new Places(run.recording.machine, run.recording.kernel)).filter(entry => !isTranslation(entry));

const LABEL = (run: Run, name: string): bigint => kernelAddress(run.recording.kernel, name);

let run: Run;

beforeAll(() => {
	run = new Run(withRegisters({...MARKED, rsp: 0x7fff_ffff_e000n}));
});

describe('syscall', () => {
	test('is these things, in this order', () => {
		const {step} = run.events('syscall')[0];
		const before = run.registersAt(step);
		const after = run.registersAt(step + 1);
		const entry = LABEL(run, 'entry_SYSCALL_64');
		expect(laneOf(run, step).map(line)).toEqual([
			`instruction rip ${hex(before.rip)} → ${hex(before.rip + 2n)}`,
			`read lstar ${hex(entry)}`,
			'read star 0x23001000000000',
			`read fmask ${hex(SYSCALL_MASK)}`,
			`register rcx ${hex(before.general.rcx)} → ${hex(after.general.rcx)}`,
			`register r11 ${hex(before.general.r11)} → ${hex(before.rflags)}`,
			`register rip ${hex(before.rip + 2n)} → ${hex(after.rip)}`,
			`flags rflags ${hex(before.rflags)} → ${hex(after.rflags)}`,
			'register cs 0x33 → 0x10',
			`segment cs.rights ${hex(flatCodeRights(3))} → ${hex(flatCodeRights(0))}`,
			'register ss 0x2b → 0x18',
			`segment ss.rights ${hex(flatDataRights(3))} → ${hex(flatDataRights(0))}`,
			'register cpl 0x3 → 0x0',
			`untouched rsp ${hex(before.general.rsp)}`,
			'untouched memory 0x0',
		]);
		expect([after.rip, after.general.rcx, after.general.r11, after.general.rsp]).toEqual([entry, before.rip + 2n, before.rflags, before.general.rsp]);
	});

	test('says so in plain sentences, each with the manual’s page', () => {
		const {step} = run.events('syscall')[0];
		const lane = laneOf(run, step);
		const {rip} = run.registersAt(step);
		expect(lane.map(({sentence}) => sentence)).toEqual([
			`SYSCALL is fetched from ${hex(rip)}: 2 bytes; rip moves on to the instruction behind it.`,
			`IA32_LSTAR is read: ${hex(LABEL(run, 'entry_SYSCALL_64'))}, entry_SYSCALL_64.`,
			'IA32_STAR is read: 0x23001000000000.',
			'IA32_FMASK is read: 0x257fd5.',
			`rcx takes ${hex(rip + 2n)}, the address behind syscall, so that the kernel knows where to return.`,
			'r11 takes the flags as they are, 0x202.',
			`rip becomes ${hex(LABEL(run, 'entry_SYSCALL_64'))}, entry_SYSCALL_64: IA32_LSTAR holds this one address for all calls.`,
			'The flags that IA32_FMASK names are cleared: IF becomes 0.',
			'cs becomes 0x10, from bits 47 to 32 of IA32_STAR; the GDT is not read.',
			'The rights in cs’s hidden part become 0xa09b: 64-bit code, DPL 0.',
			'ss becomes 0x18, eight more than cs; the GDT is not read.',
			'The rights in ss’s hidden part become 0xc093: writable data, DPL 0.',
			'The privilege level goes from 3 to 0: kernel mode.',
			'rsp is not touched, it is 0x7fffffffe000: ring 0 goes on with the program’s stack pointer.',
			'No memory is touched: nothing is pushed or popped, and neither the IDT nor the TSS nor the GDT is read.',
		]);
		expect(new Set(lane.map(({reference}) => reference))).toEqual(new Set(['SDM vol. 2B, SYSCALL', 'SDM vol. 3A, 3.4.3']));
		expect(lane.find(({kind}) => kind === 'flags')?.parts).toEqual([{name: 'IF', before: 1n, after: 0n, sentence: 'IF becomes 0: interrupts of devices wait'}]);
	});
});

test('the first push of the entry code: one word to the top of the kernel stack, then rsp moves down', () => {
	const push = run.events('push')[0];
	const before = run.registersAt(push.step);
	const top = ADDRESSES.VMALLOC_START + 0x8000n;
	const lane = laneOf(run, push.step);
	expect(before.general.rsp).toBe(top);
	expect(lane.map(line)).toEqual([
		`instruction rip ${hex(before.rip)} → ${hex(before.rip + 2n)}`,
		`read rsp ${hex(top)}`,
		`memory-write memory ${hex(top - 8n)} 0x2b`,
		`register rsp ${hex(top)} → ${hex(top - 8n)}`,
	]);
	expect(lane.slice(2).map(({sentence}) => sentence)).toEqual([
		`0x2b is pushed: 64 bits at ${hex(top - 8n)} (pt_regs->ss), as before.`,
		`rsp moves down by 8 to ${hex(top - 8n)}, pt_regs->ss.`,
	]);
	expect(run.registersAt(push.step + 1).general.rsp).toBe(top - 8n);
});

test('sysretq restores rip and the flags, and touches neither rsp nor memory', () => {
	const {step} = run.events('sysret')[0];
	const before = run.registersAt(step);
	const after = run.registersAt(step + 1);
	expect(laneOf(run, step).map(line)).toEqual([
		`instruction rip ${hex(before.rip)} → ${hex(before.rip + 3n)}`,
		'read star 0x23001000000000',
		`register rip ${hex(before.rip + 3n)} → ${hex(before.general.rcx)}`,
		`flags rflags ${hex(before.rflags)} → ${hex(before.general.r11)}`,
		'register cs 0x10 → 0x33',
		`segment cs.rights ${hex(flatCodeRights(0))} → ${hex(flatCodeRights(3))}`,
		'register ss 0x18 → 0x2b',
		`segment ss.rights ${hex(flatDataRights(0))} → ${hex(flatDataRights(3))}`,
		'register cpl 0x0 → 0x3',
		`untouched rsp ${hex(after.general.rsp)}`,
		'untouched memory 0x0',
	]);
});

test('swapgs exchanges the two bases, and says whose they are', () => {
	const {step, after} = run.events('swapgs')[0];
	expect(laneOf(run, step).slice(1).map(({sentence}) => sentence)).toEqual([
		`The GS base becomes ${hex(after)}, the kernel’s per-CPU area: it comes from IA32_KERNEL_GS_BASE.`,
		'IA32_KERNEL_GS_BASE keeps the other one, 0x0, until the next swapgs.',
	]);
});

describe('a page fault', () => {
	let faulted: Run;
	let lane: LaneEntry[];
	let step: number;

	beforeAll(() => {
		faulted = new Run(program('nop\nfault: movl 16, %eax'));
		({step} = faulted.events('exception')[0]);
		lane = hardwareLane(faulted.recording.detail(step), new Places(faulted.recording.machine, faulted.recording.kernel));
	});

	test('begins with the walk, entry by entry, up to the bit that refuses', () => {
		faulted.registersAt(step);
		const walk = faulted.recording.machine.cpu.paging.explain(16n);
		const refusal = lane.findIndex(({kind}) => kind === 'refusal');
		const steps = lane.slice(0, refusal).filter(({kind}) => kind === 'walk').slice(-walk.length);
		expect(steps.map(({address, after}) => [address, after])).toEqual(walk.map(({entryAddress, entry}) => [BigInt(entryAddress), entry]));
		expect(steps.map(({sentence}) => /level (\d)/.exec(sentence)?.[1])).toEqual(['4', '3', '2']);
		const last = steps.at(-1)?.parts ?? [];
		expect(last.find(({name}) => name === 'P')).toEqual({name: 'P', before: 0n, after: 0n, sentence: 'not present: nothing is mapped here, the other bits do not count'});
		expect([lane[refusal].target, lane[refusal].after, lane[refusal].sentence]).toEqual(['P', 16n, 'Reading 0x10 is refused to ring 3 by the level-2 entry: its P bit is 0: nothing is mapped there.']);
	});

	test('goes on with rip put back, the gate, the stack from the TSS, six words by name, and the registers', () => {
		const before = faulted.registersAt(step);
		const after = faulted.registersAt(step + 1);
		const gate = ADDRESSES.CPU_ENTRY_AREA_RO_IDT + 14n * 16n;
		const top = ADDRESSES.CPU_ENTRY_AREA_ENTRY_STACK + 0x1000n;
		const {cpu} = faulted.recording.machine;
		const handler = LABEL(faulted, 'asm_exc_page_fault');
		const delivered = lane.slice(lane.findIndex(({kind}) => kind === 'refusal') + 1).filter(entry => !isTranslation(entry));
		const words = delivered.filter(({kind}) => kind === 'memory-write');
		expect(delivered.filter(({kind}) => kind !== 'memory-write' && kind !== 'memory-read').map(line)).toEqual([
			`register rip ${hex(before.rip + 7n)} → ${hex(before.rip)}`,
			'raise vector 0xe',
			'register cr2 0x0 → 0x10',
			'register ss 0x2b → 0x0',
			'segment ss.limit 0xffffffff → 0x0',
			`segment ss.rights ${hex(flatDataRights(3))} → ${hex(Rights.UNUSABLE)}`,
			`register rsp ${hex(before.general.rsp)} → ${hex(after.general.rsp)}`,
			'register cs 0x33 → 0x10',
			`segment cs.rights ${hex(flatCodeRights(3))} → ${hex(flatCodeRights(0))}`,
			'register cpl 0x3 → 0x0',
			`flags rflags ${hex(before.rflags)} → ${hex(after.rflags)}`,
			`register rip ${hex(before.rip)} → ${hex(handler)}`,
			'untouched general registers 0x0',
		]);
		expect(delivered.filter(({kind}) => kind === 'memory-read').map(({address}) => address)).toEqual([
			gate, gate + 8n, ADDRESSES.CPU_ENTRY_AREA_GDT + 0x10n, ADDRESSES.CPU_ENTRY_AREA_TSS + 4n,
		]);
		expect(words.map(({address, after: word}) => [address, word])).toEqual([
			[top - 8n, 0x2bn], [top - 16n, before.general.rsp], [top - 24n, before.rflags | (1n << 16n)], [top - 32n, 0x33n], [top - 40n, before.rip], [top - 48n, 4n],
		]);
		expect(words.map(({sentence}) => / as (?:the )?([a-z ]+):/.exec(sentence)?.[1])).toEqual(['ss', 'rsp', 'rflags', 'cs', 'rip', 'error code']);
		expect(words.at(-1)?.parts?.map(({name, after: bit}) => [name, bit])).toEqual([['P', 0n], ['W/R', 0n], ['U/S', 1n], ['RSVD', 0n], ['I/D', 0n]]);
		expect([cpu.segments.selector(2), after.rip, after.general.rsp]).toEqual([0n, handler, top - 48n]);
		expect(words.at(-1)?.stage).toBe('deliver');
	});
});

describe.each([
	['P', 'movq 0x700000, %rax', ''],
	['U/S', 'movabsq $0xffffffff81000000, %rbx\nmovq (%rbx), %rax', ''],
	['R/W', 'movq %rax, word(%rip)', '.section .rodata\nword: .quad 1'],
	['NX', 'leaq word(%rip), %rax\njmp *%rax', '.data\nword: .quad 1'],
] as const)('the bit that refuses is named: %s', (bit, text, rest) => {
	test('for ring 3', () => {
		const refused = new Run(program(text, rest));
		const {step} = refused.events('exception')[0];
		const entry = hardwareLane(refused.recording.detail(step)).find(({kind}) => kind === 'refusal');
		expect([entry?.target, entry?.sentence.includes('refused to ring 3')]).toEqual([bit, true]);
	});
});

test('iretq takes five words by name, then ss, rip, cs, rsp, the flags and the ring change', () => {
	const stepped = new Run(program('movl $39, %eax\npushfq\norq $0x100, (%rsp)\npopfq\nsyscall\nbehind: nop\nnop'));
	const {step} = stepped.events('iret')[0];
	const before = stepped.registersAt(step);
	const after = stepped.registersAt(step + 1);
	const lane = laneOf(stepped, step);
	const popped = lane.filter(({kind, address = 0n}) => kind === 'memory-read' && address >= before.general.rsp && address < before.general.rsp + 40n);
	expect(popped.map(({sentence, after: word}) => [/ as ([a-z]+):/.exec(sentence)?.[1], word])).toEqual([
		['rip', after.rip], ['cs', 0x33n], ['rflags', after.rflags], ['rsp', after.general.rsp], ['ss', 0x2bn],
	]);
	expect(lane.filter(({kind}) => kind === 'register').map(line)).toEqual([
		'register ss 0x18 → 0x2b',
		`register rip ${hex(before.rip + 2n)} → ${hex(stepped.address('behind'))}`,
		'register cs 0x10 → 0x33',
		`register rsp ${hex(before.general.rsp)} → ${hex(after.general.rsp)}`,
		'register cpl 0x0 → 0x3',
	]);
	expect(lane.find(({kind}) => kind === 'flags')?.after).toBe(after.rflags);
});

describe('plain instructions', () => {
	/** The lane of the last line but the exit of a program. */
	function lastOf(text: string, rest = ''): LaneEntry[] {
		const short = new Run(program(`${text}\nlast: ud2`, rest));
		const {step} = short.events('exception')[0];
		return laneOf(short, step - 1).slice(1);
	}

	test('an addition reads both operands, writes the result and names each flag that changes', () => {
		const lane = lastOf('movq $-1, %rax\nmovl $1, %ecx\naddq %rcx, %rax');
		expect(lane.map(line)).toEqual(['read rax 0xffffffffffffffff', 'read rcx 0x1', 'register rax 0xffffffffffffffff → 0x0', 'flags rflags 0x202 → 0x257']);
		expect(lane.at(-1)?.parts?.map(({name, after}) => `${name}=${after}`)).toEqual(['CF=1', 'PF=1', 'AF=1', 'ZF=1']);
		expect(lane.at(-1)?.sentence).toBe('0xffffffffffffffff + 0x1 = 0x0: CF becomes 1, PF becomes 1, AF becomes 1, ZF becomes 1.');
	});

	test('an address is worked out as a sum', () => {
		const lane = lastOf('leaq data(%rip), %rbx\nmovl $2, %ecx\nmovl -4(%rbx,%rcx,4), %eax', '.data\ndata: .long 1, 2, 3');
		expect(lane.map(({kind}) => kind)).toEqual(['read', 'read', 'address', 'memory-read', 'register']);
		expect(lane[2].sentence).toMatch(/^The address is rbx \+ 4 × rcx − 0x4 = 0x[0-9a-f]+\.$/);
		expect([lane[3].bits, lane[3].after, lane[4].sentence]).toEqual([32, 2n, 'eax becomes 0x2; the upper half of rax is cleared.']);
	});

	test('a part of a register leaves the rest as it is', () => {
		const [entry] = lastOf('movabsq $0x1122334455667788, %rax\nmovb $9, %ah');
		expect([entry.before, entry.after, entry.sentence]).toEqual([0x1122_3344_5566_7788n, 0x1122_3344_5566_0988n, 'ah becomes 0x9; the rest of rax stays.']);
	});

	test('a jump tells the condition that it asks, and where it goes', () => {
		expect(lastOf('cmpl $1, %eax\njne 1f\n1:').map(({sentence}) => sentence.replace(/0x[0-9a-f]+/, 'X'))).toEqual(['The condition “not equal” (ZF = 0) holds: the jump is taken.', 'rip becomes X: the run goes on there.']);
		expect(lastOf('cmpl $0, %eax\njne 1f\n1:').map(({sentence}) => sentence)).toEqual(['The condition “not equal” (ZF = 0) does not hold: the jump is not taken, the run goes on behind it.']);
	});

	test('a call pushes the return address and a return takes it', () => {
		expect(lastOf('call 1f\n1:').map(({kind, target}) => `${kind} ${target}`)).toEqual(['read rsp', 'memory-write memory', 'register rsp', 'register rip']);
		expect(lastOf('leaq 1f(%rip), %rax\npushq %rax\nret\n1:').map(({kind, target}) => `${kind} ${target}`)).toEqual(['read rsp', 'memory-read memory', 'register rip', 'register rsp']);
	});

	test('a repeated string instruction is told element by element', () => {
		const lane = lastOf('leaq data(%rip), %rdi\nmovl $3, %ecx\nmovl $0x41, %eax\nrep stosb', '.data\ndata: .zero 8');
		const written = lane.filter(({kind}) => kind === 'memory-write');
		expect(written.map(({iteration, after}) => [iteration, after])).toEqual([[1, 0x41n], [2, 0x41n], [3, 0x41n]]);
		expect(written.map(({address = 0n}) => address - (written[0].address ?? 0n))).toEqual([0n, 1n, 2n]);
		expect(lane.filter(({target, kind}) => target === 'rcx' && kind === 'register').map(({after}) => after)).toEqual([2n, 1n, 0n]);
	});

	test('nop does nothing', () => {
		expect(lastOf('nop').filter(changes)).toEqual([]);
	});
});

test('a byte to the console goes through its port', () => {
	const printing = new Run(program('sys 1, 1, text, 1', '.section .rodata\ntext: .ascii "h"'));
	const lane = laneOf(printing, printing.events('out')[0].step);
	expect(lane.find(({kind}) => kind === 'port')).toMatchObject({target: 'port 0x3f8', bits: 8, after: 0x68n, sentence: '0x68 (‘h’) goes out to port 0x3f8, the serial port: the console.'});
});

test('writes to the doors at boot name what they are for', () => {
	const {recording} = run;
	const last = recording.events.find(event => event.kind === 'boot' && event.label === 'rest_init')?.step ?? 0;
	const lane = Array.from({length: last}, (_, step) => laneOf(run, step)).flat();
	const sentences = lane.filter(({reference, kind}) => reference.endsWith('WRMSR') && kind === 'register').map(({sentence}) => sentence);
	expect(sentences).toContain(`IA32_LSTAR becomes ${hex(kernelAddress(recording.kernel, 'entry_SYSCALL_64'))}, entry_SYSCALL_64: where syscall will go from now on.`);
	expect(lane.find(({target, reference}) => target === 'tr' && reference === 'SDM vol. 2A, LTR')?.after).toBe(0x40n);
});

test('a step that delivered an interrupt fetches nothing and says which instruction waits', () => {
	const busy = new Run(
		program('movl $56, %eax\nmovl $0x100, %edi\nleaq stack_end(%rip), %rsi\nxorl %edx, %edx\nsyscall\ntestl %eax, %eax\njz 1f\nmovl $20000, %ecx\n2: loop 2b\nsys 231\n1: jmp 1b', '.bss\n.zero 4096\nstack_end: .zero 16'),
	);
	const [{step}] = busy.events('interrupt');
	const before = busy.registersAt(step);
	const lane = laneOf(busy, step);
	expect(lane.some(({kind}) => kind === 'instruction')).toBe(false);
	expect([lane[0].kind, lane[0].after, lane[0].sentence]).toEqual(['raise', 32n, `An interrupt is taken instead of the instruction at ${hex(before.rip)}: vector 32, for IF is 1.`]);
	expect(lane.filter(({kind}) => kind === 'memory-write')).toHaveLength(5);
});

test('with isolation the lane tells the new cr3 and that the TLB keeps its translations', () => {
	const isolated = new Run(program('sys 39'), {kernel: {isolation: true}});
	const {step, after} = isolated.events('cr3')[0];
	const lane = laneOf(isolated, step);
	expect(lane.find(({target}) => target === 'cr3')).toMatchObject({after, reference: 'SDM vol. 2B, MOV—Move to/from Control Registers'});
	expect(lane.at(-1)?.sentence).toBe(`The TLB keeps the translations of PCID ${after & 0xfffn}: bit 63 of the new cr3 says so.`);
});

test('a look-up that the TLB answers needs no walk, one that it does not shows all four levels', () => {
	const {step} = run.events('pt_regs')[0];
	const detail = run.recording.detail(step);
	const lane = hardwareLane(detail);
	for (const entry of lane.filter(({kind}) => kind === 'tlb')) expect(entry.sentence).toMatch(/needs no walk\.$/);
	const walks = lane.filter(({kind}) => kind === 'walk').length;
	const found = lane.filter(({kind}) => kind === 'translation').length;
	expect(walks).toBe(4 * found);
});
