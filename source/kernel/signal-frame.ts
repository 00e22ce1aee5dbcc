/**
 * What a handler finds on its stack: struct rt_sigframe of x86-64 (arch/x86/include/asm/sigframe.h), with struct ucontext
 * and struct sigcontext (arch/x86/include/uapi/asm/sigcontext.h) inside.
 */

import {SIGHAND, SIGPENDING} from './signal-constants.js';

/** A field: its name and its size in bytes. */
type Field = readonly [name: string, bytes: number];

const each = (bytes: number, ...names: readonly string[]): Field[] => names.map(name => [name, bytes]);

/** The registers of struct sigcontext, in its order; each is eight bytes. Their names are those of struct pt_regs. */
export const SIGCONTEXT_REGISTERS = ['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'di', 'si', 'bp', 'bx', 'dx', 'ax', 'cx', 'sp', 'ip', 'flags'] as const;

/** The fields of struct rt_sigframe from its lowest address; the frame lies at the handler's stack pointer. */
export const SIGFRAME_FIELDS: readonly Field[] = [
	['pretcode', 8],
	['uc_flags', 8],
	['uc_link', 8],
	['ss_sp', 8],
	['ss_flags', 4],
	['ss_padding', 4],
	['ss_size', 8],
	...each(8, ...SIGCONTEXT_REGISTERS),
	...each(2, 'cs', 'gs', 'fs', 'ss'),
	...each(8, 'err', 'trapno', 'oldmask', 'cr2', 'fpstate'),
	['reserved', 64],
	['uc_sigmask', 8],
	['info', 128],
];

/** Byte offsets of the fields by name, and of the end as `SIZE`. */
export const SIGFRAME_OFFSETS: ReadonlyMap<string, number> = layout(SIGFRAME_FIELDS);

function layout(fields: readonly Field[]): Map<string, number> {
	let offset = 0;
	const offsets = new Map<string, number>();
	for (const [name, bytes] of fields) {
		offsets.set(name, offset);
		offset += bytes;
	}

	return offsets.set('SIZE', offset);
}

function offsetOf(name: string): number {
	const offset = SIGFRAME_OFFSETS.get(name);
	if (offset === undefined) throw new Error(`a handler's frame has no field ${name}`);
	return offset;
}

/** Numbers of the frame for the `.equ` lines. */
export const SIGFRAME_EQUATES: Readonly<Record<string, number>> = {
	...Object.fromEntries([...SIGFRAME_OFFSETS].map(([name, offset]) => [`SIGFRAME_${name}`, offset])),
	/** Where the context begins, and its bytes but for what is reserved. */
	SIGFRAME_CONTEXT: offsetOf('r8'),
	SIGCONTEXT_SIZE: offsetOf('reserved') - offsetOf('r8'),
	/** What a function may keep below its stack pointer without saying so (System V ABI for x86-64, 3.2.2). */
	RED_ZONE: 128,
	/** uc_flags: ss is in the context, and is to be restored as it is. */
	UC_SIGCONTEXT_SS: 2,
	UC_STRICT_RESTORE_SS: 4,
	/** What fxsave writes, and its end, which is left to software (SDM vol. 1, 10.5.1). */
	FXSAVE_SIZE: 512,
	FXSAVE_sw_reserved: 464,
	/** Where the frame's image of the floating-point unit begins: at a multiple of this. */
	FPSTATE_ALIGNMENT: 64,
	/** The software's part, struct _fpx_sw_bytes: that it is valid, and what ends a longer image. */
	FP_XSTATE_MAGIC1: 0x4650_5853,
	FP_XSTATE_MAGIC2_SIZE: 4,
	/** Bytes of the instruction that makes a call: what rip goes back by for it to be made again. */
	SYSCALL_LENGTH: 2,
	/** Offsets in struct ksignal: a signal that is about to be handled, its record and its action. */
	KSIG_info: 0,
	KSIG_ka: SIGPENDING.SIGQUEUE_SIZE,
	KSIG_SIZE: SIGPENDING.SIGQUEUE_SIZE + (1 << SIGHAND.SA_SHIFT),
};
