import {beforeAll, describe, expect, test} from 'vitest';
import {Pte} from '../../source/machine/control-bits.js';
import {ADDRESSES, PT_REGS_FIELDS, type PtRegsField} from '../../source/kernel/constants.js';
import {loadDisassembler} from '../../source/program/disassemble.js';
import type {Chain, WriterPart} from '../../source/trace/provenance/answers.js';
import {physicalOf, type Place, PlaceError} from '../../source/trace/provenance/place.js';
import {Provenance} from '../../source/trace/provenance/provenance.js';
import type {Recording} from '../../source/trace/recording.js';
import {type EventOf, imageOf, record, Run} from '../support/machines.js';
import {MARKED, program, withRegisters} from '../support/programs.js';

beforeAll(loadDisassembler);

const word = (address: bigint, bytes = 8): Place => ({kind: 'memory', address, bytes});
const register = (name: string): Place => ({kind: 'register', name});

/** A run with answers about it, and the names of the program that ran. */
function ask(text: string, options: ConstructorParameters<typeof Run>[1] = {}): {readonly run: Run; readonly recording: Recording; readonly provenance: Provenance} {
	const run = new Run(text, options);
	return {run, recording: run.recording, provenance: new Provenance(run.recording, {image: imageOf(text), sources: new Map([['test.s', text]])})};
}

/** A part as one line: the instruction, the line of source without its comment, and what was done. */
const told = ({code, sentence, kind}: WriterPart): string =>
	[kind, ...(code === undefined ? [] : [code.text, code.source === undefined ? '' : `${code.source.file}: ${code.source.text.replace(/\s*#.*/, '').replaceAll('\t', ' ')}`]), sentence].join(' | ');

const chainOf = ({links}: Chain): string[] => links.map(told);

describe('the pt_regs of a write with marked registers', () => {
	const text = withRegisters({...MARKED, rax: 1n, rsp: 0x7fff_ffff_e000n});
	let asked: ReturnType<typeof ask>;
	let address: bigint;
	let step: number;

	beforeAll(() => {
		asked = ask(text);
		[{address, step}] = asked.run.events('pt_regs');
	});

	const chain = (field: PtRegsField): Chain => asked.provenance.chain(word(address + BigInt(PT_REGS_FIELDS.indexOf(field) * 8)), step).finish();

	/** The line that pushes a field, as the kernel's source marks it. */
	const pushLine = (field: PtRegsField): number => (asked.recording.kernel.sources.get('entry_64.s') ?? '').split('\n').findIndex(line => line.endsWith(`# pt_regs->${field}`)) + 1;

	const FROM_PROGRAM: readonly (readonly [field: PtRegsField, register: keyof typeof MARKED])[] = [
		['r15', 'r15'], ['r14', 'r14'], ['r13', 'r13'], ['r12', 'r12'], ['bp', 'rbp'], ['bx', 'rbx'], ['r10', 'r10'], ['r9', 'r9'], ['r8', 'r8'],
		['dx', 'rdx'], ['si', 'rsi'], ['di', 'rdi'], ['orig_ax', 'rax'],
	];

	test.each(FROM_PROGRAM)('%s was pushed by the entry code from %s, which the program set', (field, name) => {
		const {links, end} = chain(field);
		const value = name === 'rax' ? 1n : MARKED[name];
		expect([links[0].place, links[0].code?.source?.file, links[0].code?.source?.line, links[0].value]).toEqual([
			word(address + BigInt(PT_REGS_FIELDS.indexOf(field) * 8)), 'entry_64.s', pushLine(field), value,
		]);
		expect(links.map(told)).toEqual([
			`instruction | push %${name} | entry_64.s: pushq %${name} | pushed by the kernel: a copy of ${name}`,
			`instruction | movabs $${value < 10n ? value.toString() : `0x${value.toString(16)}`}, %${name} | test.s: movabsq $0x${value.toString(16)}, %${name} | set by the program: a number in the instruction`,
		]);
		expect([links[1].place, links[1].value, links[1].code?.isProgram, end]).toEqual([register(name), value, true, 'constant']);
		expect(links[1].code?.source?.line).toBe(text.split('\n').findIndex(line => /^\s*movabsq \$0x/.test(line) && line.endsWith(`, %${name}`)) + 1);
	});

	const SYSCALL_SAVED = 'processor | syscall | test.s: crossing: syscall | put there by the processor: SYSCALL saved';

	test.each([
		['ss', ['instruction | push $0x2b | entry_64.s: pushq $__USER_DS | pushed by the kernel: a number in the instruction'], 'constant'],
		['cs', ['instruction | push $0x33 | entry_64.s: pushq $__USER_CS | pushed by the kernel: a number in the instruction'], 'constant'],
		['ax', ['instruction | push $0xffffffffffffffda | entry_64.s: pushq $-ENOSYS | pushed by the kernel: a number in the instruction'], 'constant'],
		['ip', ['instruction | push %rcx | entry_64.s: pushq %rcx | pushed by the kernel: a copy of rcx', `${SYSCALL_SAVED} the address behind itself`], 'constant'],
		['cx', ['instruction | push %rcx | entry_64.s: pushq %rcx | pushed by the kernel: a copy of rcx', `${SYSCALL_SAVED} the address behind itself`], 'constant'],
		['flags', ['instruction | push %r11 | entry_64.s: pushq %r11 | pushed by the kernel: a copy of r11', `${SYSCALL_SAVED} rflags`], 'computed'],
		['r11', ['instruction | push %r11 | entry_64.s: pushq %r11 | pushed by the kernel: a copy of r11', `${SYSCALL_SAVED} rflags`], 'computed'],
		['sp', [
			'instruction | pushq %gs:0x1014 | entry_64.s: pushq %gs:cpu_tss_rw + TSS_sp2 | pushed by the kernel: a copy of cpu_tss_rw + TSS_sp2',
			'instruction | mov %rsp, %gs:0x1014 | entry_64.s: movq %rsp, %gs:cpu_tss_rw + TSS_sp2 | stored by the kernel: a copy of rsp',
			'instruction | movabs $0x7fffffffe000, %rsp | test.s: movabsq $0x7fffffffe000, %rsp | set by the program: a number in the instruction',
		], 'constant'],
	] as const)('%s came by way of the processor or the kernel', (field, links, end) => {
		const found = chain(field);
		expect([found.links[0].code?.source?.line, chainOf(found), found.end]).toEqual([pushLine(field), links, end]);
	});

	test('all 21 slots are among them', () => {
		expect([...FROM_PROGRAM.map(([field]) => field), 'ss', 'cs', 'ax', 'ip', 'cx', 'flags', 'r11', 'sp'].sort()).toEqual([...PT_REGS_FIELDS].sort());
	});

	test('what SYSCALL put into r11 can be followed on: rflags at that moment', () => {
		const [input] = chain('r11').inputs;
		const syscall = asked.run.events('syscall')[0].step;
		expect(input).toEqual({place: register('rflags'), step: syscall, value: 0x202n});
		const {parts} = asked.provenance.writerOf(input.place, input.step).finish();
		expect(parts.find(({place}) => asked.provenance.placeText(place).includes('IF'))?.code?.text).toBe('iretq');
	});

	test('each writer’s step is the one to go to: the instruction that comes next there is the one that wrote', () => {
		const {links} = chain('si');
		for (const link of links) {
			asked.recording.seek(link.step ?? -1);
			expect(asked.recording.machine.rip).toBe(link.code?.address);
		}
	});

	test('regs->ax names the store of do_syscall_x64, and behind it the host’s answer', () => {
		const {step: after} = asked.run.events('result')[0];
		const found = asked.provenance.chain(word(address + BigInt(PT_REGS_FIELDS.indexOf('ax') * 8)), after).finish();
		expect([found.links[0].code?.source?.file, found.links[0].code?.name?.split('+')[0], found.links[0].value]).toEqual(['syscall_64.s', 'do_syscall_x64', 0xffff_ffff_ffff_fff7n]);
		expect(told(found.links[0])).toBe('instruction | mov %rax, 0x50(%rbx) | syscall_64.s: movq %rax, PT_REGS_ax(%rbx) | stored by the kernel: a copy of rax');
		expect([found.end, found.links.at(-1)?.kind]).toEqual(['host', 'host']);
	});

	test('rip behind SYSRET leads back through rcx and pt_regs->cx to SYSCALL', () => {
		const {step: after} = asked.run.events('sysret')[0];
		const {links} = asked.provenance.chain(register('rip'), after + 1).finish();
		expect(links.map(({code}) => code?.text)).toEqual(['sysretq', 'pop %rcx', 'push %rcx', 'syscall']);
		expect(links.map(({sentence}) => sentence)).toEqual([
			'copied by the kernel from rcx', 'popped by the kernel from pt_regs->cx', 'pushed by the kernel: a copy of rcx', 'put there by the processor: SYSCALL saved the address behind itself',
		]);
	});
});

test('the words of an exception frame name the processor, and rsp leads on to where the program got it from', () => {
	const {run, provenance} = ask(program('pushq %rbx\nfault: movl 16, %eax'));
	const [{step}] = run.events('exception');
	const {general: {rsp}} = run.registersAt(step + 1);
	const parts = [0n, 8n, 16n, 24n, 32n, 40n].map(offset => provenance.writerOf(word(rsp + offset), step + 1).finish().parts);
	expect(parts.map(([part]) => [part.kind, part.step, part.code?.text, part.sentence])).toEqual([
		'the error code', 'rip as it was', 'cs as it was', 'rflags as it was', 'rsp as it was', 'ss as it was',
	].map(what => ['processor', step, 'mov 0x10, %eax', `pushed by the processor for #PF: ${what}`]));
	expect(provenance.chain(word(rsp + 32n), step + 1).finish().links.map(({code}) => code?.text)).toEqual(['mov 0x10, %eax', 'push %rbx']);
	expect(provenance.writerOf(register('rsp'), step + 1).finish().parts[0].sentence).toBe('set by the processor for #PF: the handler’s stack, below the words that it pushed');
	expect(provenance.writerOf(register('rip'), step + 1).finish().parts[0].sentence).toBe('set by the processor for #PF: the handler’s address from the IDT');
	expect(provenance.writerOf({kind: 'flag', name: 'IF'}, step + 1).finish().parts[0].sentence).toBe('cleared by the processor on the way to the handler of #PF');
});

describe('changes from outside', () => {
	const text = program('movl $1, %edi\nleaq message(%rip), %rsi\nmovl $1, %eax\nmovl $2, %edx\ncrossing: syscall', '.data\nmessage: .ascii "hello"');

	test('a register that was edited says so, at the end of the chain too', () => {
		const {run, recording, provenance} = ask(text);
		const {step} = run.events('syscall')[0];
		expect(provenance.writerOf(register('rdi'), step).finish().parts[0].kind).toBe('instruction');
		recording.seek(step);
		recording.edit(machine => machine.setRegister('rdi', 77n));
		recording.advance(1000);
		expect(provenance.writerOf(register('rdi'), step).finish().parts).toEqual([
			{place: register('rdi'), value: 77n, kind: 'edit', step, sentence: `changed from outside before step ${step}`},
		]);
		const regs = recording.events.find((event): event is EventOf<'pt_regs'> => event.kind === 'pt_regs' && event.step > step);
		const {links, end} = provenance.chain(word((regs?.address ?? 0n) + BigInt(PT_REGS_FIELDS.indexOf('di') * 8)), regs?.step ?? 0).finish();
		expect([links.map(({kind, value}) => [kind, value]), end]).toEqual([[['instruction', 77n], ['edit', 77n]], 'edit']);
	});

	test('so does memory, byte by byte; what the edit left alone keeps its writer', () => {
		const {run, recording, provenance} = ask(text);
		const {step} = run.events('syscall')[0];
		const message = run.address('message');
		recording.seek(step);
		recording.edit(machine => machine.memory.write((physicalOf(machine, message) ?? 0) + 1, 16, 0x4141n));
		recording.advance(1000);
		const {parts, value} = provenance.writerOf(word(message, 5), step + 20).finish();
		expect(value).toBe(0x6f6c_4141_68n);
		expect(parts.map(({place, kind, step: at, value: bytes}) => [place, kind, at, bytes])).toEqual([
			[word(message, 1), 'beginning', undefined, 0x68n], [word(message + 1n, 2), 'edit', step, 0x4141n], [word(message + 3n, 2), 'beginning', undefined, 0x6f6cn],
		]);
	});

	test('an edit in the past makes answers about what came after it new', () => {
		const {run, recording, provenance} = ask(text);
		const {step} = run.events('syscall')[0];
		const before = provenance.writerOf(register('rax'), step + 250).finish();
		recording.seek(step - 1);
		recording.edit(machine => machine.setRegister('rax', 39n));
		recording.advance(2000);
		const again = provenance.writerOf(register('rax'), step + 250).finish();
		expect(again).toEqual(new Provenance(recording, {image: imageOf(text), sources: new Map([['test.s', text]])}).writerOf(register('rax'), step + 250).finish());
		expect(again).not.toEqual(before);
	});
});

test('a value of which only four of eight bytes were written last has two writers', () => {
	const {run, provenance} = ask(program('movq $-1, place(%rip)\nmovl $5, place + 2(%rip)\nmovq place(%rip), %rax\nbehind: nop', '.bss\nplace: .quad 0'));
	const step = run.events('syscall').at(-1)?.step ?? 0;
	const place = run.address('place');
	const {parts, value} = provenance.writerOf(word(place), step).finish();
	expect(value).toBe(0xffff_0000_0005_ffffn);
	expect(parts.map(part => [part.place, part.code?.text, part.value])).toEqual([
		[word(place, 2), 'movq $0xffffffffffffffff, place(%rip)', 0xffffn], [word(place + 2n, 4), 'movl $5, place+0x2(%rip)', 5n], [word(place + 6n, 2), 'movq $0xffffffffffffffff, place(%rip)', 0xffffn],
	]);
	const {end, inputs} = provenance.chain(register('rax'), step - 4).finish();
	expect([end, inputs.map(input => provenance.placeText(input.place))]).toEqual(['parts', ['the 2 bytes at place', 'the 4 bytes at place+0x2', 'the 2 bytes at place+0x6']]);
});

test('memory is the same whatever address leads to it: the kernel’s direct map knows the program’s store', () => {
	const {run, recording, provenance} = ask(program('movl $5, place(%rip)\nmovl $39, %eax\ncrossing: syscall', '.bss\nplace: .quad 0'));
	const [{step}] = run.events('syscall');
	recording.seek(step + 20);
	const place = run.address('place');
	const alias = ADDRESSES.PAGE_OFFSET + BigInt(physicalOf(recording.machine, place) ?? 0);
	const {parts: [part]} = provenance.writerOf(word(alias, 4), step + 20).finish();
	expect([part.value, part.code?.text, part.through, part.place]).toEqual([5n, 'movl $5, place(%rip)', place, word(alias, 4)]);
});

test('what was there before the first instruction says so, and what is not mapped', () => {
	const {run, provenance} = ask(program('nop', '.data\nmessage: .ascii "hello"'));
	const step = run.events('syscall')[0].step;
	const {parts: [part]} = provenance.writerOf(word(run.address('message'), 5), step).finish();
	expect([part.kind, part.step, part.sentence]).toEqual(['beginning', undefined, 'there from the beginning: put there before the first instruction']);
	const nowhere = provenance.writerOf(word(0x1000n), step).finish();
	expect([nowhere.value, nowhere.parts.map(({kind, sentence}) => [kind, sentence])]).toEqual([undefined, [['unmapped', 'nothing is mapped there']]]);
	expect(provenance.chain(word(0x1000n), step).finish()).toMatchObject({end: 'unmapped', inputs: []});
});

test('what the host wrote for a call names it and the vmcall', () => {
	const {run, provenance} = ask(program('movl $79, %eax\nleaq buffer(%rip), %rdi\nmovl $64, %esi\nsyscall\nbehind: nop', '.bss\nbuffer: .zero 64'));
	const step = run.events('sysret')[0].step + 1;
	const {parts: [part], value} = provenance.writerOf(word(run.address('buffer'), 5), step).finish();
	expect([value, part.kind, part.code?.text, part.sentence]).toEqual([0x6d6f_682fn | (0x65n << 32n), 'host', 'vmcall', 'written by the host, which served this call for the kernel']);
	expect(provenance.chain(word(run.address('buffer'), 5), step).finish().end).toBe('host');
	const {links} = provenance.chain(register('rax'), step).finish();
	expect(links.at(-1)).toMatchObject({kind: 'host', place: register('rax')});
});

test('the marks of a page walk are the processor’s', () => {
	const {run, recording, provenance} = ask(program('nop\nstore: movb $1, place(%rip)\nbehind: nop', '.bss\n.zero 0x3000\nplace: .quad 0'));
	const store = run.events('syscall')[0].step - 6;
	recording.seek(store);
	const {entryAddress, entry} = recording.machine.cpu.paging.explain(run.address('place')).at(-1) ?? {entryAddress: 0, entry: 0n};
	// As the kernel left it, the page counts as written already.
	recording.edit(machine => machine.memory.write(entryAddress, 64, entry & ~(Pte.A | Pte.D)));
	recording.advance(5);
	const {parts: [part], value} = provenance.writerOf(word(ADDRESSES.PAGE_OFFSET + BigInt(entryAddress)), store + 1).finish();
	expect([value, part.kind, part.step, part.code?.text, part.sentence]).toEqual([
		entry | Pte.A | Pte.D, 'processor', store, 'movb $1, place(%rip)', 'marked by the processor while it looked up an address in the page tables',
	]);
});

describe('copies and computations', () => {
	const steps = (text: string): {readonly provenance: Provenance; readonly step: number; readonly run: Run} => {
		const {run, provenance} = ask(program(`${text}\nbehind:`, '.data\nplace: .quad 0x80\nother: .zero 32'));
		return {run, provenance, step: run.events('syscall').at(-1)?.step ?? 0};
	};

	/** The steps that the macro of the last call takes. */
	const EXIT = 4;

	test.each<readonly [what: string, lines: string, name: string, texts: readonly string[], end: string, inputs: readonly string[]]>([
		['through xchg', 'movl $7, %ebx\nxchgq %rbx, other(%rip)\nmovq other(%rip), %rbp', 'rbp', ['mov other(%rip), %rbp', 'xchg %rbx, other(%rip)', 'mov $7, %ebx'], 'constant', []],
		['widened with zeros', 'movl $0x1ff, %ebx\nmovzbl %bl, %ebp', 'rbp', ['movzbl %bl, %ebp', 'mov $0x1ff, %ebx'], 'constant', []],
		['widened with its sign', 'movsbq place(%rip), %rbp', 'rbp', ['movsbq place(%rip), %rbp', ''], 'beginning', []],
		['by string instructions', 'leaq place(%rip), %rsi\nleaq other(%rip), %rdi\nmovl $8, %ecx\nrep movsb\nmovq other(%rip), %rbp', 'rbp', ['mov other(%rip), %rbp', 'rep movsb', ''], 'beginning', []],
		['through vector registers', 'movups place(%rip), %xmm1\nmovups %xmm1, other(%rip)\nmovq other(%rip), %rbp', 'rbp', ['mov other(%rip), %rbp', 'movups %xmm1, other(%rip)', 'movups place(%rip), %xmm1', ''], 'beginning', []],
		['a move whose condition holds', 'movl $7, %ebx\nxorl %ebp, %ebp\ncmovzq %rbx, %rbp', 'rbp', ['cmove %rbx, %rbp', 'mov $7, %ebx'], 'constant', []],
		['none by one whose condition does not', 'movl $7, %ebx\nmovl $9, %ebp\ntestl %ebx, %ebx\ncmovzq %rbx, %rbp', 'rbp', ['mov $9, %ebp'], 'constant', []],
		['a sum', 'movl $7, %ebx\nmovl $9, %ebp\naddq %rbx, %rbp', 'rbp', ['add %rbx, %rbp'], 'computed', ['rbx', 'rbp']],
		['an address', 'movl $7, %ebx\nleaq 8(%rbx), %rbp', 'rbp', ['lea 8(%rbx), %rbp'], 'computed', ['rbx']],
		['an address that the instruction names', 'leaq place(%rip), %rbp', 'rbp', ['lea place(%rip), %rbp'], 'constant', []],
		['zero, whatever was there', 'xorl %ebp, %ebp', 'rbp', ['xor %ebp, %ebp'], 'constant', []],
		['the answer to a question', 'movl $7, %ebx\ncmpl $7, %ebx\nsete %bpl\nmovzbl %bpl, %ebp', 'rbp', ['movzbl %bpl, %ebp', 'sete %bpl'], 'computed', ['ZF']],
		['the time', 'rdtsc\nmovl %eax, %ebp', 'rbp', ['mov %eax, %ebp', 'rdtsc'], 'device', []],
		['a selector', 'movl %ss, %ebp', 'rbp', ['mov %ss, %ebp'], 'system', []],
	])('%s', (_what, lines, name, texts, end, inputs) => {
		const {provenance, step} = steps(lines);
		const chain = provenance.chain(register(name), step - EXIT).finish();
		expect([chain.links.map(({code}) => code?.text ?? ''), chain.end, chain.inputs.map(({place}) => provenance.placeText(place))]).toEqual([texts, end, inputs]);
	});

	test('inputs are named with what they held, and can be followed on', () => {
		const {provenance, step} = steps('movl $7, %ebx\nmovl $9, %ebp\naddq %rbx, %rbp');
		const {inputs} = provenance.chain(register('rbp'), step - EXIT).finish();
		expect(inputs.map(({value}) => value)).toEqual([7n, 9n]);
		expect(inputs.map(input => provenance.chain(input.place, input.step).finish().links.map(({code}) => code?.text))).toEqual([['mov $7, %ebx'], ['mov $9, %ebp']]);
	});

	test('each flag has the writer of its own', () => {
		const {provenance, step} = steps('xorl %ebp, %ebp\nincl %ebp\nstd');
		const flag = (name: 'CF' | 'ZF' | 'DF'): string | undefined => provenance.writerOf({kind: 'flag', name}, step - EXIT).finish().parts[0].code?.text;
		expect([flag('CF'), flag('ZF'), flag('DF')]).toEqual(['xor %ebp, %ebp', 'inc %ebp', 'std']);
		const {parts} = provenance.writerOf(register('rflags'), step - EXIT).finish();
		expect(parts.map(part => [provenance.placeText(part.place), part.code?.text]).slice(0, 2)).toEqual([['CF', 'xor %ebp, %ebp'], ['PF, AF, ZF, SF and OF', 'inc %ebp']]);
	});

	test('a part of a register is a place of its own', () => {
		const {provenance, step} = steps('movq $-1, %rbp\nmovw $0x1234, %bp\nmovb $0x56, %ah');
		expect(provenance.writerOf(register('rbp'), step - EXIT).finish().parts.map(({place, value, code}) => [provenance.placeText(place), value, code?.text])).toEqual([
			['bp', 0x1234n, 'mov $0x1234, %bp'], ['bytes 2 to 7 of rbp', 0xffff_ffff_ffffn, 'mov $0xffffffffffffffff, %rbp'],
		]);
		expect(provenance.writerOf({kind: 'register', name: 'rax', from: 1, bytes: 1}, step - EXIT).finish()).toMatchObject({value: 0x56n, parts: [{code: {text: 'mov $0x56, %ah'}}]});
	});
});

test('code that changes the instruction behind itself is followed as it runs', () => {
	// One bit makes of the register that is loaded another one.
	const {run, provenance} = ask(program('movl $7, %ecx\nmovl $8, %ebx\njmp patch\nback: nop', '.section .patched, "awx"\npatch: movb $0xb9, target(%rip)\ntarget: movl $1, %ebx\nnop\njmp back'));
	const step = run.events('syscall')[0].step - 4;
	const texts = (name: string): (string | undefined)[] => provenance.chain(register(name), step).finish().links.map(({code}) => code?.text);
	expect([texts('rcx'), texts('rbx')]).toEqual([['mov $1, %ecx'], ['mov $8, %ebx']]);
});

test('with two page tables the chain goes on from one address space into the other', () => {
	const text = program('movabsq $0x1234, %rdi\nmovl $39, %eax\nsyscall');
	const {run, provenance} = ask(text, {kernel: {isolation: true}});
	const [{address, step}] = run.events('pt_regs');
	const {links} = provenance.chain(word(address + BigInt(PT_REGS_FIELDS.indexOf('di') * 8)), step).finish();
	expect(links.map(({code}) => code?.text)).toEqual(['push %rdi', 'movabs $0x1234, %rdi']);
});

describe('readers', () => {
	test('of a slot of pt_regs, from when it was pushed until the next call overwrites it', () => {
		const {run, provenance} = ask(program('movl $3, %edi\nmovl $3, %eax\nsyscall'));
		const [{address, step}] = run.events('pt_regs');
		const {readers, end, overwritten} = provenance.readersOf(word(address + BigInt(PT_REGS_FIELDS.indexOf('di') * 8)), step).finish();
		expect(readers.map(({code, sentence}) => [code.text, sentence]).at(-1)).toEqual(['pushq (%rdi)', 'pushed by the kernel to the 8 bytes at 0xfffffe0000002ff0 on the entry stack']);
		expect(end).toBe('overwritten');
		expect(overwritten).toBeGreaterThan(readers.at(-1)?.step ?? 0);
	});

	test('say what for: a copy, a sum, a comparison, an address, a decision', () => {
		const {run, provenance} = ask(program('leaq place(%rip), %rbx\nuses: movq %rbx, %rbp\naddq %rbx, %rcx\ncmpq %rbx, %rcx\nmovq (%rbx), %rcx\npushq %rbx\nmovl $1, %ebx', '.data\nplace: .quad 0'));
		const origin = run.events('syscall')[0].step;
		const start = origin - 4 - 6;
		const {readers, end, overwritten} = provenance.readersOf(register('rbx'), start).finish();
		expect(readers.map(({sentence}) => sentence)).toEqual([
			'copied by the program to rbp', 'used by the program to compute rcx', 'compared or tested by the program', 'used by the program as an address', expect.stringMatching(/^pushed by the program to the 8 bytes at 0x7ff/),
		]);
		expect([end, overwritten]).toEqual(['overwritten', start + 5]);
	});

	test('no more than were asked for, and none beyond what is known of the run', () => {
		const text = program('movl $1, %ebx\nmovl %ebx, %ecx\nmovl %ebx, %ecx\nmovl %ebx, %ecx');
		const start = new Run(text).events('syscall')[0].step - 4 - 3;
		const recording = record(text);
		recording.advance(start + 3);
		const provenance = new Provenance(recording);
		expect(provenance.readersOf(register('rbx'), start, 2).finish()).toMatchObject({end: 'limit', readers: [{step: start}, {step: start + 1}]});
		expect(provenance.readersOf(register('rbx'), start).finish()).toMatchObject({end: 'known', readers: [{step: start}, {step: start + 1}, {step: start + 2}]});
		expect(provenance.readersOf(register('rip'), start).finish()).toMatchObject({end: 'overwritten', overwritten: start, readers: [{step: start, sentence: 'the processor fetched the instruction from there'}]});
	});
});

describe('a long run', () => {
	const text = program('movl $0x77, %ebx\nmovq %rbx, place(%rip)\nagain: incq %rax\nmovq %rax, other(%rip)\njmp again', '.bss\nplace: .quad 0\nother: .quad 0');

	test('is searched a bounded number of steps at a time, and the machine is where it was afterwards', () => {
		const recording = record(text);
		recording.advance(200_000);
		recording.seek(123_456);
		const provenance = new Provenance(recording);
		const question = provenance.writerOf(register('rbx'), 200_000);
		let slices = 0;
		while (question.slice() === 'more') slices++;
		expect(slices).toBeGreaterThan(20);
		expect(recording.step).toBe(123_456);
		expect(question.answer?.parts[0]).toMatchObject({value: 0x77n, code: {text: 'mov $0x77, %ebx'}});
		expect(question.step).toBe(question.answer?.parts[0].step);
		recording.seek(question.step);
		expect(recording.step).toBe(question.step);
		// What has been found out is kept: the same question needs no further replay.
		const second = provenance.writerOf(register('rbx'), 200_000);
		let again = 0;
		while (second.slice() === 'more') again++;
		expect([again < 3, second.answer]).toEqual([true, question.answer]);
	});

	test('goes on afterwards and tells what happens as ever', () => {
		const calls = program('again: movl $39, %eax\nsyscall\njmp again');
		const [asked, untouched] = [record(calls), record(calls)];
		for (const recording of [asked, untouched]) recording.advance(5000);
		new Provenance(asked).writerOf(register('rax'), 4000).finish();
		for (const recording of [asked, untouched]) recording.advance(5000);
		expect(asked.events).toEqual(untouched.events);
	});

	test('keeps no more of what it has found out than it may, and finds it out again', () => {
		const recording = record(text);
		recording.advance(400_000);
		const limit = 1_500_000;
		const provenance = new Provenance(recording, undefined, limit);
		const question = provenance.writerOf(register('rbx'), 400_000);
		let most = 0;
		while (question.slice() === 'more') most = Math.max(most, provenance.bytesKept);
		// The chunk that is being made comes on top.
		expect(most).toBeLessThan(2 * limit);
		expect(most).toBeGreaterThan(limit / 2);
		expect(provenance.bytesKept).toBeLessThan(limit);
		expect(provenance.writerOf(register('rbx'), 300_000).finish().parts).toEqual(question.answer?.parts);
	});
});

test('what is no place is refused with what would do', () => {
	const {provenance} = ask(program('nop'));
	expect(() => provenance.writerOf(register('cr3'), 10).finish()).toThrow(PlaceError);
	expect(() => provenance.writerOf(register('cr3'), 10).finish()).toThrow('there is no register cr3 whose values can be followed: there are rax, ');
	expect(() => provenance.chain(word(0x40_0000n, 17), 10).finish()).toThrow('17 bytes can’t be followed at once: ask for 1 to 16');
	expect(() => provenance.readersOf({kind: 'register', name: 'rax', from: 7, bytes: 2}, 10).finish()).toThrow('rax has bytes 0 to 7: bytes 7 to 8 are not among them');
});

test('steps outside the run are its first and last moments', () => {
	const {recording, provenance} = ask(program('nop'));
	expect(provenance.writerOf(register('rax'), -5).finish()).toMatchObject({step: 0, parts: [{kind: 'beginning'}]});
	expect(provenance.writerOf(register('rax'), recording.length + 100).finish().step).toBe(recording.length);
});
