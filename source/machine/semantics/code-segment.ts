import {dplOf, Rights, Selector} from '../descriptors.js';
import {Fault, generalProtection, Vector} from '../fault.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {errorCodeOf, type LoadedDescriptor} from '../segments.js';
import {StopSignal} from '../stop.js';

/** The privilege level that a selector asks for. */
export const rplOf = (selector: bigint): number => Number(selector & Selector.RPL);

/** Whether rights are those of a code segment. */
export const isCode = (rights: bigint): boolean => (rights & (Rights.S | Rights.CODE)) === (Rights.S | Rights.CODE);

/** Whether rights are those of a data segment that can be written. */
const isWritableData = (rights: bigint): boolean => (rights & (Rights.S | Rights.CODE | Rights.WRITABLE)) === (Rights.S | Rights.WRITABLE);

/** What all ways into a code segment end with: it must be present, and 64-bit code; other code ends the run. */
export function checkPresentAndLong({rights}: LoadedDescriptor, selector: bigint, i: Instruction): void {
	if ((rights & Rights.P) === 0n) throw new Fault(Vector.NP, errorCodeOf(selector));
	if ((rights & Rights.L) === 0n) throw new StopSignal({kind: 'left-64-bit-mode', mnemonic: i.mnemonic, address: i.address});
	if ((rights & Rights.DB) !== 0n) throw generalProtection(errorCodeOf(selector));
}

/** Checks the code segment that a return goes to (SDM vol. 2A, IRET; vol. 2B, RET). */
export function returnCode(cpu: Processor, selector: bigint, i: Instruction): LoadedDescriptor {
	const code = errorCodeOf(selector);
	if (code === 0) throw generalProtection(0, 'the code segment to return to is null');
	const descriptor = cpu.segments.read(selector);
	const {rights} = descriptor;
	const rpl = rplOf(selector);
	if (!isCode(rights) || rpl < cpu.cpl) throw generalProtection(code, 'the segment to return to is no code segment, or one of a more privileged ring');
	const conforming = (rights & Rights.CONFORMING) !== 0n;
	if (conforming ? dplOf(rights) > rpl : dplOf(rights) !== rpl) throw generalProtection(code, 'the code segment’s DPL is not that of the ring to return to');
	checkPresentAndLong(descriptor, selector, i);
	return descriptor;
}

/** Checks the stack segment of a return; undefined stands for a null selector, which rings below 3 may have. */
export function returnStack(cpu: Processor, selector: bigint, cpl: number): LoadedDescriptor | undefined {
	const code = errorCodeOf(selector);
	if (code === 0) {
		if (cpl === 3 || rplOf(selector) !== cpl) throw generalProtection(0, 'the stack segment to return to is null');
		return undefined;
	}

	const descriptor = cpu.segments.read(selector);
	if (rplOf(selector) !== cpl || !isWritableData(descriptor.rights) || dplOf(descriptor.rights) !== cpl) throw generalProtection(code, 'the stack segment does not fit the ring to return to');
	if ((descriptor.rights & Rights.P) === 0n) throw new Fault(Vector.SS, code);
	return descriptor;
}
