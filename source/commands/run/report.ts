import {type Kernel, kernelAddress} from '../../kernel/kernel.js';
import {resultErrno, errnoEntry} from '../../kernel/errno.js';
import {syscallName} from '../../kernel/syscall-table.js';
import type {Machine} from '../../machine/machine.js';
import {readAuditTrail} from '../../trace/audit-trail.js';
import {hex, type Names} from '../../trace/names.js';
import {userRegisters} from '../../trace/outcome.js';
import {EDITABLE_REGISTERS} from '../../trace/register-values.js';
import type {End} from './headless-run.js';
import type {MappedFiles} from './mapped-files.js';
import type {RunRequest} from './request.js';

/** What people are told about an end that is not an ordinary exit, unless they have brought it about. */
export function explainEnd(end: End, {maxSteps, stops}: RunRequest): string | undefined {
	switch (end.kind) {
		case 'exited':
			return stops.length === 0 ? undefined : `the program has exited with ${end.status}, and no condition of --stop became true`;
		case 'interrupted':
		case 'stopped':
			return undefined;
		case 'killed':
			return `killed by ${end.signal.name} (si_code ${end.signal.code}, address ${hex(end.signal.address)})`;
		case 'panic':
			return 'the kernel gave up: its last words are on the console';
		case 'step-limit':
			return `not finished after ${maxSteps} steps; give a higher --max-steps to let it go on`;
		case 'waits':
			return 'the machine waits, and nothing can wake it';
		case 'not-implemented':
		case 'triple-fault':
			return end.message;
	}
}

/** What the addresses of a run are called. */
export interface Naming {
	readonly names: Names;
	readonly files?: MappedFiles;
}

/** An address with its line and its symbol, as far as they are known: `spin.s:3 (loop+0x2), rip 0x401002`. */
function placeOf(address: bigint, {names, files}: Naming): string {
	const place = names.placeOf(address);
	const name = names.nameOf(address) ?? files?.nameOf(address);
	const line = place === undefined ? '' : `${place.file}:${place.line} `;
	return `${line}${name === undefined ? '' : `(${name}), `}rip ${hex(address)}`;
}

/** Registers in a line of `whereabouts`. */
const IN_A_LINE = 3;

/**
 * Where the program is while the kernel works: what the kernel has saved of it. In the entry code that is not yet so, or
 * no longer; before the program has begun there is nothing.
 */
function programCounter(machine: Machine, kernel: Kernel): bigint | undefined {
	const inEntryCode = machine.rip >= kernelAddress(kernel, '__entry_text_start') && machine.rip < kernelAddress(kernel, '__entry_text_end');
	const {rip} = userRegisters(machine, kernel);
	return inEntryCode || rip === 0n ? undefined : rip;
}

/** Where a machine stands, in one line, and the processor's registers below it. */
export function whereabouts(machine: Machine, kernel: Kernel, naming: Naming): string[] {
	const place = placeOf(machine.rip, naming);
	const program = machine.cpu.cpl === 3 ? undefined : programCounter(machine, kernel);
	const below = program === undefined ? '' : `; the program is at ${placeOf(program, naming)}`;
	const line = machine.cpu.cpl === 3 ? `in the program at ${place}` : `in the kernel at ${place}${below}`;
	const registers = EDITABLE_REGISTERS.map(name => `${name.padEnd(6)} 0x${machine.registers.get(name).toString(16).padStart(16, '0')}`);
	return [line, ...Array.from({length: Math.ceil(registers.length / IN_A_LINE)}, (_, index) => registers.slice(index * IN_A_LINE, (index + 1) * IN_A_LINE).join('  '))];
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
