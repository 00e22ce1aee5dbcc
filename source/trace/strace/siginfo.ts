import {SIGINFO} from './structures/signals.js';

/** What is known of a signal; fields that are not given are 0. */
export interface SignalFacts {
	readonly signo: number;
	/** si_code: why it was sent. */
	readonly code: number;
	/** Where a fault was. */
	readonly address?: bigint;
	/** Who sent it, or which child it is about. */
	readonly pid?: number;
	readonly uid?: number;
	/** How a child ended: its status or signal. */
	readonly status?: number;
	/** What sigqueue sent with it. */
	readonly value?: bigint;
	/** Of SIGSYS: which call was not allowed. */
	readonly syscall?: number;
}

/** Offsets in siginfo_t (include/uapi/asm-generic/siginfo.h). */
const Offset = {signo: 0, code: 8, address: 16, pid: 16, uid: 20, value: 24, status: 24, syscall: 24, arch: 28} as const;

const AUDIT_ARCH_X86_64 = 0xc000_003e;

/** siginfo_t of a signal. */
export function siginfoBytes({signo, code, address, pid, uid, status, value, syscall}: SignalFacts): Uint8Array {
	const bytes = new Uint8Array(SIGINFO.size);
	const data = new DataView(bytes.buffer);
	data.setInt32(Offset.signo, signo, true);
	data.setInt32(Offset.code, code, true);
	if (pid !== undefined) data.setInt32(Offset.pid, pid, true);
	if (uid !== undefined) data.setInt32(Offset.uid, uid, true);
	if (address !== undefined) data.setBigUint64(Offset.address, BigInt.asUintN(64, address), true);
	if (value !== undefined) data.setBigUint64(Offset.value, BigInt.asUintN(64, value), true);
	if (status !== undefined) data.setInt32(Offset.status, status, true);
	if (syscall !== undefined) {
		data.setInt32(Offset.syscall, syscall, true);
		data.setUint32(Offset.arch, AUDIT_ARCH_X86_64, true);
	}

	return bytes;
}
