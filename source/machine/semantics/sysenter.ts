import {isCanonical} from '../control-bits.js';
import {Selector} from '../descriptors.js';
import {generalProtection} from '../fault.js';
import {Flag} from '../flags.js';
import {Cell} from '../layout.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {Register} from '../registers.js';
import {StopSignal} from '../stop.js';
import {setFlat} from './crossing.js';
import {privileged, type SystemTable} from './system-table.js';

/** How far the user's selectors lie above IA32_SYSENTER_CS. */
const USER_CODE = {FOR_32_BIT: 16n, FOR_64_BIT: 32n} as const;

const STACK_AFTER_CODE = 8n;

/** IA32_SYSENTER_CS without its privilege level; #GP if it is null. */
function kernelCode(cpu: Processor): bigint {
	const selector = cpu.cells[Cell.SYSENTER_CS] & 0xfffcn;
	if (selector === 0n) throw generalProtection();
	return selector;
}

function sysenter(cpu: Processor): void {
	const code = kernelCode(cpu);
	cpu.change('rsp', Register.RSP, cpu.cells[Cell.SYSENTER_ESP], 'IA32_SYSENTER_ESP');
	cpu.change('rip', Cell.RIP, cpu.cells[Cell.SYSENTER_EIP], 'IA32_SYSENTER_EIP');
	cpu.setRflags(cpu.rflags & ~(Flag.IF | Flag.VM), 'IF cleared');
	setFlat(cpu, code, BigInt.asUintN(16, code + STACK_AFTER_CODE), 0, 'IA32_SYSENTER_CS');
}

function sysexit(cpu: Processor, i: Instruction): void {
	const code = BigInt.asUintN(16, kernelCode(cpu) + (i.name === 'sysexit' ? USER_CODE.FOR_32_BIT : USER_CODE.FOR_64_BIT)) | Selector.RPL;
	if (i.name === 'sysexit') throw new StopSignal({kind: 'left-64-bit-mode', mnemonic: i.mnemonic, address: i.address});
	const target = cpu.cells[Register.RDX];
	const stack = cpu.cells[Register.RCX];
	if (!isCanonical(target) || !isCanonical(stack)) throw generalProtection();
	cpu.change('rsp', Register.RSP, stack, 'rcx');
	cpu.change('rip', Cell.RIP, target, 'rdx');
	setFlat(cpu, code, BigInt.asUintN(16, code + STACK_AFTER_CODE), 3, 'IA32_SYSENTER_CS');
}

/** The older fast way into the kernel and out (SDM vol. 3A, 5.8.7). */
export const SYSENTER: SystemTable = {
	sysenter,
	sysexit: privileged(sysexit),
	sysexitq: privileged(sysexit),
};
