import {Dr6, Dr7} from './breakpoints.js';
import {Cr4} from './control-bits.js';
import {Fault, generalProtection, undefinedOpcode, Vector} from './fault.js';
import {Cell} from './layout.js';
import type {Processor} from './processor.js';

/** What DR6 keeps of a value. */
const DR6_WRITABLE = Dr6.MATCHED | Dr6.BD | Dr6.BS | Dr6.BT;

/** Number of a debug register with its aliases resolved: 4 and 5 stand for 6 and 7 unless CR4.DE is set. */
function resolve(cpu: Processor, number: number): number {
	const alias = number === 4 || number === 5;
	if (number > 7 || (alias && (cpu.cells[Cell.CR4] & Cr4.DE) !== 0n)) throw undefinedOpcode();
	return alias ? number + 2 : number;
}

const cellOf = (number: number): number => (number < 4 ? Cell.DR0 + number : number === 6 ? Cell.DR6 : Cell.DR7);

/** #UD, #GP and #DB that any access to a debug register may raise, in this order. */
function check(cpu: Processor, number: number): number {
	const real = resolve(cpu, number);
	if (cpu.cpl !== 0) throw generalProtection();
	if ((cpu.cells[Cell.DR7] & Dr7.GD) !== 0n) {
		cpu.change('dr6', Cell.DR6, cpu.cells[Cell.DR6] | Dr6.BD, 'a debug register was to be touched while DR7.GD is set');
		throw new Fault(Vector.DB);
	}

	return real;
}

/** `mov` from a debug register (SDM vol. 2B, MOV—Move to/from Debug Registers). */
export const readDebug = (cpu: Processor, number: number): bigint => cpu.cells[cellOf(check(cpu, number))];

/** `mov` to a debug register, with its checks. */
export function writeDebug(cpu: Processor, number: number, value: bigint): void {
	const real = check(cpu, number);
	if (real >= 6 && value > 0xffff_ffffn) throw generalProtection();
	const kept = real === 6 ? (value & DR6_WRITABLE) | Dr6.FIXED : real === 7 ? (value & ~Dr7.ABSENT) | Dr7.FIXED : value;
	cpu.change(`dr${real}`, cellOf(real), kept, 'the source register');
	cpu.breakpointsChanged();
}
