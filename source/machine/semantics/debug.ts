import {readDebug, writeDebug} from '../debug-registers.js';
import {OperandKind} from '../ops.js';
import {type SystemTable, tellRead} from './system-table.js';

/** Moves to and from the debug registers. */
export const DEBUG: SystemTable = {
	'mov-debug'(cpu, i) {
		if (i.d.kind === OperandKind.DEBUG) writeDebug(cpu, i.d.register, cpu.ops.read(i.s, 64));
		else cpu.ops.write(i.d, 64, tellRead(cpu, `dr${i.s.register}`, readDebug(cpu, i.s.register)));
	},
};
