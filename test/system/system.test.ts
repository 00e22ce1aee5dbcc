/**
 * Runs the self-checking programs of this folder. Each is a whole program for a bare x86-64 machine, one topic a file;
 * lib/environment.s says what it may rely on. It ends by writing 0 to the exit port, or the number of the check that
 * failed, after a line on the serial port.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {Pte} from '../../source/machine/control-bits.js';
import {Machine} from '../../source/machine/machine.js';
import {assemble} from '../../source/program/assemble.js';
import {type Image, SymbolTable} from '../../source/program/image.js';
import {userLayout} from '../../source/program/layout.js';
import {link} from '../../source/program/link.js';

const FOLDER = import.meta.dirname;

/** Steps after which a test is taken to hang. */
const STEP_LIMIT = 5_000_000;

/** The places that lib/environment.s promises. */
const Place = {PML4: 0x1000, DIRECTORY_POINTERS: 0x2000, DIRECTORY: 0x3000, PAGE_TABLE: 0x4000, STACK: 0x1_0000, PROGRAM: 0x10_0000n, USER: 0x18_0000n} as const;
const MAPPED_BYTES = 0x40_0000;

const include = (name: string): string | undefined => (existsSync(join(FOLDER, name)) ? readFileSync(join(FOLDER, name), 'utf8') : undefined);

/** Assembles and links a program of this folder. */
function build(name: string, text = readFileSync(join(FOLDER, name), 'utf8')): Image {
	return link([assemble({name, text}, {include})], userLayout({text: Place.PROGRAM, sections: {'.user': Place.USER}, entry: 'start'}));
}

/** Fills the page tables: the first 4 MiB at their own addresses, in pages of 4 KiB for the supervisor. */
function mapMemory({memory}: Machine): void {
	const toTable = Pte.P | Pte.W | Pte.U;
	memory.write(Place.PML4, 64, BigInt(Place.DIRECTORY_POINTERS) | toTable);
	memory.write(Place.DIRECTORY_POINTERS, 64, BigInt(Place.DIRECTORY) | toTable);
	for (const table of [0, 1]) memory.write(Place.DIRECTORY + table * 8, 64, BigInt(Place.PAGE_TABLE + table * 4096) | toTable);
	for (let page = 0; page < MAPPED_BYTES / 4096; page++) memory.write(Place.PAGE_TABLE + page * 8, 64, BigInt(page * 4096) | Pte.P | Pte.W);
}

/** A machine with a program in the environment that it expects, about to run its first instruction. */
function load(image: Image): Machine {
	const machine = new Machine({memory: 8 * 1024 * 1024});
	mapMemory(machine);
	for (const {address, bytes} of image.segments) machine.memory.writeBytes(Number(address), bytes);
	machine.registers.set('cr3', BigInt(Place.PML4));
	machine.registers.set('rsp', BigInt(Place.STACK));
	machine.rip = image.entry;
	return machine;
}

/** How a program ended, and what it wrote. */
function outcome(image: Image): {stop: unknown; output: string} {
	const machine = load(image);
	const stop = machine.run(STEP_LIMIT);
	return {stop, output: Buffer.from(machine.serial.output).toString()};
}

const programs = readdirSync(FOLDER).filter(name => name.endsWith('.s')).sort();

describe('Self-checking programs', () => {
	test.each(programs)('%s', name => {
		const image = build(name);
		expect(new SymbolTable(image.symbols).addressOf('checks')).toBeGreaterThan(0n);
		expect(outcome(image)).toEqual({stop: {kind: 'power-off', status: 0}, output: ''});
	});
});

describe('The library of checks', () => {
	const run = (body: string): {stop: unknown; output: string} => outcome(build('body.s', `\t.include "lib/system.s"\nstart:\tsetup\n${body}\n\tfinish\n`));

	test('reports a comparison that fails, with its number', () => {
		const failing = run('movl $5, %ebx\ncheck_equal %rbx, $5\ncheck_equal %rbx, $6');
		expect(failing.stop).toEqual({kind: 'power-off', status: 2});
		expect(failing.output).toBe('check 2 failed: %rbx: expected 0x0000000000000006, found 0x0000000000000005\n');
	});

	test.each([
		['a fault that did not come', 'faults nop, UD', 'caught_vector(%rip): expected 0x0000000000000006, found 0xffffffffffffffff'],
		['another vector', 'faults ud2, GP, 0', 'caught_vector(%rip): expected 0x000000000000000d, found 0x0000000000000006'],
		['another error code', 'user_faults hlt, GP, 8', 'caught_error(%rip): expected 0x0000000000000008, found 0x0000000000000000'],
		['a fault that should not have come', 'works ud2', 'caught_vector(%rip): expected 0xffffffffffffffff, found 0x0000000000000006'],
		['a fault in ring 3 that should not have come', 'user_works cli', 'caught_vector(%rip): expected 0x0000000000000003, found 0x000000000000000d'],
	])('reports %s', (_, body, text) => {
		expect(run(body)).toEqual({stop: {kind: 'power-off', status: 1}, output: `check 1 failed: ${text}\n`});
	});

	test('reports an exception that nobody expects, and checks that were not reached', () => {
		expect(run('check_equal $1, $1\nud2').output).toMatch(/^exception that was not expected: vector 6, .* after check 1\n$/);
		expect(run('check_equal $1, $1\njmp 1f\ncheck_equal $1, $1\n1: check_equal $1, $1').output).toBe('checks were skipped after check 1\n');
		expect(run('check_equal $1, $1\njmp 1f\ncheck_equal $1, $1\n1:').stop).toEqual({kind: 'power-off', status: 255});
	});
});
