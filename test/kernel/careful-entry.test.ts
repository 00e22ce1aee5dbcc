/** Exceptions that may come at any instruction, the entry code's own included. */
import {describe, expect, test} from 'vitest';
import {ADDRESSES, SIZES} from '../../source/kernel/constants.js';
import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import type {Machine} from '../../source/machine/machine.js';
import {outcomeOf} from '../../source/trace/outcome.js';
import {Recording} from '../../source/trace/recording.js';
import {imageOf, record} from '../support/machines.js';
import {HELLO, MARKED, program, withRegisters} from '../support/programs.js';

const MEMORY = 8 * 1024 * 1024;

const KERNELS: readonly (readonly [how: string, options: KernelOptions])[] = [['as in mainline', {}], ['with isolation', {isolation: true}], ['without the entry stack', {entryStack: false}]];

describe.each(KERNELS)('on the kernel %s', (_, options) => {
	const kernel = buildKernel(options);

	/** One call with marked registers, recorded up to its way back. */
	const recorded = (): Recording => {
		const recording = new Recording(boot(kernel, imageOf(withRegisters(MARKED)), {memory: MEMORY}), kernel);
		recording.advance(100_000, ({kind}) => kind === 'sysret');
		return recording;
	};

	/** The program's registers behind the call, and how many NMIs came. */
	const behind = (recording: Recording): unknown => {
		const {machine} = recording;
		expect(machine.cpu.cpl).toBe(3);
		return {registers: [...machine.memory.cells.subarray(0, 16)], nmis: recording.events.filter(event => event.kind === 'interrupt' && event.vector === 2).length};
	};

	test('an NMI before any instruction of a crossing changes nothing but its own count', () => {
		const calm = recorded();
		const from = calm.events.find(({kind}) => kind === 'syscall')?.step ?? 0;
		const to = calm.events.find(({kind}) => kind === 'sysret')?.step ?? 0;
		expect(to - from).toBeGreaterThan(150);
		const expected = behind(calm) as {nmis: number};
		expect(expected.nmis).toBe(0);
		// Backwards, since what comes behind an edit is forgotten.
		for (let step = to; step >= from; step--) {
			calm.seek(step);
			calm.edit(machine => machine.cpu.interruptUnmasked());
			calm.advance(10_000, ({kind}) => kind === 'sysret');
			expect(behind(calm), `step ${step - from} of the crossing`).toEqual({...expected, nmis: 1});
		}
	}, 60_000);

	test('a breakpoint that a load of ss holds back until the entry code is taken on a stack of its own, not on the program’s', () => {
		const image = imageOf(program('movl $39, %eax\nmovw word, %ss\nsyscall', '.data\n.balign 8\nword: .quad 0x2b'));
		const run = new Recording(boot(kernel, image, {memory: MEMORY}), kernel);
		run.advance(100_000, event => event.kind === 'iret');
		const watched = image.symbols.find(({name}) => name === 'word')?.address ?? 0n;
		run.edit(machine => {
			machine.registers.set('dr0', watched);
			machine.registers.set('dr7', 0x3_0401n | (1n << 18n));
		});
		const stop = run.advance(100_000);
		const taken = run.events.flatMap(event => (event.kind === 'exception' ? [[event.vector, event.cpl, kernel.symbols.nearest(event.rip)?.name]] : []));
		expect(taken).toContainEqual([1, 0, 'entry_SYSCALL_64']);
		expect(outcomeOf(run.machine, kernel, stop)).toEqual({kind: 'exited', status: 0});
	});
});

/** Puts code in place of the next instruction of a kernel that works on a call. */
function broken(code: readonly number[], edit: (machine: Machine) => void = () => undefined): string {
	const recording = record(HELLO);
	recording.advance(10_000, event => event.kind === 'dispatch');
	recording.edit(guest => {
		guest.memory.writeBytes((guest.cpu.paging.peek(guest.rip)?.physical ?? 0) + Number(guest.rip & 0xfffn), Uint8Array.from(code));
		edit(guest);
	});
	recording.advance(10_000);
	expect(recording.end).toEqual({kind: 'power-off', status: 0xff_0000});
	return Buffer.from(recording.machine.serial.output).toString().replace(/0x[0-9a-f]{16}/, 'ADDRESS');
}

test('a kernel stack that runs into its guard page ends in words, by way of the double fault’s own stack', () => {
	const bottom = ADDRESSES.VMALLOC_START + BigInt(SIZES.THREAD_STRIDE - SIZES.THREAD_SIZE);
	expect(broken([0x50], guest => guest.setRegister('rsp', bottom))).toBe('Kernel panic - not syncing: kernel stack guard page was hit at ip ADDRESS, vector 0x08\n');
});

test('a double fault elsewhere says so', () => {
	expect(broken([0x50], guest => guest.setRegister('rsp', 0x4141_4141_0000n))).toBe('Kernel panic - not syncing: double fault at ip ADDRESS, vector 0x08\n');
});

test('a machine check is the end', () => {
	expect(broken([0xcd, 18])).toBe('Kernel panic - not syncing: Fatal machine check at ip ADDRESS, vector 0x12\n');
});
