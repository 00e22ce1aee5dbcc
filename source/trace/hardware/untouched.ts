import {GENERAL_REGISTERS} from '../../machine/registers.js';
import {hex} from '../names.js';
import type {LaneBuilder} from './lane-builder.js';
import {MANUAL} from './references.js';

/** What people expect of a crossing and what does not happen. Each is said only of a step in which it is so. */
export function untouched(lane: LaneBuilder): void {
	const kinds = new Set(lane.detail.marks.map(({kind}) => kind));
	if (kinds.has('exception') || kinds.has('interrupt')) {
		generalRegisters(lane, 'the handler finds what the program had in them, and must save them');
	} else if (kinds.has('syscall')) {
		stackPointer(lane, 'ring 0 goes on with the program’s stack pointer');
		memory(lane);
	} else if (kinds.has('sysret')) {
		stackPointer(lane, 'the kernel must have put the program’s own back');
		memory(lane);
	} else if (kinds.has('iret')) {
		generalRegisters(lane, 'the kernel must have restored them');
	}
}

function stackPointer(lane: LaneBuilder, meaning: string): void {
	const {before, after} = lane.detail;
	const {rsp} = after.general;
	if (rsp !== before.general.rsp) return;
	lane.sayValue({kind: 'untouched', target: 'rsp', bits: 64, value: rsp, sentence: `rsp is not touched, it is ${hex(rsp)}: ${meaning}.`});
}

function memory(lane: LaneBuilder): void {
	if (lane.detail.accesses.length > 0) return;
	lane.sayValue({kind: 'untouched', target: 'memory', bits: 0, value: 0n, sentence: 'No memory is touched: nothing is pushed or popped, and neither the IDT nor the TSS nor the GDT is read.'});
}

function generalRegisters(lane: LaneBuilder, meaning: string): void {
	const {before, after} = lane.detail;
	if (GENERAL_REGISTERS.some(name => name !== 'rsp' && before.general[name] !== after.general[name])) return;
	lane.sayValue({kind: 'untouched', target: 'general registers', bits: 0, value: 0n, sentence: `The general registers are not touched, but rsp: ${meaning}.`, reference: MANUAL.FRAME});
}
