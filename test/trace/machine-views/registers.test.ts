import {beforeAll, describe, expect, test} from 'vitest';
import {ADDRESSES, PER_CPU, SELECTORS, TASK} from '../../../source/kernel/constants.js';
import {kernelAddress} from '../../../source/kernel/kernel.js';
import {Flag} from '../../../source/machine/flags.js';
import {Machine} from '../../../source/machine/machine.js';
import {descriptorTables} from '../../../source/trace/machine-views/descriptor-tables.js';
import type {Decoded} from '../../../source/trace/machine-views/field.js';
import {decodeFlags, systemRegisters} from '../../../source/trace/machine-views/registers.js';
import {perCpuArea, taskList} from '../../../source/trace/machine-views/tasks.js';
import {program} from '../../support/programs.js';
import {sentencesIn, Viewed} from './views.js';

let viewed: Viewed;

beforeAll(() => {
	viewed = new Viewed(program('movl $0x2a, %ebx\nsys 39'));
});

/** The named bits that are set. */
const set = ({fields}: Decoded): string[] => fields.filter(({value}) => value !== 0n).map(({name}) => name);
const find = (list: readonly Decoded[], name: string): Decoded => list.find(each => each.name === name) ?? {name: 'none', bits: 0, value: 0n, sentence: '', fields: []};
const fieldOf = (decoded: Decoded, name: string): string | undefined => decoded.fields.find(field => field.name === name)?.sentence;

describe('registers', () => {
	test('rflags by bit', () => {
		const decoded = decodeFlags(Flag.ZF | Flag.IF | (3n << 12n) | 2n);
		expect(set(decoded)).toEqual(['ZF', 'IF', 'IOPL']);
		expect(decoded.fields.map(({name, bits}) => `${name} ${bits}`).join(', ')).toBe('CF 0, PF 2, AF 4, ZF 6, SF 7, TF 8, IF 9, DF 10, OF 11, IOPL 13:12, NT 14, RF 16, VM 17, AC 18, VIF 19, VIP 20, ID 21');
		expect(fieldOf(decoded, 'ZF')).toBe('Zero: the result is zero.');
		expect(decoded.fields.find(({name}) => name === 'IOPL')?.value).toBe(3n);
	});

	test('the switches as this kernel sets them', () => {
		const {machine, places} = viewed.goTo('syscall');
		const {control, modelSpecific, ring, flagNames} = systemRegisters(machine, places);
		expect([ring, flagNames]).toEqual([3, ['IF']]);
		expect(set(find(control, 'CR0'))).toEqual(['PE', 'MP', 'ET', 'NE', 'WP', 'AM', 'PG']);
		expect(set(find(control, 'CR4'))).toEqual(['PAE', 'PGE', 'OSFXSR', 'OSXMMEXCPT', 'UMIP', 'FSGSBASE', 'SMEP', 'SMAP']);
		expect(set(find(modelSpecific, 'IA32_EFER'))).toEqual(['SCE', 'LME', 'LMA', 'NXE']);
		expect(set(find(modelSpecific, 'IA32_FMASK'))).toEqual(['CF', 'PF', 'AF', 'ZF', 'SF', 'TF', 'IF', 'DF', 'OF', 'IOPL', 'NT', 'RF', 'AC', 'ID']);
		expect(find(control, 'CR3').value).toBe(machine.registers.get('cr3'));
	});

	test('the doors: two selectors, the entry’s symbol, the bases', () => {
		const {machine, kernel, places} = viewed.goTo('syscall');
		const {modelSpecific} = systemRegisters(machine, places);
		const star = find(modelSpecific, 'IA32_STAR');
		expect(star.fields.map(({name, bits, value}) => [name, bits, value])).toEqual([['SYSRET selector', '63:48', 0x23n], ['SYSCALL selector', '47:32', 0x10n], ['32-bit target', '31:0', 0n]]);
		expect(star.fields.slice(0, 2).map(({sentence}) => sentence)).toEqual([
			'sysretq loads cs with 0x33, __USER_CS, and ss with 0x2b, __USER_DS.', 'syscall loads cs with 0x10, __KERNEL_CS, and ss with 0x18, __KERNEL_DS.',
		]);
		expect(fieldOf(find(modelSpecific, 'IA32_LSTAR'), 'address')).toBe(`syscall from 64-bit code goes to 0x${kernelAddress(kernel, 'entry_SYSCALL_64').toString(16)}, entry_SYSCALL_64.`);
		expect(find(modelSpecific, 'IA32_KERNEL_GS_BASE').value).toBe(places.perCpu);
		viewed.goTo('pt_regs');
		expect([find(systemRegisters(machine).modelSpecific, 'IA32_GS_BASE').value, systemRegisters(machine).ring]).toEqual([places.perCpu, 0]);
	});

	test('breakpoints', () => {
		const machine = new Machine({memory: 0x1000});
		machine.registers.set('dr1', 0x401000n);
		machine.registers.set('dr7', 0x400n | (1n << 2n) | (1n << 20n) | (3n << 22n));
		machine.registers.set('dr6', 0xffff_0ff0n | 2n | (1n << 14n));
		const {debug} = systemRegisters(machine);
		expect(set(find(debug, 'DR6'))).toEqual(['B1', 'BS']);
		expect(['L1, G1', 'R/W1', 'LEN1', 'L0, G0'].map(name => fieldOf(find(debug, 'DR7'), name))).toEqual(['Breakpoint 1 is on.', 'Breakpoint 1 stops when it is written.', 'Breakpoint 1 covers 4 bytes.', 'Breakpoint 0 is off.']);
	});

	test('with PCIDs cr3 names an address space and whose view it is', () => {
		const isolated = new Viewed(program('sys 39'), {kernel: {isolation: true}});
		const {machine} = isolated.goTo('syscall');
		const cr3 = find(systemRegisters(machine).control, 'CR3');
		expect(cr3.fields.map(({name}) => name)).toEqual(['table', 'PCID']);
		expect(fieldOf(cr3, 'PCID')).toContain('the program’s view');
	});
});

describe('tables', () => {
	test('the GDT, entry by entry', () => {
		const {machine, places} = viewed.goTo('syscall');
		const {gdt, registers} = descriptorTables(machine, places);
		expect(gdt.slice(0, 10).map(({index, kind, loadedIn}) => [index, kind, loadedIn.join()])).toEqual([
			[0, 'null', ''], [1, 'code', ''], [2, 'code', ''], [3, 'data', ''], [4, 'code', ''], [5, 'data', 'ss'], [6, 'code', 'cs'], [7, 'null', ''], [8, 'tss', 'tr'], [9, 'upper-half', ''],
		]);
		expect(gdt[6].sentence).toBe('0x30, __USER_CS: 64-bit code, DPL 3. It is loaded in cs.');
		expect(gdt[8].fields.find(({name}) => name === 'base')?.value).toBe(ADDRESSES.CPU_ENTRY_AREA_TSS);
		expect(gdt[6].fields.map(({name, value}) => [name, value])).toEqual([['base', 0n], ['limit', 0xffff_ffffn], ['type', 0xbn], ['S', 1n], ['DPL', 3n], ['P', 1n], ['L', 1n], ['D/B', 0n], ['G', 1n]]);
		expect(gdt).toHaveLength(SELECTORS.GDT_SIZE / 8);
		expect(registers.map(({name, base}) => [name, base])).toEqual([['GDTR', ADDRESSES.CPU_ENTRY_AREA_GDT], ['IDTR', ADDRESSES.CPU_ENTRY_AREA_RO_IDT], ['TR', ADDRESSES.CPU_ENTRY_AREA_TSS], ['LDTR', 0n]]);
	});

	test('all 256 gates, with handlers by name', () => {
		const {machine, kernel, places} = viewed.goTo('syscall');
		const {idt} = descriptorTables(machine, places);
		expect([idt.length, idt.filter(({present}) => present).length > 18]).toEqual([256, true]);
		expect(idt[14]).toMatchObject({vector: 14, present: true, handler: kernelAddress(kernel, 'asm_exc_page_fault'), handlerName: 'asm_exc_page_fault', type: 'interrupt', dpl: 0, ist: 0});
		expect([idt[3].dpl, idt[8].ist]).toEqual([3, 1]);
		expect(idt[200]).toMatchObject({present: false, type: 'absent', sentence: 'vector 200: empty: an exception or int of this vector would be #GP.'});
	});

	test('the TSS’s stacks', () => {
		const {machine, places} = viewed.goTo('pt_regs');
		const {tss} = descriptorTables(machine, places);
		expect(tss.map(({name, offset}) => `${name} ${offset}`).join(', ')).toBe('RSP0 4, RSP1 12, RSP2 20, IST1 36, IST2 44, IST3 52, IST4 60, IST5 68, IST6 76, IST7 84, I/O map base 102');
		expect(tss[0].value).toBe(ADDRESSES.CPU_ENTRY_AREA_ENTRY_STACK + 0x1000n);
		expect(tss[2].value).toBe(viewed.run.registersAt(viewed.run.events('syscall')[0].step).general.rsp);
		expect(tss.at(-1)).toMatchObject({bits: 16, value: 0x68n});
	});

	test('a machine whose tables are nowhere shows that', () => {
		const machine = new Machine({memory: 0x1000});
		machine.registers.set('gdtr.base', 0x7000n);
		machine.registers.set('gdtr.limit', 15n);
		const {gdt, idt, tss} = descriptorTables(machine);
		expect([gdt.map(({kind}) => kind), idt[0].type, tss[0].value]).toEqual([['unmapped', 'unmapped'], 'absent', undefined]);
	});
});

describe('the kernel’s own', () => {
	test('tasks with every field of the table', () => {
		const {machine, kernel, places} = viewed.goTo('pt_regs');
		const tasks = taskList(machine, kernel, places);
		expect(tasks.map(({pid, index, current}) => [pid, index, current])).toEqual([[42, 0, true]]);
		const names = tasks[0].fields.map(({name}) => name);
		expect(new Set(names)).toEqual(new Set(Object.keys(TASK).filter(name => name !== 'TASK_SIZE')));
		const word = (offset: number): bigint => new DataView((machine.readLinear(kernelAddress(kernel, 'init_task') + BigInt(offset), 8) ?? new Uint8Array(8)).buffer).getBigUint64(0, true);
		for (const {name, bytes, value} of tasks[0].fields) {
			if (bytes === 8) expect([name, value]).toEqual([name, word(TASK[name as keyof typeof TASK])]);
		}

		expect(tasks[0].fields.reduce((sum, {bytes}) => sum + bytes, 0)).toBe(TASK.TASK_SIZE);
		expect(tasks[0].sentence).toBe('Task 42 runs; its kernel stack ends at 0xffffc90000008000.');
	});

	test('two threads: one runs, the other waits', () => {
		const threads = new Viewed(program('movl $56, %eax\nmovl $0x100, %edi\nleaq stack_end(%rip), %rsi\nxorl %edx, %edx\nsyscall\ntestl %eax, %eax\njz 1f\nsys 39\nsys 231\n1: jmp 1b', '.bss\n.zero 4096\nstack_end: .zero 16'));
		const {machine, kernel} = threads;
		threads.run.recording.seek(threads.run.events('syscall')[1].step);
		expect(taskList(machine, kernel).map(({index, current, runnable}) => [index, current, runnable])).toEqual([[0, true, true], [1, false, true]]);
	});

	test('the per-CPU area, in ring 0 and in ring 3, with isolation too', () => {
		for (const isolation of [false, true]) {
			const run = new Viewed(program('sys 39'), {kernel: {isolation}});
			const {machine, kernel, places} = run;
			for (const kind of ['syscall', 'pt_regs'] as const) {
				run.goTo(kind);
				const area = perCpuArea(machine, kernel, places);
				const valueOf = (name: string): bigint | undefined => area?.variables.find(variable => variable.name === name)?.value;
				expect([area?.address, valueOf('current_task'), valueOf('cpu_current_top_of_stack')]).toEqual([places.perCpu, kernelAddress(kernel, 'init_task'), ADDRESSES.VMALLOC_START + 0x8000n]);
				expect(area?.sentence).toContain(kind === 'pt_regs' ? 'points there' : 'points elsewhere');
				expect(area?.variables.slice(0, Object.keys(PER_CPU).length).map(({name}) => name).sort()).toEqual(Object.keys(PER_CPU).sort());
				expect(valueOf('cpu_tss_rw + TSS_sp0')).toBe(ADDRESSES.CPU_ENTRY_AREA_ENTRY_STACK + 0x1000n);
			}
		}
	});
});

test('every field of every view has its sentence', () => {
	const {machine, kernel, places} = viewed.goTo('pt_regs');
	const sentences = sentencesIn([systemRegisters(machine, places), descriptorTables(machine, places), taskList(machine, kernel, places), perCpuArea(machine, kernel, places)]);
	expect(sentences.length).toBeGreaterThan(500);
	for (const sentence of sentences) expect(sentence).toMatch(/^[^\n]+\.$/);
	for (const sentence of sentences) expect(sentence).not.toMatch(/undefined|NaN|\[object/);
});
