import {describe, expect, test} from 'vitest';
import type {KernelOptions} from '../../../source/kernel/kernel.js';
import type {OwnEntry} from '../../../source/kernel/own-entry.js';
import {AssemblyError} from '../../../source/program/problems.js';
import {ATTACKS} from '../../../source/trace/contract/attacks/index.js';
import {attackDoor, type DoorReport} from '../../../source/trace/contract/door.js';
import {finish} from '../../../source/trace/search.js';
import {entryText, ownEntry} from '../../support/entries.js';

const attack = (entry: OwnEntry | undefined, kernel: KernelOptions = {}): DoorReport => finish(attackDoor(entry, {kernel})).report;

/** The attacks that got through, with the promise that each broke first. */
const through = (report: DoorReport): readonly (readonly [string, string | undefined])[] => report.results.filter(({held}) => !held).map(({attack: {name}, violation}) => [name, violation?.promise.name]);

test.each<[string, KernelOptions]>([['as in mainline', {}], ['with isolation', {isolation: true}], ['with the entry stack off', {entryStack: false}]])('the kernel’s own door holds against all attacks, %s', (_, kernel) => {
	const report = attack(undefined, kernel);
	expect([through(report), report.held, report.results.length]).toEqual([[], true, ATTACKS.length]);
	expect(through(attack({name: 'mine.s', text: entryText([], kernel)}, kernel))).toEqual([]);
});

describe('a door that', () => {
	test.each<[string, OwnEntry, string, string | undefined]>([
		['forgets the stack', ownEntry(['movq\t%gs:cpu_current_top_of_stack, %rsp', '']), 'plain', 'kernel-stack'],
		['saves rdx twice', ownEntry(['pushq\t%rsi', 'pushq\t%rdx']), 'plain', 'saved'],
		['loses r12', ownEntry(['popq\t%r12', 'addq\t$8, %rsp']), 'marked-registers', 'restored'],
		['clears less than it should', ownEntry(['xorl\t%ebx, %ebx', '']), 'marked-registers', 'cleared'],
		['never uses IRET', ownEntry(['jz\tswapgs_restore_regs_and_return_to_usermode', '']), 'moved-ip', 'restored'],
		['hangs', ownEntry(['call\tdo_syscall_64', '1:\tjmp\t1b']), 'plain', undefined],
		['does nothing at all', {name: 'empty.s', text: 'entry_SYSCALL_64:\n\tsysretq\n'}, 'plain', undefined],
	])('%s is found out', (_, entry, name, promise) => {
		const upTo = ATTACKS.slice(0, ATTACKS.findIndex(each => each.name === name) + 1);
		const {held, first} = finish(attackDoor(entry, {attacks: upTo})).report;
		expect([held, first?.attack.name, first?.violation?.promise.name]).toEqual([false, name, promise]);
		expect(first?.words).toMatch(new RegExp(`^${name}: `));
	});
});

test('what happened is told in words: the broken promise, and how the program ended instead', () => {
	const attacks = ATTACKS.filter(({name}) => name === 'moved-ip');
	const {first} = finish(attackDoor(ownEntry(['jz\tswapgs_restore_regs_and_return_to_usermode', '']), {attacks})).report;
	expect(first?.words).toMatch(/^moved-ip: step \d+, \.\/mine\.s:\d+ “sysretq”: a broken promise\. “The program goes on with what its struct pt_regs says\.” But pt_regs->ip is 0x[\da-f]+, the program gets 0x[\da-f]+\. Why it matters: .+\. It exited with 99; the program should have exited with 0\.$/);
});

test('a trial comes in slices, and tells what it knows so far', () => {
	const trial = attackDoor(undefined, {attacks: ATTACKS.slice(0, 2)});
	const counts = new Set<number>();
	while (trial.slice() === 'more') counts.add(trial.report.results.length);
	expect([...counts, trial.report.results.length]).toEqual([0, 1, 2].slice(-counts.size - 1));
	expect(trial.slice()).toBe('done');
});

test('a text that can’t be assembled is refused with its problems', () => {
	expect(() => attackDoor({name: 'mine.s', text: 'entry_SYSCALL_64: foo'})).toThrow(AssemblyError);
});
