/** What a process is on this kernel, seen from outside: stacks, address spaces, the ring of tasks, the host's part. */
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {ADDRESSES, SIZES} from '../../source/kernel/constants.js';
import {eventLine} from '../../source/trace/json-lines.js';
import {imageOf, Run} from '../support/machines.js';
import {program} from '../support/programs.js';

const programs = path.join(import.meta.dirname, 'programs');
const checks = readFileSync(path.join(programs, 'check.s'), 'utf8');
const selfChecking = (name: string): string => readFileSync(path.join(programs, name), 'utf8').replace('.include "check.s"', checks);

/** A parent and a child that both print, and the parent waits. */
const FORK = program(`
	sys 57
	testq %rax, %rax
	jz child
	sys 61, -1
	sys 1, 1, parent, 7
	sys 60, 3
child:	sys 1, 1, childs, 6
	sys 60, 5`, '.data\nparent: .ascii "parent\\n"\nchilds: .ascii "child\\n"');

test('a run is the same, byte for byte, each time that it is made with the same seed', () => {
	for (const text of [FORK, selfChecking('pipes.s'), selfChecking('futex.s')]) {
		const trace = (seed: bigint): string => new Run(text, {seed, memory: 16 << 20}).recording.events.map(eventLine).join('\n');
		expect(trace(5n)).toBe(trace(5n));
	}
});

test('parent and child each have a kernel stack, page tables and a number', () => {
	const run = new Run(FORK);
	expect([run.output, run.end]).toEqual(['child\nparent\n', 'exited with 3']);
	const switches = run.events('switch').map(({from, to}) => [from, to]);
	expect(switches).toEqual([[42, 43], [43, 42]]);
	const tops = new Map(run.events('pt_regs').map(({address, step}) => [address, run.events('syscall').findLast(event => event.step < step)?.pid]));
	expect([...tops.values()].sort()).toEqual([42, 43]);
	const roots = run.events('cr3').map(({after}) => after);
	expect(new Set(roots).size).toBe(2);
});

test('two threads never share a kernel stack', () => {
	const run = new Run(program(`
	sys 56, 0x10f00, stack
	testq %rax, %rax
	jz thread
	movl $20, %ebx
1:	sys 24
	decl %ebx
	jnz 1b
	sys 231
thread:	sys 24
	jmp thread`, '.bss\n.zero 4096\nstack: .zero 16'));
	const stacks = new Map<number, Set<bigint>>();
	for (const {pid, step} of run.events('syscall')) {
		const regs = run.events('pt_regs').find(event => event.step > step);
		if (regs === undefined) continue;
		const stride = BigInt(SIZES.THREAD_STRIDE);
		const known = stacks.get(pid) ?? new Set<bigint>();
		stacks.set(pid, known.add((regs.address - ADDRESSES.VMALLOC_START) / stride));
	}

	expect([...stacks.values()].map(({size}) => size)).toEqual([1, 1]);
	expect(new Set([...stacks.values()].flatMap(set => [...set])).size).toBe(2);
});

describe('/proc/self/maps', () => {
	const maps = new Run(program(`
	sys 2, name
	movq %rax, %r12
again:	movl $0, %eax
	movq %r12, %rdi
	leaq buffer(%rip), %rsi
	movl $4096, %edx
	syscall
	testq %rax, %rax
	jle over
	movq %rax, %rdx
	movl $1, %eax
	movl $1, %edi
	leaq buffer(%rip), %rsi
	syscall
	jmp again
over:`, '.data\nname: .asciz "/proc/self/maps"\n.bss\nbuffer: .zero 4096'), {argv: ['./maps']}).output.trimEnd().split('\n');

	test('lists the program’s own parts with their rights', () => {
		const {segments} = imageOf(FORK);
		expect(maps.some(line => line.startsWith('00401000-') && line.includes(' r-xp '))).toBe(true);
		expect(maps.filter(line => line.endsWith('[stack]'))).toHaveLength(1);
		expect(maps.length).toBeGreaterThanOrEqual(segments.length);
	});

	test('knows nothing of the kernel, its stacks least of all', () => {
		for (const line of maps) expect(BigInt(`0x${line.split(/[- ]/)[1]}`)).toBeLessThanOrEqual(ADDRESSES.TASK_SIZE_MAX);
	});
});

test('what the host does is marked as such; what the machine does is not', () => {
	const run = new Run(program('sys 63, buffer\nsys 39', '.bss\nbuffer: .zero 400'));
	expect(run.events('hypercall').map(({service}) => service)).toEqual(['uname', 'exit_task', 'changed_pipe']);
});
