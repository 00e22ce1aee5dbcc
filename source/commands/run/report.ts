import type {Kernel} from '../../kernel/kernel.js';
import {resultErrno, errnoEntry} from '../../kernel/errno.js';
import {syscallName} from '../../kernel/syscall-table.js';
import type {Machine} from '../../machine/machine.js';
import {readAuditTrail} from '../../trace/audit-trail.js';
import {hex, type Names} from '../../trace/names.js';
import {type Outcome, userRegisters} from '../../trace/outcome.js';

/** What people are told about an end that is not an ordinary exit. */
export function explainOutcome(outcome: Outcome, maxSteps: number): string | undefined {
	switch (outcome.kind) {
		case 'exited':
			return undefined;
		case 'killed':
			return `killed by ${outcome.signal.name} (si_code ${outcome.signal.code}, address ${hex(outcome.signal.address)})`;
		case 'panic':
			return 'the kernel gave up: its last words are on the console';
		case 'step-limit':
			return `not finished after ${maxSteps} steps; give a higher --max-steps to let it go on`;
		case 'waits':
			return 'the machine waits, and nothing can wake it';
		case 'not-implemented':
		case 'triple-fault':
			return outcome.message;
	}
}

/** An address with its line and its symbol, as far as they are known: `spin.s:3 (loop+0x2), rip 0x401002`. */
function placeOf(address: bigint, names: Names): string {
	const place = names.placeOf(address);
	const name = names.nameOf(address);
	const line = place === undefined ? '' : `${place.file}:${place.line} `;
	return `${line}${name === undefined ? '' : `(${name}), `}rip ${hex(address)}`;
}

/** Registers in a line of `whereabouts`. */
const IN_A_LINE = 3;

/** Where a machine stands, in one line, and the program's registers below it. */
export function whereabouts(machine: Machine, kernel: Kernel, names: Names): string[] {
	const registers = userRegisters(machine, kernel);
	const inProgram = machine.cpu.cpl === 3;
	const began = registers.rip !== 0n;
	const kernelPlace = `in the kernel at ${placeOf(machine.rip, names)}`;
	const line = inProgram ? `in the program at ${placeOf(machine.rip, names)}` : `${kernelPlace}${began ? `; the program is at ${placeOf(registers.rip, names)}` : ''}`;
	if (!began) return [line];
	const entries = Object.entries(registers).map(([name, value]) => `${name.padEnd(6)} 0x${value.toString(16).padStart(16, '0')}`);
	const rows = Array.from({length: Math.ceil(entries.length / IN_A_LINE)}, (_, index) => entries.slice(index * IN_A_LINE, (index + 1) * IN_A_LINE).join('  '));
	return [line, ...rows];
}

/** A result as a signed number, with the name of the error that it is. */
function resultText(result: bigint): string {
	const error = resultErrno(BigInt.asUintN(64, result));
	const name = error === undefined ? undefined : errnoEntry(error)?.name;
	return name === undefined ? `${result}` : `${result} (${name})`;
}

/** The audit trail, a line for each call. */
export function auditLines(machine: Machine, kernel: Kernel): string[] {
	const {records, lost} = readAuditTrail(machine, kernel);
	const lines = records.map(({pid, nr, args, result}) => {
		const values = args.map((value, index) => `a${index}=${value.toString(16)}`).join(' ');
		return `audit: pid=${pid} syscall=${nr} (${syscallName(nr) ?? 'no such call'}) ${values} exit=${resultText(result)}`;
	});
	return [...(lost > 0 ? [`audit: ${lost} earlier calls are lost: the trail keeps the last ${records.length}`] : []), ...lines];
}
