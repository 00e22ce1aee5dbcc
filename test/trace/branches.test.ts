import {expect, test} from 'vitest';
import {buildKernel} from '../../source/kernel/kernel.js';
import {Branches} from '../../source/trace/branches/branches.js';
import {ChangeError} from '../../source/trace/branches/change.js';
import {parseChanges} from '../../source/trace/branches/change-text.js';
import {Names} from '../../source/trace/names.js';
import type {Recording} from '../../source/trace/recording.js';
import {finish, toStep} from '../../source/trace/search.js';
import {fingerprint, imageOf, record} from '../support/machines.js';
import {HELLO} from '../support/programs.js';
import {TURNS} from '../support/threads.js';

const names = new Names(buildKernel(), {image: imageOf(HELLO)});

/** Branches of the greeting, standing before its first system call. */
function greeting(kept = 2): Branches {
	const branches = new Branches(() => record(HELLO), {names, kept});
	const call = finishAt(branches.recording, 'syscall');
	branches.recording.seek(call);
	return branches;
}

/** The step of the first event of a kind; runs on to it. */
function finishAt(recording: Recording, kind: string): number {
	recording.advance(100_000, event => event.kind === kind);
	return recording.events.find(event => event.kind === kind)?.step ?? 0;
}

const toEnd = (branches: Branches): void => void finish(toStep(branches.recording, 1_000_000));
const change = (branches: Branches, text: string): number => branches.change(parseChanges(text, names)).id;
const output = (branches: Branches): string => Buffer.from(branches.recording.machine.serial.output).toString();

/** What can be told of all branches, short. */
const list = (branches: Branches): unknown[] => branches.list().map(({id, parent, words, outcome, isCurrent}) => [id, parent, words, outcome?.kind, isCurrent ? 'current' : '']);

test('a change in the past begins a branch; the old future stays and can be gone to again', () => {
	const branches = greeting();
	toEnd(branches);
	expect(output(branches)).toBe('hello world\n');
	branches.recording.seek(finishAt(branches.recording, 'syscall'));
	const id = change(branches, 'rdx=5');
	toEnd(branches);
	expect([id, output(branches)]).toEqual([1, 'hello']);
	const fork = branches.info(1).fork;
	finish(branches.switchTo(0));
	expect([branches.recording.step, branches.recording.machine.register('rdx')]).toEqual([fork, 12n]);
	toEnd(branches);
	expect([output(branches), list(branches)]).toEqual(['hello world\n', [
		[0, undefined, 'nothing was changed', 'exited', 'current'],
		[1, 0, 'rdx = 0x5', 'exited', ''],
	]]);
	finish(branches.switchTo(1));
	toEnd(branches);
	expect(output(branches)).toBe('hello');
});

test('branches of branches are made again exactly, however few runs are kept at hand', () => {
	const states = new Map<number, string>();
	const branches = greeting(1);
	const visit = (): void => {
		toEnd(branches);
		states.set(branches.current, fingerprint(branches.recording.machine));
	};

	visit();
	branches.recording.seek(branches.recording.events.find(({kind}) => kind === 'syscall')?.step ?? 0);
	change(branches, 'rdx=5, [message]="HELLO"');
	visit();
	branches.recording.seek(branches.recording.length - 30);
	change(branches, 'r15=7');
	visit();
	finish(branches.switchTo(0));
	branches.recording.seek(900);
	change(branches, 'rdx=1');
	visit();
	expect(branches.list().map(({id, parent, isAtHand}) => [id, parent, isAtHand])).toEqual([[0, undefined, false], [1, 0, false], [2, 1, false], [3, 0, true]]);
	for (const id of [2, 0, 1, 3, 2]) {
		finish(branches.switchTo(id));
		branches.recording.seek(branches.recording.length);
		expect([id, fingerprint(branches.recording.machine)]).toEqual([id, states.get(id)]);
	}
});

test('several changes at one place are one branch in the list, and each can be undone and redone', () => {
	const branches = greeting();
	change(branches, 'rdx=5');
	change(branches, 'rdi=2');
	change(branches, 'cf=1');
	const registers = (): bigint[] => [branches.recording.machine.register('rdx'), branches.recording.machine.register('rdi'), branches.recording.machine.cpu.rflags & 1n];
	expect(list(branches)).toEqual([[0, undefined, 'nothing was changed', undefined, ''], [3, 0, 'rdx = 0x5, rdi = 0x2, CF = 1', undefined, 'current']]);
	const seen = [registers()];
	for (let count = 0; count < 3; count++) {
		const undo = branches.undo();
		if (undo !== undefined) finish(undo);
		seen.push(registers());
	}

	expect(seen).toEqual([[5n, 2n, 1n], [5n, 2n, 0n], [5n, 1n, 0n], [12n, 1n, 0n]]);
	expect(branches.undo()).toBeUndefined();
	for (let redo = branches.redo(); redo !== undefined; redo = branches.redo()) finish(redo);
	expect([registers(), branches.current]).toEqual([[5n, 2n, 1n], 3]);
	finish(branches.undo() ?? toStep(branches.recording, 0));
	change(branches, 'rdi=7');
	expect([registers(), branches.redo()]).toEqual([[5n, 7n, 0n], undefined]);
});

test('a change that can’t be made leaves everything as it was', () => {
	const branches = greeting();
	const before = fingerprint(branches.recording.machine);
	expect(() => change(branches, 'rdx=5, [0x10]=41')).toThrow(ChangeError);
	expect([fingerprint(branches.recording.machine), branches.list().length, branches.current]).toEqual([before, 1, 0]);
});

test('branches have names, and can be removed: those made from them keep their changes', () => {
	const branches = greeting();
	change(branches, 'rdx=5');
	toEnd(branches);
	branches.recording.seek(branches.info(1).fork + 20);
	change(branches, 'r15=7');
	branches.rename(1, ' short ');
	expect(branches.list().map(({name}) => name)).toEqual(['first run', 'short', 'branch 2']);
	finish(branches.remove(1));
	toEnd(branches);
	expect([output(branches), list(branches)]).toEqual(['hello', [
		[0, undefined, 'nothing was changed', undefined, ''],
		[2, 0, 'rdx = 0x5, r15 = 0x7', 'exited', 'current'],
	]]);
	finish(branches.remove(2));
	expect([branches.current, branches.list().length]).toEqual([0, 1]);
	expect(() => branches.remove(0)).toThrow('the first run can’t be removed');
	expect(() => branches.switchTo(7)).toThrow('there is no branch 7; there are 0');
});

test('switching comes in slices, and until the last of them the old branch stays', () => {
	const branches = greeting(1);
	const loop = new Branches(() => record('.globl _start\n_start: incq %rax\njmp _start'), {kept: 1});
	finish(toStep(loop.recording, 90_000));
	change(loop, 'rbx=1');
	const work = loop.switchTo(0);
	const progress = [work.slice(), work.slice()];
	expect([progress, loop.current, work.step > 0]).toEqual([['more', 'more'], 1, true]);
	finish(work);
	expect([loop.current, loop.recording.length, loop.recording.step, branches.current]).toEqual([0, 90_000, 90_000, 0]);
});

test('changes between two threads, too, are made again where they were made', () => {
	const branches = new Branches(() => record(TURNS), {kept: 1});
	finish(toStep(branches.recording, 1_000_000));
	branches.recording.seek(2500);
	change(branches, 'rbx=1');
	toEnd(branches);
	const state = fingerprint(branches.recording.machine);
	finish(branches.switchTo(0));
	finish(branches.switchTo(1));
	expect(fingerprint(branches.recording.machine)).toBe(state);
});

test('branches that were saved are there again', () => {
	const branches = greeting();
	change(branches, 'rdx=5');
	toEnd(branches);
	branches.rename(1, 'short');
	const {length} = branches.recording;
	const saved = branches.save();
	const restored = greeting();
	restored.restore(saved.branches);
	expect(restored.list().map(({id, name, words, isCurrent}) => [id, name, words, isCurrent])).toEqual([[0, 'first run', 'nothing was changed', true], [1, 'short', 'rdx = 0x5', false]]);
	finish(restored.switchTo(saved.current));
	expect([restored.recording.length, restored.info(1).outcome]).toEqual([length, {kind: 'exited', status: 0}]);
	expect(change(restored, 'r15=1')).toBe(2);
	expect(() => greeting().restore([{id: 4, parent: 3, changes: [], length: 0, cursor: 0}])).toThrow('branch 4 was made from branch 3, which is missing');
});
