import {readFileSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import {boot} from '../../source/kernel/loader.js';
import type {Machine} from '../../source/machine/machine.js';
import {assemble} from '../../source/program/assemble.js';
import type {Image} from '../../source/program/image.js';
import {link} from '../../source/program/link.js';
import {applyChange, type ChangeAt} from '../../source/trace/branches/change.js';
import {parseChanges} from '../../source/trace/branches/change-text.js';
import {Names} from '../../source/trace/names.js';
import {Recording} from '../../source/trace/recording.js';
import {finish, nextEvent, previousEvent, toStep} from '../../source/trace/search.js';
import {parseStop} from '../../source/trace/stops/stop-text.js';
import {Stops} from '../../source/trace/stops/stops.js';
import {fingerprint} from '../support/machines.js';
import {program} from '../support/programs.js';
import {randomProgram} from '../support/random-programs.js';
import {COUNTERS, TURNS} from '../support/threads.js';

const MEMORY = 4 * 1024 * 1024;

const FOLDER = path.join(import.meta.dirname, '../kernel/programs');
const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');
const images = new Map<string, Image>();

/** A program's image, the same one each time. */
function imageOf(text: string): Image {
	const known = images.get(text) ?? link([assemble({name: 'test.s', text}, {include: read})]);
	images.set(text, known);
	return known;
}

/** Reads from the console and writes what it has read, for ever; sleeps in between. */
const ECHO = program(`again:
	sys 35, time, 0
	sys 0, 0, buffer, 8
	movq %rax, %rdx
	movl $1, %edi
	leaq buffer(%rip), %rsi
	movl $1, %eax
	syscall
	jmp again`, '.data\n.balign 8\ntime: .quad 0, 3000\nbuffer: .zero 16');

/** A program with a kernel, and how far its run is gone through. */
interface Subject {
	readonly text: string;
	readonly kernel: KernelOptions;
	readonly limit: number;
}

const start = ({text, kernel}: Subject): Machine => boot(buildKernel(kernel), imageOf(text), {memory: MEMORY, input: Buffer.from('first line\nsecond\n')});

/** The state at a step of a machine that only ever goes forwards. */
function directly(subject: Subject, step: number, changes: readonly ChangeAt[]): string {
	const machine = start(subject);
	for (const {step: at, change} of changes) {
		if (at > step) break;
		machine.run(at - machine.steps);
		applyChange(machine, change);
		machine.cpu.stateReplaced();
	}

	machine.run(step - machine.steps);
	return fingerprint(machine);
}

/** One thing that a person may do to a run; the machine stands elsewhere then. */
type Move = readonly [kind: 'seek' | 'back' | 'on' | 'run' | 'event' | 'event-back' | 'stop' | 'stop-back' | 'detail' | 'one' | 'change', amount: number];

const CHANGES = ['r14=0x1234', '[rsp-64]:8=77', 'xmm5=0x99, cf=1', 'input="typed\\n"'];
const STOPS = ['ring', 'syscall', 'write [rsp-8]', 'r14=0x1234', 'interrupt', 'console', 'at do_syscall_64'];

/** Makes moves on a recording, and notes the changes that its run has now. */
class Walker {
	changes: ChangeAt[] = [];
	readonly recording: Recording;
	private readonly names: Names;

	constructor(private readonly subject: Subject, interval: number) {
		const kernel = buildKernel(subject.kernel);
		this.recording = new Recording(start(subject), kernel, {interval});
		this.names = new Names(kernel, {image: imageOf(subject.text)});
		this.recording.advance(subject.limit / 2);
	}

	private change(amount: number): void {
		const {recording} = this;
		if (recording.ring !== 3) return;
		const {step} = recording;
		this.changes = this.changes.filter(({step: at}) => at <= step);
		for (const change of parseChanges(CHANGES[amount % CHANGES.length], this.names)) {
			recording.edit(machine => applyChange(machine, change));
			this.changes.push({step, change});
		}
	}

	move([kind, amount]: Move): void {
		const {recording, subject} = this;
		const {step, length} = recording;
		switch (kind) {
			case 'seek':
				recording.seek(amount % (length + 1));
				break;
			case 'back':
				recording.seek(step - (amount % 40));
				break;
			case 'on':
				finish(toStep(recording, Math.min(subject.limit, step + (amount % 40)), 7));
				break;
			case 'run':
				finish(toStep(recording, Math.min(subject.limit, step + amount), 500));
				break;
			case 'event':
				recording.seek(finish(nextEvent(recording, step, ({kind: each}) => each !== 'push', 300)).step);
				break;
			case 'event-back':
				recording.seek(previousEvent(recording, step, ({kind: each}) => each === 'syscall' || each === 'interrupt')?.step ?? 0);
				break;
			case 'detail':
				recording.detail(amount % Math.max(1, length));
				break;
			case 'one':
				if (length < subject.limit) recording.advanceOne();
				break;
			case 'change':
				this.change(amount);
				break;
			default:
				this.search(kind, amount);
		}
	}

	private search(kind: 'stop' | 'stop-back', amount: number): void {
		const stops = new Stops(this.names);
		stops.add(parseStop(STOPS[amount % STOPS.length], this.names), this.recording);
		finish(kind === 'stop' ? stops.next(this.recording, Math.min(this.subject.limit, this.recording.step + 2000)) : stops.previous(this.recording));
	}
}

const moves = fc.array(fc.tuple(fc.constantFrom<Move[0][]>('seek', 'back', 'on', 'run', 'event', 'event-back', 'stop', 'stop-back', 'detail', 'one', 'change'), fc.nat(4000)), {minLength: 4, maxLength: 14});

test.each<[string, Subject, number]>([
	['a program of random lines', {text: randomProgram(51), kernel: {}, limit: 9000}, 30],
	['the same with page-table isolation', {text: randomProgram(52), kernel: {isolation: true}, limit: 9000}, 15],
	['two threads that yield', {text: TURNS, kernel: {}, limit: 5000}, 20],
	['two threads that are interrupted', {text: COUNTERS, kernel: {entryStack: false}, limit: 60_000}, 15],
	['a program that sleeps and reads from the console', {text: ECHO, kernel: {}, limit: 6000}, 20],
	['processes and pipes', {text: read('pipes.s'), kernel: {}, limit: 12_000}, 15],
	['a process that forks and waits', {text: read('fork-and-wait.s'), kernel: {isolation: true}, limit: 10_000}, 10],
])('%s: after any walk back and forth, with changes on the way, everything is as if it had been reached directly', (_, subject, runs) => {
	fc.assert(fc.property(moves, fc.constantFrom(40, 333, 5000), (walk, interval) => {
		const walker = new Walker(subject, interval);
		for (const move of walk) walker.move(move);
		const {recording} = walker;
		expect(fingerprint(recording.machine)).toBe(directly(subject, recording.step, walker.changes));
	}), {numRuns: runs});
}, 120_000);

test('the events of a run that was gone back and forth over are those of one that was not', () => {
	fc.assert(fc.property(moves, walk => {
		const subject: Subject = {text: TURNS, kernel: {}, limit: 5000};
		const walker = new Walker(subject, 200);
		for (const move of walk) if (move[0] !== 'change') walker.move(move);
		const plain = new Walker(subject, 1000).recording;
		plain.advance(walker.recording.length - plain.length);
		expect(walker.recording.events.slice(0, plain.events.length)).toEqual(plain.events.slice(0, walker.recording.events.length));
	}), {numRuns: 20});
}, 120_000);
