import {beforeAll, describe, expect, test} from 'vitest';
import {ADDRESSES, PER_CPU, SIZES, SYSCALL_MASK} from '../../source/kernel/constants.js';
import {kernelAddress} from '../../source/kernel/kernel.js';
import {Cr0, Cr4, Efer, PHYSICAL_PAGE_MASK, Pte} from '../../source/machine/control-bits.js';
import {parseDescriptor, parseGate, SystemType} from '../../source/machine/descriptors.js';
import type {Machine} from '../../source/machine/machine.js';
import {Msr} from '../../source/machine/msr.js';
import {SERIAL_VECTOR} from '../../source/machine/devices.js';
import {TIMER_VECTOR} from '../../source/machine/timer.js';
import {readPerCpu} from '../../source/trace/kernel-state.js';
import type {Recording} from '../../source/trace/recording.js';
import {record, Run} from '../support/machines.js';
import {HELLO} from '../support/programs.js';

let recording: Recording;
let machine: Machine;

beforeAll(() => {
	recording = record(HELLO);
	recording.advance(10_000, event => event.kind === 'iret');
	({machine} = recording);
});

const label = (name: string): bigint => kernelAddress(recording.kernel, name);

/** A word of memory as the page tables map it. */
function word(address: bigint): bigint {
	const bytes = machine.readLinear(address, 8);
	if (bytes === undefined) throw new Error(`nothing is mapped at 0x${address.toString(16)}`);
	return new DataView(bytes.buffer).getBigUint64(0, true);
}

test('the boot chain runs in mainline’s order', () => {
	const labels = recording.events.flatMap(event => (event.kind === 'boot' ? [event.label] : []));
	expect(labels).toEqual([
		'startup_64', 'start_kernel', 'trap_init', 'setup_cpu_entry_areas', 'sev_es_init_vc_handling', 'cpu_init_exception_handling', 'set_tss_desc',
		'load_TR_desc', 'idt_setup_traps', 'cpu_init', 'syscall_init', 'idt_syscall_init', 'rest_init',
	]);
});

test('the registers of SYSCALL hold what mainline writes', () => {
	const {registers} = machine;
	expect(registers.msr(Msr.STAR)).toBe((0x23n << 48n) | (0x10n << 32n));
	expect(registers.msr(Msr.LSTAR)).toBe(label('entry_SYSCALL_64'));
	expect(registers.msr(Msr.CSTAR)).toBe(label('entry_SYSCALL32_ignore'));
	expect(registers.msr(Msr.FMASK)).toBe(SYSCALL_MASK);
	expect(registers.msr(Msr.EFER)).toBe(Efer.SCE | Efer.LME | Efer.LMA | Efer.NXE);
});

test('the MSRs are written in the order of the chain', () => {
	const fresh = record(HELLO);
	const written: string[] = [];
	fresh.machine.listen({
		mark(mark) {
			if (mark.kind === 'msr') written.push(Object.entries(Msr).find(([, number]) => number === mark.msr)?.[0] ?? '');
			if (mark.kind === 'table') written.push(mark.register);
		},
	});
	fresh.machine.run(10_000);
	expect(written).toEqual(['EFER', 'GS_BASE', 'KERNEL_GS_BASE', 'gdtr', 'tr', 'idtr', 'gdtr', 'STAR', 'LSTAR', 'CSTAR', 'FMASK']);
});

test('the guards are on: write protection, SMEP, SMAP, UMIP, and alignment checks for programs', () => {
	const {registers} = machine;
	const guards = Cr4.SMEP | Cr4.SMAP | Cr4.UMIP | Cr4.FSGSBASE | Cr4.PAE;
	expect(registers.get('cr4') & guards).toBe(guards);
	expect(registers.get('cr0') & (Cr0.WP | Cr0.AM | Cr0.PG | Cr0.PE)).toBe(Cr0.WP | Cr0.AM | Cr0.PG | Cr0.PE);
});

test('the GDT is the read-only one of the entry area, with mainline’s selectors', () => {
	const {registers} = machine;
	expect([registers.get('gdtr.base'), registers.get('gdtr.limit')]).toEqual([ADDRESSES.CPU_ENTRY_AREA_GDT, 0x7fn]);
	const descriptors = [1, 2, 3, 4, 5, 6].map(index => word(ADDRESSES.CPU_ENTRY_AREA_GDT + BigInt(index * 8)));
	expect(descriptors).toEqual([
		0x00cf_9b00_0000_ffffn, 0x00af_9b00_0000_ffffn, 0x00cf_9300_0000_ffffn, 0x00cf_fb00_0000_ffffn, 0x00cf_f300_0000_ffffn, 0x00af_fb00_0000_ffffn,
	]);
});

test('the TSS descriptor is busy after ltr, and the task register points into the entry area', () => {
	const at = ADDRESSES.CPU_ENTRY_AREA_GDT + 0x40n;
	const tss = parseDescriptor(word(at), word(at + 8n));
	expect([tss.base, tss.limit, tss.rights & 0xffn]).toEqual([ADDRESSES.CPU_ENTRY_AREA_TSS, 0x67n, 0x80n | SystemType.TSS_BUSY]);
	expect(['tr', 'tr.base', 'tr.limit'].map(name => machine.registers.get(name))).toEqual([0x40n, ADDRESSES.CPU_ENTRY_AREA_TSS, 0x67n]);
});

test('the TSS names the entry stack, and its bitmap opens no port', () => {
	expect(word(ADDRESSES.CPU_ENTRY_AREA_TSS + 4n)).toBe(ADDRESSES.CPU_ENTRY_AREA_ENTRY_STACK + BigInt(SIZES.PAGE_SIZE));
	expect(word(ADDRESSES.CPU_ENTRY_AREA_TSS + 96n) >> 48n).toBe(0x68n);
});

/** The handlers by vector. */
const HANDLERS: readonly (readonly [vector: number, handler: string])[] = [
	'divide_error', 'debug', 'nmi', 'int3', 'overflow', 'bounds', 'invalid_op', 'device_not_available', 'double_fault', 'coproc_segment_overrun',
	'invalid_tss', 'segment_not_present', 'stack_segment', 'general_protection', 'page_fault', 'spurious_interrupt_bug', 'coprocessor_error',
	'alignment_check', 'machine_check', 'simd_coprocessor_error', 'virtualization_exception', 'control_protection', 'reserved_22', 'reserved_23',
	'reserved_24', 'reserved_25', 'reserved_26', 'reserved_27', 'hypervisor_injection', 'vmm_communication', 'security', 'reserved_31',
].map((name, vector): [number, string] => [vector, name]);

const DEVICES = [[TIMER_VECTOR, 'apic_timer_interrupt'], [SERIAL_VECTOR, 'serial_interrupt']] as const;

/** Gates through which a program's `int` may come, and those that have a stack of their own, by vector. */
const OPEN = new Set([3, 4]);
const STACKS = new Map([[8, 1], [2, 2], [1, 3], [18, 4]]);

test('the IDT has an interrupt gate for each of the 32 exceptions, the timer and the serial port, and nothing else', () => {
	const {registers} = machine;
	expect([registers.get('idtr.base'), registers.get('idtr.limit')]).toEqual([ADDRESSES.CPU_ENTRY_AREA_RO_IDT, 0xfffn]);
	const gates = Array.from({length: 256}, (_, vector) => {
		const at = ADDRESSES.CPU_ENTRY_AREA_RO_IDT + BigInt(vector * 16);
		return {vector, ...parseGate(word(at), word(at + 8n))};
	});
	expect(gates.filter(({present}) => present)).toEqual([...HANDLERS, ...DEVICES].map(([vector, handler]) => ({
		vector, offset: label(`asm_exc_${handler}`), selector: 0x10n, ist: STACKS.get(vector) ?? 0, type: SystemType.INTERRUPT_GATE,
		dpl: OPEN.has(vector) ? 3 : 0, present: true,
	})));
});

test('four exceptions have stacks of their own in the entry area, each a page above one that is not mapped', () => {
	const tops = [1, 2, 3, 4].map(index => word(ADDRESSES.CPU_ENTRY_AREA_TSS + 28n + BigInt(index * 8)));
	expect(tops).toEqual([1n, 2n, 3n, 4n].map(index => ADDRESSES.CPU_ENTRY_AREA_ESTACKS + index * 0x2000n));
	for (const top of tops) expect([top - 0x1001n, top - 0x1000n, top - 1n, top].map(address => machine.readLinear(address, 1) !== undefined)).toEqual([false, true, true, false]);
	const rest = [5, 6, 7].map(index => word(ADDRESSES.CPU_ENTRY_AREA_TSS + 28n + BigInt(index * 8)));
	expect(rest).toEqual([0n, 0n, 0n]);
});

test('GS points to the CPU’s own variables in the kernel and to nothing in the program', () => {
	const perCpu = word(label('boot_per_cpu'));
	expect([machine.registers.get('gs.base'), machine.registers.get('kernel_gs_base')]).toEqual([0n, perCpu]);
	expect(readPerCpu(machine, recording.kernel, PER_CPU.cpu_current_top_of_stack)).toBe(ADDRESSES.VMALLOC_START + BigInt(SIZES.THREAD_STRIDE));
	expect(readPerCpu(machine, recording.kernel, PER_CPU.current_task)).toBe(label('init_task'));
});

test('the program starts as on Linux: registers zero, interrupts on, rsp at argc', () => {
	const run = new Run(HELLO, {argv: ['./hello', 'one', 'two words'], envp: ['A=1'], seed: 7n});
	const origin = run.recording.events.find(({kind}) => kind === 'iret')?.step ?? 0;
	const {general, ...others} = run.registersAt(origin + 1);
	const {rsp, ...rest} = general;
	expect(Object.values(rest)).toEqual(Object.values(rest).map(() => 0n));
	expect(others).toMatchObject({rip: run.address('_start'), rflags: 0x202n, cs: 0x33n, ss: 0x2bn, cpl: 3, gsBase: 0n});
	expect(rsp % 16n).toBe(0n);
	const guest = run.recording.machine;
	const at = (address: bigint): bigint => new DataView(guest.readLinear(address, 8)?.buffer ?? new ArrayBuffer(8)).getBigUint64(0, true);
	const text = (address: bigint): string => {
		const byte = guest.readLinear(address, 1)?.[0] ?? 0;
		return byte === 0 ? '' : String.fromCharCode(byte) + text(address + 1n);
	};
	expect(at(rsp)).toBe(3n);
	expect([1n, 2n, 3n].map(index => text(at(rsp + index * 8n)))).toEqual(['./hello', 'one', 'two words']);
	expect(at(rsp + 32n)).toBe(0n);
	expect(text(at(rsp + 40n))).toBe('A=1');
	expect(at(rsp + 48n)).toBe(0n);
	const vector = new Map(Array.from({length: 10}, (_, index) => rsp + 56n + BigInt(index * 16)).map(entry => [Number(at(entry)), at(entry + 8n)]));
	expect([vector.get(6), vector.get(9), vector.get(23)]).toEqual([4096n, run.address('_start'), 0n]);
	expect([...vector.keys()].at(-1)).toBe(0);
	expect(text(vector.get(31) ?? 0n)).toBe('./hello');
});

test('AT_RANDOM’s bytes follow the seed', () => {
	const bytes = (seed: bigint): string => {
		const {ram} = record(HELLO, {seed, argv: ['x']}).machine.memory;
		return Buffer.from(ram).toString('latin1');
	};
	expect(bytes(1n) === bytes(1n)).toBe(true);
	expect(bytes(1n) === bytes(2n)).toBe(false);
});

/** One mapping: pages of the leaf level, with the rights of all levels together. */
interface Mapping {
	readonly address: bigint;
	readonly bytes: bigint;
	readonly write: boolean;
	readonly execute: boolean;
	readonly user: boolean;
}

/** All mappings below a table, read from memory as the processor would read them. */
function* mappings(table: bigint, level = 4, base = 0n, rights = {write: true, execute: true, user: true}): Generator<Mapping> {
	const bytes = 1n << BigInt(12 + 9 * (level - 1));
	for (let index = 0n; index < 512n; index++) {
		const entry = machine.memory.read(Number(table + index * 8n), 64);
		if ((entry & Pte.P) === 0n) continue;
		const address = BigInt.asUintN(64, level === 4 ? BigInt.asIntN(48, index * bytes) : base + index * bytes);
		const all = {write: rights.write && (entry & Pte.W) !== 0n, execute: rights.execute && (entry & Pte.NX) === 0n, user: rights.user && (entry & Pte.U) !== 0n};
		if (level === 1 || (entry & Pte.PS) !== 0n) yield {address, bytes, ...all};
		else yield* mappings(entry & PHYSICAL_PAGE_MASK, level - 1, address, all);
	}
}

describe('the page tables', () => {
	let all: readonly Mapping[];
	beforeAll(() => {
		all = [...mappings(machine.registers.get('cr3'))];
	});

	const at = (address: bigint): Mapping | undefined => all.find(mapping => address >= mapping.address && address < mapping.address + mapping.bytes);
	const rightsAt = (address: bigint): string => {
		const found = at(address);
		return found === undefined ? 'nothing' : `${found.user ? 'user' : 'kernel'} r${found.write ? 'w' : '-'}${found.execute ? 'x' : '-'}`;
	};

	test('nothing is writable and executable', () => {
		expect(all.length).toBeGreaterThan(40);
		expect(all.filter(({write, execute}) => write && execute)).toEqual([]);
	});

	test('the program reaches its own half and nothing of the kernel’s', () => {
		expect(all.filter(({address, user}) => user !== address < ADDRESSES.TASK_SIZE_MAX)).toEqual([]);
	});

	test('the kernel stack lies between pages that are not mapped', () => {
		const top = ADDRESSES.VMALLOC_START + BigInt(SIZES.THREAD_STRIDE);
		const bottom = top - BigInt(SIZES.THREAD_SIZE);
		expect([bottom - 1n, bottom, top - 1n, top].map(rightsAt)).toEqual(['nothing', 'kernel rw-', 'kernel rw-', 'nothing']);
	});

	test('the entry area’s tables are read-only, its stack is writable and stands alone', () => {
		const {CPU_ENTRY_AREA_RO_IDT, CPU_ENTRY_AREA_GDT, CPU_ENTRY_AREA_TSS, CPU_ENTRY_AREA_ENTRY_STACK} = ADDRESSES;
		expect([CPU_ENTRY_AREA_RO_IDT, CPU_ENTRY_AREA_GDT, CPU_ENTRY_AREA_TSS].map(rightsAt)).toEqual(['kernel r--', 'kernel r--', 'kernel r--']);
		expect(rightsAt(CPU_ENTRY_AREA_ENTRY_STACK)).toBe('kernel rw-');
		expect(rightsAt(CPU_ENTRY_AREA_ENTRY_STACK - 1n)).toBe('kernel r--');
	});

	test('the kernel’s sections have the rights that they were linked with', () => {
		const {segments} = recording.kernel.image;
		expect(segments.map(({address}) => rightsAt(address))).toEqual(segments.map(({write, execute}) => `kernel r${write ? 'w' : '-'}${execute ? 'x' : '-'}`));
		expect(rightsAt(label('entry_SYSCALL_64'))).toBe('kernel r-x');
	});

	test('all of memory is mapped at PAGE_OFFSET, without execution', () => {
		expect(rightsAt(ADDRESSES.PAGE_OFFSET)).toBe('kernel rw-');
		expect(rightsAt(ADDRESSES.PAGE_OFFSET + BigInt(machine.memory.size) - 1n)).toBe('kernel rw-');
	});

	test('the program has code, constants and a stack; no page at zero, none at the end of its half', () => {
		expect(rightsAt(0n)).toBe('nothing');
		expect(rightsAt(0x40_1000n)).toBe('user r-x');
		expect(rightsAt(ADDRESSES.TASK_SIZE_MAX - 1n)).toBe('user rw-');
		expect(rightsAt(ADDRESSES.TASK_SIZE_MAX)).toBe('nothing');
	});
});

test.each([
	['runs code of the program', 'jmp *%rax', 0x40_1000n, 0x11],
	['reads data of the program', 'movq (%rax), %rax', 0x7fff_ffff_e000n, 0x1],
	['writes to the GDT', 'movq %rax, (%rax)', ADDRESSES.CPU_ENTRY_AREA_GDT, 0x3],
	['writes to its own code', 'movq %rax, (%rax)', ADDRESSES.KERNEL_TEXT, 0x3],
	['falls off its stack', 'movq (%rax), %rax', ADDRESSES.VMALLOC_START + 0x3ff8n, 0x0],
])('a kernel that %s gets a page fault, says so and gives up', (_what, instruction, address, errorCode) => {
	const broken = record(HELLO);
	broken.advance(10_000, event => event.kind === 'dispatch');
	const code = instructionBytes(instruction);
	broken.edit(guest => {
		guest.memory.writeBytes((guest.cpu.paging.peek(guest.rip)?.physical ?? 0) + Number(guest.rip & 0xfffn), code);
		guest.setRegister('rax', address);
	});
	broken.advance(10_000);
	expect(broken.events.filter(({kind}) => kind === 'exception')).toMatchObject([{vector: 14, cpl: 0, errorCode, cr2: address}]);
	expect(Buffer.from(broken.machine.serial.output).toString()).toMatch(/^Kernel panic - not syncing: Fatal exception at ip 0x[0-9a-f]{16}, vector 0x0e\n$/);
	expect(broken.end).toEqual({kind: 'power-off', status: 0xff_0000});
});

/** The bytes of one of the instructions above. */
const instructionBytes = (line: string): Uint8Array =>
	Uint8Array.from({'jmp *%rax': [0xff, 0xe0], 'movq (%rax), %rax': [0x48, 0x8b, 0x00], 'movq %rax, (%rax)': [0x48, 0x89, 0x00]}[line] ?? []);
