import {ENTRY_WORK, ISOLATION} from '../kernel/constants.js';
import {type Kernel, kernelAddress} from '../kernel/kernel.js';
import {Cell} from '../machine/layout.js';
import type {Machine} from '../machine/machine.js';

/** One call in the audit trail. */
export interface AuditRecord {
	/** The task that made it. */
	readonly pid: number;
	readonly nr: number;
	/** The first four arguments. */
	readonly args: readonly bigint[];
	/** What rax held afterwards; 0 while the call is under way, and for one that never comes back. */
	readonly result: bigint;
}

/** The calls that the kernel has noted, from the oldest to the newest. */
export interface AuditTrail {
	readonly records: readonly AuditRecord[];
	/** Calls before them that newer ones have overwritten. */
	readonly lost: number;
}

/** Does something while the machine has the kernel's page tables, whichever it has just now. */
function withKernelTables<T>({cpu: {cells}}: Machine, kernel: Kernel, look: () => T): T {
	const cr3 = cells[Cell.CR3];
	if (kernel.isolation) cells[Cell.CR3] = cr3 & ~BigInt(ISOLATION.PTI_USER_PGTABLE_AND_PCID_MASK);
	try {
		return look();
	} finally {
		cells[Cell.CR3] = cr3;
	}
}

/** Reads the kernel's audit trail; it is empty unless the machine was booted with one. */
export function readAuditTrail(machine: Machine, kernel: Kernel): AuditTrail {
	const {AUDIT_RECORDS, AUDIT_RECORD_SHIFT, AUDIT_pid, AUDIT_nr, AUDIT_a0, AUDIT_a1, AUDIT_a2, AUDIT_a3, AUDIT_result} = ENTRY_WORK;
	const read = (label: string, length: number): DataView => {
		const bytes = machine.readLinear(kernelAddress(kernel, label), length) ?? new Uint8Array(length);
		return new DataView(bytes.buffer);
	};

	return withKernelTables(machine, kernel, () => {
		const count = read('audit_next', 4).getUint32(0, true);
		const trail = read('audit_trail', AUDIT_RECORDS << AUDIT_RECORD_SHIFT);
		const lost = Math.max(0, count - AUDIT_RECORDS);
		const records = Array.from({length: count - lost}, (_, index): AuditRecord => {
			const at = ((lost + index) % AUDIT_RECORDS) << AUDIT_RECORD_SHIFT;
			return {
				pid: trail.getUint32(at + AUDIT_pid, true),
				nr: trail.getInt32(at + AUDIT_nr, true),
				args: [AUDIT_a0, AUDIT_a1, AUDIT_a2, AUDIT_a3].map(offset => trail.getBigUint64(at + offset, true)),
				result: trail.getBigInt64(at + AUDIT_result, true),
			};
		});
		return {records, lost};
	});
}
