/** Where the manual (Intel SDM) treats what is not one instruction's own. */
export const MANUAL = {
	FLAGS: 'SDM vol. 1, 3.4.3',
	ADDRESS: 'SDM vol. 1, 3.7.5',
	CONDITION: 'SDM vol. 1, appendix B',
	CANONICAL: 'SDM vol. 1, 3.3.7.1',
	PORTS: 'SDM vol. 1, 19',
	SEGMENT: 'SDM vol. 3A, 3.4.3',
	DESCRIPTOR: 'SDM vol. 3A, 3.4.5',
	WALK: 'SDM vol. 3A, 4.5',
	RIGHTS: 'SDM vol. 3A, 4.6',
	PAGE_FAULT: 'SDM vol. 3A, 4.7',
	ACCESSED: 'SDM vol. 3A, 4.8',
	TLB: 'SDM vol. 3A, 4.10.2',
	TLB_DROP: 'SDM vol. 3A, 4.10.4',
	EXCEPTION: 'SDM vol. 3A, 6.12',
	ERROR_CODE: 'SDM vol. 3A, 6.13',
	GATE: 'SDM vol. 3A, 6.14.1',
	FRAME: 'SDM vol. 3A, 6.14.2',
	STACK_SWITCH: 'SDM vol. 3A, 6.14.4',
	IST: 'SDM vol. 3A, 6.14.5',
	SHADOW: 'SDM vol. 3A, 6.8.3',
	TSS: 'SDM vol. 3A, 7.7',
	INTERRUPT: 'SDM vol. 3A, 6.3.2',
} as const;

/** Headings of the manual's instruction pages, where they are not the mnemonic. */
const HEADINGS: ReadonlyMap<string, string> = new Map<string, string>([
	...['jcc', 'jecxz', 'jrcxz'].map((name): [string, string] => [name, 'Jcc']),
	['setcc', 'SETcc'], ['cmovcc', 'CMOVcc'],
	['mov-control', 'MOV—Move to/from Control Registers'], ['mov-debug', 'MOV—Move to/from Debug Registers'], ['mov-segment', 'MOV'], ['movabs', 'MOV'],
	['push-segment', 'PUSH'], ['pop-segment', 'POP'],
	['pushf', 'PUSHF/PUSHFD/PUSHFQ'], ['pushfq', 'PUSHF/PUSHFD/PUSHFQ'], ['popf', 'POPF/POPFD/POPFQ'], ['popfq', 'POPF/POPFD/POPFQ'],
	['ljmp', 'JMP'], ['lcall', 'CALL'], ['retf', 'RET'], ['iret', 'IRET/IRETD/IRETQ'], ['iretd', 'IRET/IRETD/IRETQ'], ['iretq', 'IRET/IRETD/IRETQ'],
	['int', 'INT n/INTO/INT3/INT1'], ['int3', 'INT n/INTO/INT3/INT1'], ['int1', 'INT n/INTO/INT3/INT1'],
	['sysretq', 'SYSRET'], ['sysexitq', 'SYSEXIT'], ['movsx', 'MOVSX/MOVSXD'], ['movsxd', 'MOVSX/MOVSXD'], ['movzx', 'MOVZX'],
	['cbw', 'CBW/CWDE/CDQE'], ['cwde', 'CBW/CWDE/CDQE'], ['cdqe', 'CBW/CWDE/CDQE'], ['cwd', 'CWD/CDQ/CQO'], ['cdq', 'CWD/CDQ/CQO'], ['cqo', 'CWD/CDQ/CQO'],
	['loop', 'LOOP/LOOPcc'], ['loope', 'LOOP/LOOPcc'], ['loopne', 'LOOP/LOOPcc'],
	...['shl', 'sal', 'shr', 'sar'].map((name): [string, string] => [name, 'SAL/SAR/SHL/SHR']),
	...['rol', 'ror', 'rcl', 'rcr'].map((name): [string, string] => [name, 'RCL/RCR/ROL/ROR']),
	...['ud0', 'ud1', 'ud2'].map((name): [string, string] => [name, 'UD']),
	['lgdt', 'LGDT/LIDT'], ['lidt', 'LGDT/LIDT'], ['rdfsbase', 'RDFSBASE/RDGSBASE'], ['rdgsbase', 'RDFSBASE/RDGSBASE'],
	['wrfsbase', 'WRFSBASE/WRGSBASE'], ['wrgsbase', 'WRFSBASE/WRGSBASE'],
	['fxsave64', 'FXSAVE'], ['fxrstor64', 'FXRSTOR'], ['xlatb', 'XLAT/XLATB'], ['cmpxchg8b', 'CMPXCHG8B/CMPXCHG16B'], ['cmpxchg16b', 'CMPXCHG8B/CMPXCHG16B'],
	...['movs', 'stos', 'lods', 'scas', 'cmps', 'ins', 'outs'].map((name): [string, string] => [name, `${name.toUpperCase()}/${name.toUpperCase()}B/${name.toUpperCase()}W/${name.toUpperCase()}D`]),
]);

/** Instructions that stand outside the alphabetical volumes. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([['vmcall', 'SDM vol. 3C, VMCALL']]);

/** The volumes by the first letter up to which they reach. */
const VOLUMES: readonly (readonly [last: string, volume: string])[] = [['L', '2A'], ['U', '2B'], ['V', '2C'], ['Z', '2D']];

/**
 * The manual's page on an instruction.
 * @param name the machine's name of it
 * @param mnemonic as the disassembler writes it
 */
export function instructionReference(name: string, mnemonic: string): string {
	const elsewhere = ELSEWHERE.get(name);
	if (elsewhere !== undefined) return elsewhere;
	const heading = HEADINGS.get(name) ?? mnemonic;
	const volume = VOLUMES.find(([last]) => heading[0] <= last)?.[1] ?? '2';
	return `SDM vol. ${volume}, ${heading}`;
}
