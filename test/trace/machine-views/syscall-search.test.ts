import {describe, expect, test} from 'vitest';
import {IMPLEMENTED} from '../../../source/kernel/implemented.js';
import {SYSCALLS} from '../../../source/kernel/syscall-table.js';
import {findSyscalls, SYSCALL_TOPICS, SYSCALL_VIEWS} from '../../../source/trace/machine-views/syscall-search.js';

const names = (query: string): string[] => findSyscalls(query).map(({name}) => name);

test('a row tells number, topic, registers, result and whether this kernel has it', () => {
	expect(findSyscalls('write')[0]).toEqual({
		number: 1, name: 'write', topic: 'files', summary: 'writes bytes to an open file', implemented: true, returns: 'how many bytes', signature: 'write(fd, buf, count)',
		arguments: [
			{register: 'rdi', name: 'fd', type: 'fd', pointed: false, sentence: 'rdi holds fd: a value of the kind “fd”.'},
			{register: 'rsi', name: 'buf', type: 'buffer', pointed: true, sentence: 'rsi holds buf: the address of “buffer”, count bytes, which the call reads.'},
			{register: 'rdx', name: 'count', type: 'size', pointed: false, sentence: 'rdx holds count: a value of the kind “size”.'},
		],
		sentence: 'write, number 1, writes bytes to an open file; this kernel carries it out.',
	});
});

test('the fourth argument goes into r10, since SYSCALL takes rcx', () => {
	expect(findSyscalls('mmap')[0].arguments.map(({register}) => register)).toEqual(['rdi', 'rsi', 'rdx', 'r10', 'r8', 'r9']);
});

describe('a search', () => {
	test('by number, decimal and hexadecimal, finds that call alone', () => {
		expect([names('39'), names('0x27'), names('9999')]).toEqual([['getpid'], ['getpid'], []]);
	});

	test('by name finds it first, then those that begin so, then those that contain it', () => {
		const found = names('write');
		expect(found.slice(0, 2)).toEqual(['write', 'writev']);
		expect(found).toContain('pwrite64');
		expect(names('WRITE')).toEqual(found);
	});

	test('by topic finds all of it', () => {
		for (const topic of SYSCALL_TOPICS) {
			const all = SYSCALL_VIEWS.filter(view => view.topic === topic).map(({name}) => name);
			expect(names(topic)).toEqual(expect.arrayContaining(all));
		}
	});

	test('by an argument’s name, type or register', () => {
		expect(names('dirfd')).toContain('openat');
		expect(names('sockaddr')).toEqual(expect.arrayContaining(['bind', 'connect']));
		expect(names('r9').every(name => findSyscalls(name)[0].arguments.length === 6)).toBe(true);
	});

	test('with several words wants all of them', () => {
		const found = findSyscalls('files here');
		expect(found.length).toBeGreaterThan(3);
		expect(found.every(({implemented}) => implemented)).toBe(true);
		expect(names('write nonsense')).toEqual([]);
	});

	test('for nothing gives the whole table by number', () => {
		expect(findSyscalls('  ').map(({number}) => number)).toEqual(SYSCALLS.map(({number}) => number));
	});
});

test('the table knows which calls this kernel has', () => {
	expect(SYSCALL_VIEWS.filter(({implemented}) => implemented).map(({name}) => name).sort()).toEqual([...IMPLEMENTED].sort());
});

test('every row and argument has its sentence', () => {
	for (const {sentence, arguments: args} of SYSCALL_VIEWS) {
		for (const text of [sentence, ...args.map(each => each.sentence)]) {
			expect(text).toMatch(/^[^\n]+\.$/);
			expect(text).not.toMatch(/undefined|\?/);
		}
	}
});
