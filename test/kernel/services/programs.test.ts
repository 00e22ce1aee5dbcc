/**
 * Real programs on the machine with the host's services and, instead of a kernel, three instructions: page faults and
 * system calls go straight to the host.
 */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {PT_REGS_FIELDS} from '../../../source/kernel/constants.js';
import {HostServices} from '../../../source/kernel/services/host-services.js';
import {SERVICE_EQUATES} from '../../../source/kernel/services/service-table.js';
import {UserMemory} from '../../../source/kernel/services/user-memory.js';
import {syscallNumber} from '../../../source/kernel/syscall-table.js';
import {Cell, SegmentCell} from '../../../source/machine/layout.js';
import {Register, Segment} from '../../../source/machine/registers.js';
import {segmentCell} from '../../../source/machine/segments.js';
import {BareMachine, KERNEL_BASE, Physical} from '../../support/bare-machine.js';

const TID = 42;

/** Where the instructions and a struct pt_regs lie, on the page behind the stack. */
const At = {CALL: 0x7000, FAULT: 0x7010, REGS: 0x7100} as const;

const folder = mkdtempSync(join(tmpdir(), 'programs-'));
afterAll(() => rmSync(folder, {recursive: true}));

function compiled(source: string, ...options: string[]): Uint8Array | undefined {
	try {
		writeFileSync(join(folder, 'a.c'), source);
		execFileSync('gcc', [...options, '-o', join(folder, 'a.out'), join(folder, 'a.c')], {stdio: 'pipe'});
		return readFileSync(join(folder, 'a.out'));
	} catch (error) {
		process.stdout.write(`skipped: gcc ${options.join(' ')} does not work here (${String(error).slice(0, 80)})\n`);
		return undefined;
	}
}

/** Calls that a kernel would do itself, with results that libraries are content with. */
const ANSWERS: Readonly<Record<string, bigint>> = {set_tid_address: 42n, set_robust_list: 0n, rseq: -38n, rt_sigprocmask: 0n, rt_sigaction: 0n, getpid: 42n, gettid: 42n};

/** Runs a program and returns what it printed and how it ended. */
function run(bytes: Uint8Array, argv: readonly string[]): {readonly output: string; readonly end: string} {
	const bare = new BareMachine(32 * 1024 * 1024);
	const {machine} = bare;
	const {memory, cpu} = machine;
	const {cells} = cpu;
	bare.stopsAt = vector => vector !== 14;
	memory.writeBytes(At.CALL, Uint8Array.of(0x0f, 0x01, 0xc1, 0x48, 0x0f, 0x07));
	memory.writeBytes(At.FAULT, Uint8Array.of(0x0f, 0x01, 0xc1, 0x48, 0x83, 0xc4, 0x08, 0x48, 0xcf));
	const handler = KERNEL_BASE + BigInt(At.FAULT);
	memory.write(Physical.IDT + 14 * 16, 64, (handler & 0xffffn) | (0x10n << 16n) | (0x8en << 40n) | (((handler >> 16n) & 0xffffn) << 48n));
	cells[Cell.LSTAR] = KERNEL_BASE + BigInt(At.CALL);
	cells[Cell.STAR] = (0x10n << 32n) | (0x23n << 48n);
	cells[Cell.FMASK] = 0x25_7fd5n;
	const services = new HostServices(machine, {firstPage: 0x20_0000, kernel: {root: Physical.PML4}, currentTask: () => TID, files: new Map([['/bin/a', {bytes, mode: 0o755}]])});
	const started = services.start({tid: TID, program: '/bin/a', argv, envp: []});
	if ('refused' in started) throw new Error(started.refused);
	let output = '';
	let end = 'still running';
	const finish = (how: string): void => {
		end = how;
		cpu.stop({kind: 'power-off', status: 0});
	};

	/** One request with the registers that the services read; all others stay. */
	const serve = (number: number, values: readonly bigint[]): bigint => {
		const saved = cells.slice(0, 16);
		for (const [register, value] of values.entries()) cells[[Register.RDI, Register.RSI, Register.RDX][register]] = value;
		cells[Register.RAX] = BigInt(number);
		services.handle(cpu);
		const result = cells[Register.RAX];
		cells.set(saved);
		return result;
	};

	const console = (address: bigint, length: bigint): bigint => {
		const space = services.spaceOf(TID);
		const text = space === undefined ? undefined : new UserMemory(space, memory).read(address, Number(length));
		output += new TextDecoder().decode(text);
		return length;
	};

	const call = (): bigint => {
		const number = Number(cells[Register.RAX]);
		const [a, b, c] = [cells[Register.RDI], cells[Register.RSI], cells[Register.RDX]];
		for (const [name, answer] of Object.entries(ANSWERS)) if (number === syscallNumber(name)) return answer;
		if (number === syscallNumber('arch_prctl')) {
			if (a !== 0x1002n) return -22n;
			cells[segmentCell(Segment.FS, SegmentCell.BASE)] = b;
			return 0n;
		}

		if (number === syscallNumber('exit_group')) {
			finish(`exit ${a}`);
			return 0n;
		}

		if (number === syscallNumber('write') && a === 1n) return console(b, c);
		const values = {di: a, si: b, dx: c, r10: machine.register('r10'), r8: machine.register('r8'), r9: machine.register('r9')};
		for (const [index, field] of PT_REGS_FIELDS.entries()) memory.write(At.REGS + index * 8, 64, field in values ? values[field as keyof typeof values] : 0n);
		return serve(number, [KERNEL_BASE + BigInt(At.REGS)]);
	};

	cpu.onHypercall = () => {
		if (cells[Cell.RIP] >= handler) {
			const code = memory.read(Number(cells[Register.RSP] - KERNEL_BASE), 64);
			const result = serve(SERVICE_EQUATES.HOST_page_fault, [cells[Cell.CR2], code]);
			if (result !== 0n) finish(`signal ${result & 0xffn}, code ${result >> 8n}, address 0x${cells[Cell.CR2].toString(16)}`);
			return;
		}

		cells[Register.RAX] = BigInt.asUintN(64, call());
	};
	bare.enterUser(BigInt(started.entry), BigInt(started.stackPointer), 0x202n);
	cells[Cell.CR3] = BigInt(started.root);
	cpu.stateReplaced();
	machine.run(20_000_000);
	if (end === 'still running') end += ` at 0x${machine.rip.toString(16)} after ${machine.steps} steps: ${JSON.stringify(bare.caught.at(-1), (_, value: unknown) => (typeof value === 'bigint' ? value.toString(16) : value))}`;
	return {output, end};
}

const PROGRAM = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
	char line[64];
	FILE *file = fopen("/tmp/numbers", "w+");
	for (int i = 0; i < 1000; i++) fprintf(file, "%d\\n", i * i);
	rewind(file);
	long sum = 0;
	while (fgets(line, sizeof line, file)) sum += atol(line);
	char *big = malloc(3000000);
	memset(big, 'x', 3000000);
	printf("%s %d %ld %c %.3f\\n", argv[1], argc, sum, big[2999999], 1.0 / 3);
	free(big);
	if (argc > 2) *(volatile int *)8 = 1;
	return 7;
}
`;

test.each([['-static'], ['-static-pie']])('A program that gcc %s makes prints, allocates, and writes and reads a file', option => {
	const bytes = compiled(PROGRAM, option, '-O1');
	if (bytes === undefined) return;
	expect(run(bytes, ['a', 'hello'])).toEqual({output: 'hello 2 332833500 x 0.333\n', end: 'exit 7'});
	expect(run(bytes, ['a', 'hello', 'crash'])).toMatchObject({end: 'signal 11, code 1, address 0x8'});
});
