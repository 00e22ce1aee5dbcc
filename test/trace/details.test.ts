import {beforeAll, expect, test} from 'vitest';
import type {Happening, StepDetail} from '../../source/trace/detail.js';
import {Run} from '../support/machines.js';
import {MARKED, program, withRegisters} from '../support/programs.js';

let run: Run;

beforeAll(() => {
	run = new Run(withRegisters({...MARKED, rsp: 0x7fff_ffff_e000n}));
});

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** What a step changed besides memory, one line each. */
const effects = (detail: StepDetail): string[] => detail.effects.map(({target, before, after}) => `${target} ${hex(before)} → ${hex(after)}`);

/** Accesses to memory, one line each. */
const accesses = (detail: StepDetail): string[] =>
	detail.accesses.map(({purpose, write, address, bits, before, value}) => `${purpose} ${write ? 'write' : 'read'} ${bits} ${hex(address)} ${write ? `${hex(before)} → ` : ''}${hex(value)}`);

const stepOf = (kind: 'syscall' | 'sysret' | 'iret' | 'exception', from: Run): number => from.events(kind)[0].step;
const label = (name: string): bigint => run.recording.kernel.symbols.addressOf(name) ?? 0n;

test('syscall: rcx, r11, rip, the masked flags, the selectors and the privilege level, in this order', () => {
	const detail = run.recording.detail(stepOf('syscall', run));
	expect(effects(detail)).toEqual([
		`rcx ${hex(MARKED.rcx)} → ${hex(run.address('behind'))}`,
		`r11 ${hex(MARKED.r11)} → 0x202`,
		`rip ${hex(run.address('behind'))} → ${hex(label('entry_SYSCALL_64'))}`,
		'rflags 0x202 → 0x2',
		'cs 0x33 → 0x10',
		'ss 0x2b → 0x18',
		'cpl 0x3 → 0x0',
	]);
	expect(detail.accesses).toEqual([]);
	expect(detail.marks).toEqual([{kind: 'syscall', from: run.address('crossing'), to: label('entry_SYSCALL_64'), returnAddress: run.address('behind'), flags: 0x202n}]);
	expect([detail.before.rip, detail.after.rip]).toEqual([run.address('crossing'), label('entry_SYSCALL_64')]);
	expect([detail.before.cpl, detail.after.cpl, detail.before.general.rsp === detail.after.general.rsp]).toEqual([3, 0, true]);
});

test('each effect of syscall says where the value comes from', () => {
	const {effects: found} = run.recording.detail(stepOf('syscall', run));
	expect(found.map(({source}) => source)).toEqual([
		'rip: the address after syscall', 'rflags', 'IA32_LSTAR', 'the bits of IA32_FMASK cleared', 'IA32_STAR[47:32]', 'IA32_STAR[47:32]',
		'the code segment’s privilege level',
	]);
});

test('sysretq: rip from rcx, the flags from r11, the selectors and the privilege level', () => {
	const detail = run.recording.detail(stepOf('sysret', run));
	const flags = detail.before.rflags;
	expect(effects(detail)).toEqual([
		`rip ${hex(label('entry_SYSRETQ_unsafe_stack') + 3n)} → ${hex(run.address('behind'))}`,
		`rflags ${hex(flags)} → 0x202`,
		'cs 0x10 → 0x33',
		'ss 0x18 → 0x2b',
		'cpl 0x0 → 0x3',
	]);
	expect(detail.accesses).toEqual([]);
});

test('swapgs exchanges two bases', () => {
	const {step, after: perCpu} = run.events('swapgs')[0];
	expect(effects(run.recording.detail(step))).toEqual([`gs.base 0x0 → ${hex(perCpu)}`, `kernel_gs_base ${hex(perCpu)} → 0x0`]);
});

test('a push of the entry code writes one word below the stack pointer', () => {
	const push = run.events('push').find(({slot}) => slot === 'r11');
	const detail = run.recording.detail(push?.step ?? 0);
	expect(accesses(detail).filter(line => !line.startsWith('walk'))).toEqual([`push write 64 ${hex(push?.address ?? 0n)} 0x0 → 0x202`]);
	expect(detail.after.general.rsp).toBe(detail.before.general.rsp - 8n);
});

test('iretq takes five words off the stack, and all of them arrive', () => {
	const stepped = new Run(program('movl $39, %eax\npushfq\norq $0x100, (%rsp)\npopfq\nsyscall\nbehind: nop\nnop'));
	const detail = stepped.recording.detail(stepOf('iret', stepped));
	const frame = detail.before.general.rsp;
	const {rsp} = detail.after.general;
	expect(accesses(detail).filter(line => line.startsWith('pop'))).toEqual([
		`pop read 64 ${hex(frame)} ${hex(stepped.address('behind'))}`,
		`pop read 64 ${hex(frame + 8n)} 0x33`,
		`pop read 64 ${hex(frame + 16n)} ${hex(detail.after.rflags)}`,
		`pop read 64 ${hex(frame + 24n)} ${hex(rsp)}`,
		`pop read 64 ${hex(frame + 32n)} 0x2b`,
	]);
	expect(effects(detail).filter(line => /^(?:ss|cs|rsp|cpl) /.test(line))).toEqual(['ss 0x18 → 0x2b', 'cs 0x10 → 0x33', `rsp ${hex(frame)} → ${hex(rsp)}`, 'cpl 0x0 → 0x3']);
});

test('an exception reads the gate, the descriptor and the TSS, pushes its frame, then changes the registers', () => {
	const faulted = new Run(program('nop\nfault: movl 16, %eax'));
	const detail = faulted.recording.detail(stepOf('exception', faulted));
	const {purposes, frame} = {purposes: detail.accesses.map(({purpose}) => purpose), frame: detail.accesses.filter(({purpose}) => purpose === 'frame')};
	expect(purposes.filter((purpose, index) => purpose !== purposes[index - 1])).toEqual(['idt', 'gdt', 'tss', 'frame']);
	expect(frame.map(({value}) => value)).toEqual([0x2bn, detail.before.general.rsp, 0x1_0202n, 0x33n, faulted.address('fault'), 4n]);
	const idt = detail.accesses.find(({purpose}) => purpose === 'idt');
	expect(idt?.address).toBe(0xffff_fe00_0000_0000n + 14n * 16n);
	expect(effects(detail).map(line => line.split(' ')[0])).toEqual(['cr2', 'ss', 'rsp', 'cs', 'cpl', 'rflags', 'rip']);
	expect(effects(detail)[0]).toBe('cr2 0x0 → 0x10');
	expect(detail.after).toMatchObject({cpl: 0, cs: 0x10n, ss: 0n, rflags: detail.before.rflags & ~0x200n});
});

test('a walk shows the entry of each level, from the PML4 down', () => {
	const walking = new Run(program('movq data(%rip), %rax', '.data\ndata: .quad 7'));
	const origin = walking.recording.events.find(({kind}) => kind === 'iret')?.step ?? 0;
	const {walks} = walking.recording.detail(origin + 1);
	const data = walks.filter(({address}) => address === walking.address('data'));
	expect(data.map(({step}) => step.level)).toEqual([4, 3, 2, 1]);
	expect((data[3].step.entry & 0xfn) >> 1n).toBe(3n);
});

test('details are the same however their step was come to', () => {
	const steps = [stepOf('syscall', run), stepOf('sysret', run), 700, 3, stepOf('syscall', run) + 4];
	const fresh = new Run(withRegisters({...MARKED, rsp: 0x7fff_ffff_e000n}), {interval: 50});
	const back = [...steps].reverse().map(step => fresh.recording.detail(step)).reverse();
	// How much of a walk is needed depends on what the TLB knows.
	const aboutTranslation = (happening: Happening): boolean => happening.kind === 'walk' || (happening.kind === 'note' && ['known', 'found', 'entry'].includes(happening.note.kind));
	const strip = (detail: StepDetail): StepDetail => ({...detail, walks: [], happenings: detail.happenings.filter(happening => !aboutTranslation(happening))});
	expect(back.map(strip)).toEqual(steps.map(step => strip(run.recording.detail(step))));
});

test('looking at details leaves the run as it is', () => {
	const seen = new Run(withRegisters(MARKED));
	const before = [...seen.recording.events];
	const {length, end} = seen.recording;
	for (let step = length - 1; step > length - 300; step--) seen.recording.detail(step);
	for (let step = 600; step < 900; step++) seen.recording.detail(step);
	seen.recording.seek(length);
	expect([seen.recording.events, seen.recording.length, seen.recording.end]).toEqual([before, length, end]);
});
