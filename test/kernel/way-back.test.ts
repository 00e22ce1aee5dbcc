import {expect, test} from 'vitest';
import {type PtRegsField, ptRegsOffset} from '../../source/kernel/constants.js';
import type {KernelOptions} from '../../source/kernel/kernel.js';
import {buildKernel} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import {currentPtRegs, readDeathSignal} from '../../source/trace/kernel-state.js';
import {Recording} from '../../source/trace/recording.js';
import {imageOf} from '../support/machines.js';
import {HELLO} from '../support/programs.js';

/** Runs up to the answer of the first call, changes a saved register there, and goes on to the end. */
function withSaved(changes: Readonly<Partial<Record<PtRegsField, bigint>>>, options: KernelOptions = {}): Recording {
	const kernel = buildKernel(options);
	const recording = new Recording(boot(kernel, imageOf(HELLO), {memory: 8 * 1024 * 1024}), kernel);
	recording.advance(10_000, ({kind}) => kind === 'result');
	recording.edit(machine => {
		const regs = currentPtRegs(machine, kernel);
		for (const [field, value] of Object.entries(changes)) {
			const page = machine.cpu.paging.peek(regs);
			if (page === undefined) throw new Error('the pt_regs are not mapped');
			machine.memory.write(page.physical + Number(regs & 0xfffn) + ptRegsOffset(field as PtRegsField), 64, value);
		}
	});
	recording.advance(10_000);
	return recording;
}

const kindsOf = (recording: Recording): string[] => recording.events.filter(({kind}) => kind === 'sysret' || kind === 'iret' || kind === 'exception').map(event => (event.kind === 'exception' ? event.name : event.kind)).slice(1);

test('an untouched pt_regs leaves by SYSRET', () => {
	expect(kindsOf(withSaved({}))).toEqual(['sysret']);
});

test.each<[string, Partial<Record<PtRegsField, bigint>>]>([
	['a saved ip that is not the saved cx', {cx: 0x1234n}],
	['saved flags that are not the saved r11', {r11: 0x2n}],
	['a saved flag RF', {flags: 0x1_0202n, r11: 0x1_0202n}],
])('%s leaves by IRET', (_, changes) => {
	expect(kindsOf(withSaved(changes))).toEqual(['iret']);
});

test.each<[string, KernelOptions]>([['', {}], [' with isolation', {isolation: true}], [' without the entry stack', {entryStack: false}]])('a saved ip that is not canonical never reaches SYSRET; the iretq faults and the task gets SIGSEGV%s', (_, options) => {
	const recording = withSaved({ip: 0x8000_0000_0000_0000n, cx: 0x8000_0000_0000_0000n}, options);
	expect(kindsOf(recording)).toEqual(['#GP']);
	const {number, code} = readDeathSignal(recording.machine, recording.kernel);
	expect([number, code, recording.end]).toEqual([11, 128, {kind: 'power-off', status: 11}]);
});

test('a saved ss that is none makes the iretq fault, too', () => {
	expect(readDeathSignal(withSaved({ss: 0x18n}).machine, buildKernel()).number).toBe(11);
});

test('a saved stack pointer of any value is the program’s own business', () => {
	expect(withSaved({sp: 0xdead_beefn}).end).toEqual({kind: 'power-off', status: 0});
});
