import {readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, describe, expect, test, vi} from 'vitest';
import * as v from 'valibot';
import {PT_REGS_FIELDS} from '../../source/kernel/constants.js';
import type {TraceEvent} from '../../source/trace/events.js';
import {cli, ProgramFolder} from '../support/cli.js';
import {HELLO, MARKED, program, withRegisters} from '../support/programs.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

/** A number of 64 bits: "0x" and hex digits in lower case, without leading zeros. */
const word = v.pipe(v.string(), v.regex(/^0x(?:0|[1-9a-f][0-9a-f]{0,15})$/));
const integer = v.pipe(v.number(), v.integer());
const count = v.pipe(integer, v.minValue(0));

const words = (names: readonly string[]): v.ObjectEntries => Object.fromEntries(names.map(name => [name, word]));

/** The fields of each kind that the lines may have, in any of its forms. */
const FIELDS = new Map<string, Set<string>>();

function event(kind: string, entries: v.ObjectEntries): v.GenericSchema {
	FIELDS.set(kind, new Set([...FIELDS.get(kind) ?? [], ...Object.keys(entries)]));
	return v.strictObject({step: count, kind: v.literal(kind), ...entries});
}

const REGISTERS = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip', 'rflags'] as const;

const end = {steps: count, stdout: v.string(), regs: v.strictObject(words(REGISTERS))};

/** The lines as the readme describes them. */
const LineSchema = v.union([
	event('boot', {label: v.string()}),
	event('syscall', {pid: integer, nr: integer, args: v.pipe(v.array(word), v.length(6)), ...words(['rip', 'target', 'rcx', 'r11', 'rsp'])}),
	event('swapgs', words(['before', 'after'])),
	event('cr3', words(['before', 'after'])),
	event('stack-switch', {...words(['from', 'to']), stack: v.picklist(['user', 'thread', 'entry', 'boot'])}),
	event('push', {...words(['address', 'value']), slot: v.optional(v.picklist(PT_REGS_FIELDS)), hardware: v.boolean()}),
	event('pt_regs', {address: word, fields: v.strictObject(words(PT_REGS_FIELDS))}),
	event('dispatch', {nr: integer, name: v.string(), handler: v.string()}),
	event('result', {pid: integer, nr: integer, value: word}),
	event('sysret', words(['rip', 'flags', 'rsp'])),
	event('iret', {...words(['rip', 'rsp']), cpl: count}),
	event('exception', {vector: count, name: v.string(), rip: word, cpl: count, errorCode: v.optional(count), cr2: v.optional(word)}),
	event('interrupt', {vector: count, rip: word, cpl: count}),
	event('hypercall', {service: v.string()}),
	event('switch', {from: integer, to: integer}),
	event('signal', {pid: integer, fatal: v.boolean(), number: count, code: integer, address: word, sender: integer, uid: integer, status: integer}),
	event('task-exit', {pid: integer, tgid: integer, status: integer}),
	event('out', {bytes: v.pipe(v.string(), v.regex(/^[\0-\u{ff}]+$/u))}),
	event('exit', {status: count, ...end}),
	event('exit', {signal: count, signalName: v.string(), code: integer, address: word, ...end}),
	event('exit', {stop: v.picklist(['step-limit', 'waits', 'panic', 'interrupted']), ...end}),
	event('exit', {stop: v.picklist(['not-implemented', 'triple-fault', 'stopped']), message: v.string(), ...end}),
]);

/** A value as JSON has it. */
type Jsonified<T> = T extends bigint ? string : T extends object ? {[P in keyof T]: Jsonified<T[P]>} : T;

interface ExitLine {
	readonly step: number;
	readonly kind: 'exit';
	readonly steps: number;
	readonly stdout: string;
	readonly regs: Readonly<Record<(typeof REGISTERS)[number], string>>;
}

type Line = Jsonified<TraceEvent> | ExitLine;
type LineOf<K extends Line['kind']> = Extract<Line, {readonly kind: K}>;

/** The lines of a run, each checked against the schema. */
async function lines(text: string, ...flags: readonly string[]): Promise<Line[]> {
	const {stdout} = await cli('run', folder.file(text), '--json', ...flags);
	expect(stdout.endsWith('\n')).toBe(true);
	return stdout.trimEnd().split('\n').map(line => v.parse(LineSchema, JSON.parse(line)) as Line);
}

const only = <K extends Line['kind']>(all: readonly Line[], kind: K): LineOf<K>[] => all.filter((line): line is LineOf<K> => line.kind === kind);

describe.concurrent('--json prints lines of the documented shapes', () => {
	test('for a crossing, in order, with the boot before and exit last', async () => {
		const all = await lines(HELLO);
		const steps = all.map(({step}) => step);
		expect(steps).toEqual([...steps].sort((a, b) => a - b));
		const kinds = all.map(({kind}) => kind);
		expect(kinds.indexOf('boot')).toBeLessThan(kinds.indexOf('syscall'));
		expect(kinds.filter(kind => kind === 'exit').length).toBe(1);
		const from = kinds.indexOf('syscall');
		const crossing = kinds.slice(from, kinds.indexOf('sysret') + 1);
		expect(crossing.filter((kind, index) => kind !== 'push' && kind !== 'hypercall' && kind !== crossing[index - 1])).toEqual([
			'syscall', 'swapgs', 'stack-switch', 'pt_regs', 'dispatch', 'out', 'result', 'stack-switch', 'stack-switch', 'swapgs', 'sysret',
		]);
		const slots = only(all.slice(from, kinds.indexOf('pt_regs', from)), 'push').flatMap(({slot}) => slot ?? []);
		expect(slots).toEqual([...PT_REGS_FIELDS].reverse());
		expect(only(all, 'out').map(({bytes}) => bytes).join('')).toBe('hello world\n');
		expect(only(all, 'dispatch').map(({nr, name}) => [nr, name])).toEqual([[1, 'write'], [60, 'exit']]);
		expect(only(all, 'result').map(({nr, value}) => [nr, value])).toEqual([[1, '0xc']]);
		const [exit] = only(all, 'exit');
		expect(exit).toMatchObject({status: 0, stdout: 'hello world\n'});
		expect([all.at(-1), exit.step]).toEqual([exit, exit.steps]);
	});

	test('with distinct values in all registers, which the pt_regs and the end hold', async () => {
		const all = await lines(withRegisters(MARKED));
		const [{fields}] = only(all, 'pt_regs');
		const [syscall] = only(all, 'syscall');
		const hex = (value: bigint): string => `0x${value.toString(16)}`;
		expect(fields).toEqual({
			r15: hex(MARKED.r15), r14: hex(MARKED.r14), r13: hex(MARKED.r13), r12: hex(MARKED.r12), bp: hex(MARKED.rbp), bx: hex(MARKED.rbx),
			r11: syscall.r11, r10: hex(MARKED.r10), r9: hex(MARKED.r9), r8: hex(MARKED.r8), ax: '0xffffffffffffffda', cx: syscall.rcx,
			dx: hex(MARKED.rdx), si: hex(MARKED.rsi), di: hex(MARKED.rdi), orig_ax: '0x27', ip: syscall.rcx, cs: '0x33', flags: '0x202', sp: hex(MARKED.rsp), ss: '0x2b',
		});
		const [sysret] = only(all, 'sysret');
		expect([sysret.rip, sysret.flags, sysret.rsp]).toEqual([syscall.rcx, syscall.r11, hex(MARKED.rsp)]);
		const [{regs}] = only(all, 'exit');
		for (const name of ['rbx', 'rsp', 'rbp', 'r8', 'r9', 'r10', 'r12', 'r13', 'r14', 'r15'] as const) expect([name, regs[name]]).toEqual([name, hex(MARKED[name])]);
	});

	test('for exceptions of the program and of the kernel', async () => {
		const all = await lines(program('sys 1, 1, 0, 3\nnop\nfault: movl %eax, 8'));
		expect(only(all, 'exception').map(({vector, name, cpl, errorCode, cr2}) => ({vector, name, cpl, errorCode, cr2}))).toEqual([
			{vector: 14, name: '#PF', cpl: 0, errorCode: 0, cr2: '0x0'},
			{vector: 14, name: '#PF', cpl: 3, errorCode: 6, cr2: '0x8'},
		]);
		expect(only(all, 'push').filter(({hardware}) => hardware).length).toBe(12);
		expect(only(all, 'exit')).toMatchObject([{signal: 11, signalName: 'SIGSEGV', code: 1, address: '0x8', stdout: ''}]);
	});

	test('for an exception without an error code', async () => {
		const all = await lines(program('ud2'));
		const [exception] = only(all, 'exception');
		expect(Object.keys(exception)).toEqual(['step', 'kind', 'vector', 'name', 'rip', 'cpl']);
		expect(only(all, 'push').filter(({hardware}) => hardware).length).toBe(5);
		expect(only(all, 'exit')).toMatchObject([{signal: 4, signalName: 'SIGILL', code: 2, address: '0x401000', regs: {rip: '0x401000'}}]);
	});

	test('for a run that the limit ends', async () => {
		const all = await lines(program('jmp .'), '--max-steps', '2000');
		expect(all.at(-1)).toMatchObject({kind: 'exit', step: 2000, stop: 'step-limit', steps: 2000, regs: {rip: '0x401000'}});
	});

	test('for an instruction that is not implemented', async () => {
		const all = await lines(program('pushq $0x23\nleaq 1f(%rip), %rax\npushq %rax\nlretq\n1: nop'));
		expect(all.at(-1)).toMatchObject({kind: 'exit', stop: 'not-implemented', message: 'not implemented: RETF at 0x40100a leaves 64-bit mode'});
	});

	test('for bytes beyond ASCII, one character a byte', async () => {
		const all = await lines(program('sys 1, 1, text, 3', 'text: .byte 0xe2, 0x82, 0xac'));
		expect(only(all, 'out').map(({bytes}) => bytes)).toEqual(['\u{e2}', '\u{82}', '\u{ac}']);
		expect(only(all, 'exit')[0].stdout).toBe('€');
	});
});

test('the readme has a row for each kind, with each of its fields', () => {
	const readme = readFileSync(path.join(import.meta.dirname, '../../readme.md'), 'utf8');
	const table = readme.slice(readme.indexOf('### The JSON lines'), readme.indexOf('### The lines of a trace'));
	const rows = new Map([...table.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gmu)].map(match => [match[1], match[2]]));
	expect([...rows.keys()].sort()).toEqual([...FIELDS.keys()].sort());
	const missing = [...FIELDS].flatMap(([kind, fields]) => [...fields].filter(field => !rows.get(kind)?.includes(`\`${field}\``)).map(field => `${kind}.${field}`));
	expect(missing).toEqual([]);
});

test('a program that forks, signals and uses host services prints lines of these shapes, too', async () => {
	const all = await lines(program('sys 57\ntestl %eax, %eax\njz child\nsys 61, -1, 0, 0\nsys 39\nmovl %eax, %edi\nmovl $15, %esi\nmovl $62, %eax\nsyscall\nchild: sys 12\nsys 60, 5'));
	expect([...new Set(all.map(({kind}) => kind))]).toEqual(expect.arrayContaining(['hypercall', 'switch', 'signal', 'task-exit']));
	expect(only(all, 'task-exit').map(({pid, status}) => [pid, status])).toEqual([[43, 5 << 8], [42, 15]]);
	expect(only(all, 'signal')).toMatchObject([{pid: 42, number: 15, fatal: true, sender: 42}]);
	expect(all.at(-1)).toMatchObject({kind: 'exit', signal: 15, signalName: 'SIGTERM'});
});

test('the same command prints the same bytes', async () => {
	const file = folder.file(withRegisters(MARKED));
	const [once, again] = await Promise.all([cli('run', file, '--json'), cli('run', file, '--json')]);
	expect(once.bytes.equals(again.bytes)).toBe(true);
});

test('a setting before a later call leaves the lines before it as they were', async () => {
	const text = program('sys 39\nsys 1, 1, text, 3\nsys 39', 'text: .ascii "abc"');
	const file = folder.file(text);
	const [plain, edited] = await Promise.all([cli('run', file, '--json'), cli('run', file, '--json', '--set', 'rdi=77', '--at', '2')]);
	const [before, after] = [plain, edited].map(({stdout}) => stdout.split('\n'));
	const second = before.findIndex((line, index) => line.includes('"syscall"') && before.slice(0, index).some(earlier => earlier.includes('"syscall"')));
	expect(after.slice(0, second)).toEqual(before.slice(0, second));
	expect(after.filter(line => line.includes('"syscall"')).length).toBe(4);
	expect(after.filter(line => line.includes('"result"')).map(line => (JSON.parse(line) as {readonly value: string}).value)).toEqual(['0x2a', '0xfffffffffffffff7', '0x2a']);
});
