/** The general registers in the order of their encoding (SDM vol. 2A, table 2-2). */
export const GENERAL_REGISTERS = [
	'rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi',
	'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15',
] as const;

/** The name of one of the sixteen general registers. */
export type GeneralRegister = (typeof GENERAL_REGISTERS)[number];

/** Encoding numbers of the registers that instructions use by themselves. */
export const Register = {RAX: 0, RCX: 1, RDX: 2, RBX: 3, RSP: 4, RBP: 5, RSI: 6, RDI: 7, R8: 8, R11: 11} as const;

/** The segment registers in the order of their encoding, and the two system ones after them. */
export const SEGMENT_REGISTERS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs', 'ldtr', 'tr'] as const;

/** Encoding numbers of the segment registers. */
export const Segment = {ES: 0, CS: 1, SS: 2, DS: 3, FS: 4, GS: 5, LDTR: 6, TR: 7} as const;

/** Whether a text names one of the sixteen general registers. */
export const isGeneralRegister = (name: string): name is GeneralRegister =>
	(GENERAL_REGISTERS as readonly string[]).includes(name);
