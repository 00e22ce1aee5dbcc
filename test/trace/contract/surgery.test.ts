import {describe, expect, test} from 'vitest';
import {buildKernel, type KernelOptions} from '../../../source/kernel/kernel.js';
import {boot} from '../../../source/kernel/loader.js';
import {SURGERY, surgeryLine} from '../../../source/kernel/surgery.js';
import {outcomeText} from '../../../source/trace/compare/summary.js';
import {type Attack, ATTACKS} from '../../../source/trace/contract/attacks/index.js';
import {type Consequence, firstConsequence} from '../../../source/trace/contract/consequence.js';
import {attackImage, recordAttack} from '../../../source/trace/contract/door.js';
import {Names} from '../../../source/trace/names.js';
import {Recording} from '../../../source/trace/recording.js';
import {finish} from '../../../source/trace/search.js';
import {imageOf} from '../../support/machines.js';
import {MARKED, program, withRegisters} from '../../support/programs.js';
import {TURNS} from '../../support/threads.js';

const LIMIT = 400_000;

/** What a program comes to on a kernel. */
function consequence(subject: string | Attack, kernelOptions: KernelOptions): Consequence {
	const kernel = buildKernel(kernelOptions);
	const search = typeof subject === 'string' ? fromText(subject, kernelOptions) : firstConsequence(recordAttack(kernel, subject, attackImage(subject)), new Names(kernel, attackImage(subject)), LIMIT);
	const {result} = finish(search);
	if (result === undefined) throw new Error('a search that is done has a result');
	return result;
}

function fromText(text: string, kernelOptions: KernelOptions): ReturnType<typeof firstConsequence> {
	const kernel = buildKernel(kernelOptions);
	const image = imageOf(text);
	return firstConsequence(new Recording(boot(kernel, image, {memory: 8 * 1024 * 1024}), kernel), new Names(kernel, {image}), LIMIT);
}

const attack = (name: string): Attack => {
	const found = ATTACKS.find(each => each.name === name);
	if (found === undefined) throw new Error(`no attack is named ${name}`);
	return found;
};

/** Marked registers, one call, and then something is pushed: a stack pointer that is lost shows. */
const MARKS = withRegisters({...MARKED, rsp: 0x7fff_ffff_e000n}, '').replace('behind:', 'behind: pushq $1\n');

/** Two calls: what the first leaves wrong the second meets. */
const TWICE = program('sys 39\nsys 39');

/** A row of the table: what shows it, which promise is broken first and with what, and how the machine ends. */
interface Row {
	readonly shows: string | Attack;
	readonly kernel?: KernelOptions;
	/** The first broken promise; undefined where there is none. */
	readonly promise?: string;
	readonly found?: RegExp;
	/** Where it is broken. */
	readonly line?: RegExp;
	readonly end: RegExp;
}

const push = (field: string): readonly [string, Row] => [`push-${field}`, {shows: MARKS, promise: 'saved', found: new RegExp(`^pt_regs->${field} holds `), line: /call\s+do_syscall_64/, end: /panic/}];

const clear = (register: string, full: string): readonly [string, Row] => [`clear-${register}`, {shows: MARKS, promise: 'cleared', found: new RegExp(`^${full} still holds `), line: /call\s+do_syscall_64/, end: /exited with 0/}];

const pops = (promise: string, found: RegExp, end: RegExp, ...fields: readonly string[]): (readonly [string, Row])[] => fields.map(field => [`pop-${field}`, {shows: MARKS, promise, found, line: /sysretq/, end}]);

const FIELDS = ['ss', 'sp', 'flags', 'cs', 'ip', 'orig_ax', 'di', 'si', 'dx', 'cx', 'ax', 'r8', 'r9', 'r10', 'r11', 'bx', 'bp', 'r12', 'r13', 'r14', 'r15'];

const TABLE: ReadonlyMap<string, Row> = new Map<string, Row>([
	['swapgs', {shows: MARKS, promise: 'kernel-gs', found: /the GS base is 0x0/, line: /%gs:cpu_tss_rw/, end: /panic/}],
	['save-rsp', {shows: MARKS, promise: 'saved', found: /^pt_regs->sp holds 0x0 instead of 0x7fffffffe000/, line: /do_syscall_64/, end: /SIGSEGV/}],
	['cr3-in', {shows: MARKS, kernel: {isolation: true}, promise: 'kernel-tables', found: /the program’s$/, line: /cpu_current_top_of_stack/, end: /panic/}],
	['stack-switch', {shows: MARKS, promise: 'kernel-stack', found: /^rsp is 0x7fffffffe000/, line: /pushq\s+\$__USER_DS/, end: /panic/}],
	...FIELDS.map(push),
	['clear-esi', {shows: MARKS, end: /exited with 0/}],
	clear('edx', 'rdx'), clear('ecx', 'rcx'), clear('ebx', 'rbx'), clear('ebp', 'rbp'),
	...['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'].map(name => clear(`${name}d`, name)),
	['clamp', {shows: MARKS, promise: 'clamped', line: /call\s+x64_sys_call/, end: /exited with 0/}],
	['check-ip', {shows: attack('moved-ip'), promise: 'restored', found: /^pt_regs->ip is /, line: /sysretq/, end: /exited with 99/}],
	['check-flags', {shows: attack('changed-flags'), promise: 'restored', found: /^pt_regs->flags is 0x203/, line: /sysretq/, end: /exited with 99/}],
	['check-cs', {shows: attack('bad-cs'), promise: 'restored', found: /^pt_regs->cs is 0x3, the program gets 0x33/, line: /sysretq/, end: /exited with 0/}],
	['check-ss', {shows: attack('bad-ss'), promise: 'restored', found: /^pt_regs->ss is 0x18, the program gets 0x2b/, line: /sysretq/, end: /exited with 0/}],
	['check-canonical', {shows: attack('bad-ip'), promise: 'sysret-address', found: /^rcx is 0x800000000000/, line: /sysretq/, end: /panic/}],
	['check-trap', {shows: attack('trap-flag'), promise: 'sysret-flags', line: /sysretq/, end: /SIGTRAP/}],
	// r11 gets the word of rbx, which SYSRET takes for flags.
	...pops('sysret-flags', /^r11 is 0x303030303030303/, /SIGTRAP .*address 0x2a/, 'r15', 'r14', 'r13', 'r12', 'bp', 'bx'),
	...pops('user-segments', /^rflags is 0x2$/, /SIGSEGV .*address 0x2a/, 'r11'),
	...pops('restored', /^pt_regs->sp is 0x7fffffffe000, the program gets 0x202/, /SIGSEGV .*address 0x2a/, 'r10', 'r9', 'r8', 'ax'),
	...pops('restored', /^pt_regs->sp is 0x7fffffffe000, the program gets 0x202/, /SIGSEGV/, 'cx', 'dx', 'si'),
	['cr3-out', {shows: MARKS, kernel: {isolation: true}, promise: 'user-tables', line: /sysretq/, end: /SIGSEGV \(si_code 2/}],
	['swapgs-back', {shows: TWICE, promise: 'user-gs', line: /sysretq/, end: /panic/}],
	['update-stack', {shows: TURNS, promise: 'thread-stack', line: /iretq/, end: /panic/}],
	['mask-if', {shows: MARKS, promise: 'interrupts-off', line: /endbr64/, end: /exited with 0/}],
]);

test('the table has every line that may be left out', () => {
	expect([...TABLE.keys()].sort()).toEqual(SURGERY.map(({name}) => name).sort());
});

describe.each([...TABLE])('without %s', (name, {shows, kernel = {}, promise, found = /./, line = /./, end}) => {
	const broken = consequence(shows, {...kernel, without: [name]});

	test('what is named as its consequence is what happens first', () => {
		expect(broken.first?.promise.name).toBe(promise);
		if (promise !== undefined) expect([broken.first?.found, broken.first?.place?.text]).toEqual([expect.stringMatching(found), expect.stringMatching(line)]);
		expect(outcomeText(broken.outcome)).toMatch(end);
	});

	test('and on the whole kernel the same program breaks nothing', () => {
		const whole = consequence(shows, kernel);
		expect([whole.violations, whole.words[0]]).toEqual([[], 'No promise was broken in this run.']);
	});

	test('the row says what breaks; where nothing is seen at once, it says so', () => {
		const {breaks} = surgeryLine(name);
		expect(breaks).toMatch(/^[A-Z].+\.$/su);
		const isQuiet = outcomeText(broken.outcome).endsWith("exited with 0") && !name.startsWith('check-');
		expect(breaks.startsWith("Nothing")).toBe(isQuiet);
	});
});

test('without the switch of the stack pointer between threads, one thread rewrites the saved registers of the other', () => {
	const {violations, words} = consequence(TURNS, {without: ['update-stack']});
	const frame = violations.find(({promise}) => promise.name === 'frame');
	expect([frame?.place?.text, frame?.found]).toEqual([expect.stringMatching(/pushq/), expect.stringMatching(/^pt_regs->ss of another thread is overwritten/)]);
	expect(words.join('\n')).toContain('Nobody but a thread itself writes its saved registers');
});

test('without the trap check the trap comes before the first instruction behind the call, not behind it', () => {
	const trapAt = (without: readonly string[]): bigint | undefined => {
		const kernel = buildKernel({without});
		const subject = attack('trap-flag');
		const recording = recordAttack(kernel, subject, attackImage(subject));
		recording.advance(LIMIT, event => event.kind === 'exception');
		const [call, trap] = ['syscall', 'exception'].map(kind => recording.events.find(event => event.kind === kind));
		return call?.kind === 'syscall' && trap?.kind === 'exception' ? trap.rip - call.rcx : undefined;
	};

	expect([trapAt([]), trapAt(['check-trap'])]).toEqual([1n, 0n]);
});

test('what broke is told in words, first things first', () => {
	expect(consequence(MARKS, {without: ['stack-switch']}).words).toEqual([
		expect.stringMatching(/^What broke first: step \d+, entry_64\.s:47 “pushq \$__USER_DS”: a broken promise\. “The kernel pushes and pops on no stack of the program’s\.” But rsp is 0x7fffffffe000\. Why it matters: /),
		expect.stringMatching(/^The first exception in the kernel: #DF at entry_64\.s:\d+ in step \d+\.$/),
		'In the end: the kernel gave up (panic).',
	]);
	expect(consequence(MARKS, {without: ['push-r15']}).words.at(-2)).toMatch(/^The first exception in the kernel: #PF at [\w.]+:\d+ in step \d+\.$/);
});
