import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, afterEach, describe, expect, test, vi} from 'vitest';
import {compareCalls, isDifferent} from '../../source/commands/native/comparison.js';
import {gdbScript, measure, obstacle, readMeasurement} from '../../source/commands/native/gdb.js';
import {MEASURED, nativeProgram, type RegisterValues, type SeenCall} from '../../source/commands/native/machine-calls.js';
import {readRecorded, recordedCalls} from '../../source/commands/native/recorded.js';
import {listLabs} from '../../source/lab/catalogue.js';
import {command} from '../support/in-process.js';

vi.setConfig({testTimeout: 120_000});

const home = mkdtempSync(path.join(tmpdir(), 'syscall-lab-native-'));
afterAll(() => rmSync(home, {recursive: true, force: true}));

/** A lab of one page with a program, in a folder of labs of its own. */
function lab(name: string, program: string): string {
	const folder = path.join(home, 'labs', name);
	mkdirSync(folder, {recursive: true});
	writeFileSync(path.join(folder, 'lab.md'), '---\nformat: 1\ntitle: Mine\nsummary: x\ntrack: core\nminutes: 1\nprogram: mine.s\nvalues: {mark: {from: 0x11, to: 0x99}}\n---\n\n## A page\n\nText.\n');
	writeFileSync(path.join(folder, 'mine.s'), program);
	return folder;
}

/** A write with every register marked and some flags set, then the end. */
const MARKS = `	.globl _start
_start:	movq $mark, %rbx
	movq $2, %rbp
	movq $3, %r12
	movq $4, %r8
	movq $5, %r10
	movl $1, %eax
	movl $1, %edi
	leaq text(%rip), %rsi
	movl $3, %edx
	cmpl $2, %edx		# PF, and no borrow
	syscall			# C: write(1, "abc", 3);
	movl $60, %eax
	xorl %edi, %edi
	syscall			# C: exit(0);
	.data
text:	.ascii "abc"
`;

const registers = (changes: Partial<RegisterValues> = {}): RegisterValues => ({...Object.fromEntries(MEASURED.map(name => [name, 0n])) as unknown as RegisterValues, rip: 0x401000n, rflags: 0x202n, ...changes});

/** A call as the machine makes it, and one that does not come back. */
const behind = registers({rip: 0x401002n, rax: 42n, rbx: 7n, rsp: 0x7000n, rcx: 0x401002n, r11: 0x202n});
const last: SeenCall = {site: 0x401000n, nr: 39, name: 'getpid', before: registers({rax: 39n, rbx: 7n, rsp: 0x7000n})};
const seen: SeenCall = {...last, after: behind};

/** The same on a processor whose stack is elsewhere. */
const real = {before: {...seen.before, rsp: 0x9000n}, after: {...behind, rsp: 0x9000n, rax: 1234n}};

describe('the comparison', () => {
	const verdicts = (changes: Partial<RegisterValues>): readonly string[] => compareCalls([seen], [{...real, after: {...real.after, ...changes}}])[0].lines.filter(({verdict}) => verdict === 'differs').map(({what}) => what);

	test('takes what is a computer’s own for no difference: where the stack lies, what the call answers', () => {
		const [call] = compareCalls([seen], [real]);
		expect(call.lines.map(({what, verdict}) => [what, verdict])).toEqual([['rcx', 'same'], ['r11', 'same'], ['rflags', 'same'], ['rsp', 'same'], ['the other registers', 'same'], ['result', 'own']]);
		expect(isDifferent([call])).toBe(false);
	});

	test.each<[string, Partial<RegisterValues>, string]>([
		['an rcx that leads elsewhere', {rcx: 0x5000n}, 'rcx'],
		['an r11 with TF, as a debugger that steps leaves it', {r11: 0x302n}, 'r11'],
		['a stack pointer that was moved', {rsp: 0x8ff8n}, 'rsp'],
		['a register that was not kept', {rbx: 8n}, 'the other registers'],
	])('notices %s', (_, changes, what) => {
		expect(verdicts(changes)).toEqual([what]);
	});

	test('takes flags that the two had before the call for their own, if both keep them', () => {
		const other = {before: {...real.before, rflags: 0x246n}, after: {...real.after, rflags: 0x246n, r11: 0x246n}};
		expect(compareCalls([seen], [other])[0].lines.slice(1, 3).map(({verdict}) => verdict)).toEqual(['own', 'own']);
		expect(compareCalls([seen], [{...other, after: {...other.after, r11: 0x346n}}])[0].lines[1].verdict).toBe('differs');
	});

	test('says which register was lost, and what it is', () => {
		expect(compareCalls([seen], [{...real, after: {...real.after, rbx: 8n}}])[0].lines[4].real).toBe('rbx: 0x7 → 0x8');
	});

	test('of a call that does not come back says so for both', () => {
		expect(compareCalls([last], [{before: real.before}])[0].lines).toEqual([{what: 'comes back', machine: 'no', real: 'no', verdict: 'same'}]);
		expect(isDifferent(compareCalls([seen], [{before: real.before}]))).toBe(true);
	});
});

describe('the gdb script', () => {
	const script = gdbScript([seen, {...seen, site: 0x401010n}], ['./mine', 'one', 'it’s two']);

	test('stops in front of each call and behind it, and steps nothing', () => {
		expect(script.match(/^tbreak .*$/gm)).toEqual(['tbreak *0x401000', 'tbreak *0x401002', 'tbreak *0x401010', 'tbreak *0x401012']);
		expect(script).not.toMatch(/^(?:stepi|step|nexti|next|break|hbreak)\b/m);
		expect(script).toMatch(/^# gdb --batch --nx -x \.\/mine\.gdb --args \.\/mine one 'it’s two'$/m);
	});

	const printed = (tag: string, values: RegisterValues): string => `\nTemporary breakpoint 1, 0x1 in _start ()\nsyscall-lab ${tag}\n${MEASURED.map(name => `${name}=${values[name].toString(16)}`).join(' ')}\n`;

	test('is read back, call by call', () => {
		const output = printed('before 1', real.before) + printed('after 1', real.after);
		expect(readMeasurement(output, [seen])).toEqual([real]);
		expect(readMeasurement(output, [seen, {...seen, site: 0x401010n}])).toEqual([real, {}]);
	});

	test('that stopped elsewhere, as at a signal, ends the measurement there', () => {
		const output = printed('before 1', real.before) + printed('after 1', {...real.after, rip: 0x401001n}) + printed('before 2', real.before);
		expect(readMeasurement(output, [seen, seen])).toEqual([{before: real.before}]);
		expect(readMeasurement('gdb: no such program', [seen])).toEqual([{}]);
	});
});

/** The name of a lab whose program has a recording. */
const RECORDED = '06';

describe('syscall-lab native', () => {
	const path_ = process.env.PATH;
	afterEach(() => {
		process.env.PATH = path_;
	});

	test('shows the recording where it is asked for, and calls it one', async () => {
		const {status, stdout} = await command('native', RECORDED, '--recorded', '--in', home);
		expect(stdout.split('\n')[0]).toBe(`06-the-stack-switch, program.s: this machine beside ${readRecorded().computer}, a recording (it was asked for)`);
		expect(stdout).toMatch(/^call 1: write, at 0x[\da-f]+\n {2}behind it +this machine +the processor\n {2}rcx +(0x[\da-f]+) +\1 +the same\n {2}r11 +0x202 +0x202 +the same$/m);
		expect(status).toBe(0);
	});

	test('shows it where gdb is missing, and says why', async () => {
		process.env.PATH = home;
		const {status, stdout} = await command('native', RECORDED, '--in', home, '--json');
		const found = JSON.parse(stdout) as {readonly measured: boolean; readonly because: string; readonly calls: readonly {readonly name: string; readonly lines: readonly unknown[]}[]};
		expect([status, found.measured, found.calls[0].name]).toEqual([0, false, 'write']);
		expect(found.because).toMatch(/gdb is not installed|this is no x86-64 Linux/);
	});

	test('without gdb and a recording says that nothing can be measured', async () => {
		process.env.PATH = home;
		const {status, stderr} = await command('native', lab('30-mine', MARKS), '--in', home);
		expect([status, stderr]).toEqual([69, expect.stringMatching(/nothing can be measured here \(.*\), and there is no recording of this program; run this on x86-64 Linux with gdb\n$/)]);
	});

	test('writes the program with the lab’s values, an executable and the script', async () => {
		await command('native', RECORDED, '--recorded', '--in', home);
		const folder = path.join(home, 'native-06-the-stack-switch');
		expect(readFileSync(path.join(folder, 'program.s'), 'utf8')).toMatch(/^\t\.set\t\w+, 0x[\da-f]+\n[^]*\bsyscall\b/);
		expect(readFileSync(path.join(folder, 'program')).subarray(0, 4).toString('latin1')).toBe('\u007fELF');
		expect(statSync(path.join(folder, 'program')).mode & 0o111).not.toBe(0);
		expect(readFileSync(path.join(folder, 'program.gdb'), 'utf8')).toContain('tbreak *0x');
	});

	test.each<[string, () => readonly string[], number, RegExp]>([
		['a lab that is not there', () => ['native', 'nonsense'], 2, /there is no lab nonsense/],
		['a folder of labs', () => [lab('31-one', MARKS), lab('32-two', MARKS)].slice(2).concat('native', path.join(home, 'labs')), 2, /holds \d labs; give one of them/],
		['a program that does not assemble', () => ['native', lab('33-broken', '\t.globl _start\n_start: movq %rax\n')], 65, /mine\.s:2/],
		['a program without a call', () => ['native', lab('34-still', '\t.globl _start\n_start: hlt # C: ;\n')], 65, /makes no system call/],
		['a folder that can’t be written', () => ['native', RECORDED, '--recorded', '--in', path.join(lab('35-file', MARKS), 'mine.s')], 75, /can’t be written \(ENOTDIR\); choose another folder with --in/],
	])('refuses %s', async (_, words, code, message) => {
		const {status, stderr} = await command(...words());
		expect([status, stderr]).toEqual([code, expect.stringMatching(message)]);
	});
});

test('the recording is of the labs’ programs as they are: else run scripts/record-native.ts', () => {
	const recorded = readRecorded();
	const programs = listLabs().map(({name, folder}) => ({name, calls: nativeProgram(folder).calls}));
	const stale = programs.filter(({name, calls}) => calls.length > 0 && recordedCalls(recorded, name, calls) === undefined).map(({name}) => name);
	expect(stale).toEqual([]);
	const wrong = programs.filter(({name, calls}) => isDifferent(compareCalls(calls, recordedCalls(recorded, name, calls) ?? []))).map(({name}) => name);
	expect(wrong).toEqual([]);
});

const why = obstacle();
if (why !== undefined) process.stderr.write(`the real processor is not measured: ${why}\n`);

describe.runIf(why === undefined)('on the real processor', () => {
	const measured = async (name: string, program: string) => {
		const {status, stdout} = await command('native', lab(name, program), '--in', home, '--json');
		return {status, found: JSON.parse(stdout) as {readonly measured: boolean; readonly missing: number; readonly calls: readonly {readonly lines: readonly {readonly what: string; readonly real: string; readonly verdict: string}[]}[]}};
	};

	test('a call does what it does here: rcx, r11 without TF, and all other registers', async () => {
		const {status, found} = await measured('40-marks', MARKS);
		expect([status, found.measured, found.missing]).toEqual([0, true, 0]);
		const {lines} = found.calls[0];
		expect(lines.map(({what, verdict}) => `${what}: ${verdict}`)).toEqual(['rcx: same', 'r11: same', 'rflags: same', 'rsp: same', 'the other registers: same', 'result: same']);
		expect(Number(lines.find(({what}) => what === 'r11')?.real) & 0x100).toBe(0);
		expect(existsSync(path.join(home, 'native-40-marks', 'mine.gdb'))).toBe(true);
	});

	test('a program gets its arguments, whatever they hold', async () => {
		const folder = lab('43-args', `	.globl _start
_start:	movq 16(%rsp), %rdi
	movq 24(%rsp), %rsi
	movzbl 5(%rdi), %edi
	movzbl 1(%rsi), %esi
	leaq (%rdi,%rsi), %rdx
	movl $39, %eax
	syscall			# C: getpid();
	movl $60, %eax
	syscall
`);
		const page = path.join(folder, 'lab.md');
		const args = ['first\n', '$\'" *'];
		writeFileSync(page, readFileSync(page, 'utf8').replace('program: mine.s', line => `${line}\nargs: ${JSON.stringify(['./mine', ...args])}`));
		const {calls} = nativeProgram(folder);
		await command('native', folder, '--in', home);
		const base = path.join(home, 'native-43-args', 'mine');
		const measurement = measure(`${base}.gdb`, [base, ...args], calls);
		const values = 'calls' in measurement ? measurement.calls[0].before : undefined;
		expect([values?.rdi, values?.rsi]).toEqual([calls[0].before.rdi, calls[0].before.rsi]);
		expect(values?.rdi).toBe(10n);
	});

	test('a program that goes another way there is told', async () => {
		const asks = `	.globl _start
_start:	movl $39, %eax
	syscall			# C: getpid();
	cmpl $42, %eax
	jne out
	movl $24, %eax
	syscall			# C: sched_yield();
out:	movl $60, %eax
	syscall
`;
		const {status, found} = await measured('41-asks', asks);
		expect([status, found.missing > 0]).toEqual([1, true]);
	});

	test('a program that dies there is measured as far as it came', async () => {
		const dies = '\t.globl _start\n_start:\tmovl $39, %eax\n\tsyscall\t# C: getpid();\n\tcmpl $42, %eax\n\tje on\n\thlt\non:\tmovl $60, %eax\n\tsyscall\n';
		const {found} = await measured('42-dies', dies);
		expect([found.calls.length, found.missing]).toEqual([1, 1]);
	});
});
