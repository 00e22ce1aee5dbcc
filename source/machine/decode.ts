/**
 * The one door to the decoder library: bytes in, the project's own instruction records out.
 */
import {
	Code, ConditionCode, CpuidFeature, Decoder, DecoderError, DecoderOptions, FlowControl, Instruction as IcedInstruction,
	MemorySizeExt, Mnemonic, OpKind, Register as IcedRegister,
} from 'iced-x86';
import {INSTRUCTION_SETS} from './instruction-sets.js';
import {type Instruction, type Operand, OperandKind, Repeat} from './ops.js';
import {Register, Segment} from './registers.js';

const LEGACY_PREFIXES = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);

/** The longest instruction, in bytes. */
export const MAX_INSTRUCTION_LENGTH = 15;

/** What decoding found when it found no instruction. */
export type DecodeFailure = 'invalid' | 'more-bytes';

interface RegisterPlace {
	readonly kind: number;
	readonly number: number;
	readonly bits: number;
	readonly high: boolean;
}

/** First register of each bank in the library's numbering, its kind, width and length. */
const REGISTER_BANKS: readonly (readonly [first: number, kind: number, bits: number, count: number])[] = [
	[IcedRegister.AX, OperandKind.REGISTER, 16, 16],
	[IcedRegister.EAX, OperandKind.REGISTER, 32, 16],
	[IcedRegister.RAX, OperandKind.REGISTER, 64, 16],
	[IcedRegister.ES, OperandKind.SEGMENT, 16, 6],
	[IcedRegister.XMM0, OperandKind.XMM, 128, 16],
	[IcedRegister.CR0, OperandKind.CONTROL, 64, 16],
	[IcedRegister.DR0, OperandKind.DEBUG, 64, 16],
	[IcedRegister.ST0, OperandKind.X87, 80, 8],
	[IcedRegister.MM0, OperandKind.MMX, 64, 8],
];

/** The byte registers: al to bl, ah to bh, then spl to r15b. */
const BYTE_REGISTERS: readonly RegisterPlace[] = Array.from({length: 20}, (_, index) => {
	const high = index >= 4 && index < 8;
	return {kind: OperandKind.REGISTER, number: index < 4 ? index : index - 4, bits: 8, high};
});

const REGISTERS = new Map<number, RegisterPlace>([
	...BYTE_REGISTERS.map((place, index) => [IcedRegister.AL + index, place] as const),
	...REGISTER_BANKS.flatMap(([first, kind, bits, count]) =>
		Array.from({length: count}, (_, number) => [first + number, {kind, number, bits, high: false}] as const)),
]);

const ABSENT: Operand = {
	kind: OperandKind.NONE, bits: 0, register: -1, high: false, value: 0n, base: -1, index: -1, scale: 1n,
	displacement: 0n, segment: -1, stack: false, addressBits: 64,
};

/** Mnemonics whose string forms share a semantic: the width is data. */
const STRING_NAME = /^(movs|stos|lods|scas|cmps|ins|outs)[bwdq]$/;

/** Conditional families: the condition code is data. */
const CONDITIONAL_FAMILIES = [['J', 'jcc'], ['Set', 'setcc'], ['Cmov', 'cmovcc']] as const;

/** What the names of moves to and from system registers end in. */
const SYSTEM_SUFFIX = new Map<number, string>([
	[OperandKind.SEGMENT, '-segment'],
	[OperandKind.CONTROL, '-control'],
	[OperandKind.DEBUG, '-debug'],
]);

/** Far forms, which share their mnemonic with the near ones. */
function farName(source: IcedInstruction): string | undefined {
	if (source.isCallFar || source.isCallFarIndirect) return 'lcall';
	if (source.isJmpFar || source.isJmpFarIndirect) return 'ljmp';
	return undefined;
}

function nameOf(source: IcedInstruction, mnemonic: string): string {
	const lower = mnemonic.toLowerCase();
	if (isHint(source)) return 'nop';
	if (source.isStringInstruction) return STRING_NAME.exec(lower)?.[1] ?? lower;
	if (source.conditionCode !== ConditionCode.None) {
		const family = CONDITIONAL_FAMILIES.find(([prefix]) => mnemonic.startsWith(prefix));
		if (family !== undefined) return family[1];
	}

	return farName(source) ?? systemMoveName(source, lower) ?? lower;
}

/** Moves that touch a system register share their mnemonic with the plain ones. */
function systemMoveName(source: IcedInstruction, mnemonic: string): string | undefined {
	if (mnemonic !== 'mov' && mnemonic !== 'push' && mnemonic !== 'pop') return undefined;
	for (let position = 0; position < source.opCount; position++) {
		if (source.opKind(position) !== OpKind.Register) continue;
		const suffix = SYSTEM_SUFFIX.get(REGISTERS.get(source.opRegister(position))?.kind ?? OperandKind.NONE);
		if (suffix !== undefined) return mnemonic + suffix;
	}

	return undefined;
}

/** One operand for each register: all instructions share them, which keeps much of the code that runs in the processor's cache. */
const REGISTER_OPERANDS: ReadonlyMap<number, Operand> = new Map(
	[...REGISTERS].map(([register, {kind, bits, number, high}]) => [register, {...ABSENT, kind, bits, register: number, high}]),
);

/** Only registers outside 64-bit code without AVX have no operand; their instructions have no semantics either. */
const registerOperand = (register: number): Operand => REGISTER_OPERANDS.get(register) ?? ABSENT;

/** FS or GS as an override, or -1: the other prefixes mean nothing in 64-bit mode. */
function overrideOf(source: IcedInstruction): number {
	if (source.segmentPrefix === IcedRegister.FS) return Segment.FS;
	return source.segmentPrefix === IcedRegister.GS ? Segment.GS : -1;
}

/** Number of a base or index register and its width; rip and none give -1. */
function addressRegister(register: IcedRegister): RegisterPlace | undefined {
	return register === IcedRegister.None || register === IcedRegister.RIP || register === IcedRegister.EIP ? undefined : REGISTERS.get(register);
}

function memoryOperand(source: IcedInstruction): Operand {
	const base = addressRegister(source.memoryBase);
	const index = addressRegister(source.memoryIndex);
	const segment = overrideOf(source);
	const short = (base ?? index)?.bits === 32 || source.memoryBase === IcedRegister.EIP || (base === undefined && index === undefined && source.memoryDisplSize === 4);
	const baseNumber = base?.number ?? -1;
	return {
		...ABSENT,
		kind: OperandKind.MEMORY,
		bits: MemorySizeExt.size(source.memorySize) * 8,
		base: baseNumber,
		index: index?.number ?? -1,
		scale: BigInt(source.memoryIndexScale),
		displacement: BigInt.asIntN(64, source.memoryDisplacement),
		segment,
		stack: segment < 0 && (baseNumber === Register.RSP || baseNumber === Register.RBP),
		addressBits: short ? 32 : 64,
	};
}

/** String operands go through rsi and rdi; only their width and address size matter. */
const STRING_KINDS = new Map<number, number>([
	[OpKind.MemorySegSI, 16], [OpKind.MemorySegESI, 32], [OpKind.MemorySegRSI, 64],
	[OpKind.MemorySegDI, 16], [OpKind.MemorySegEDI, 32], [OpKind.MemorySegRDI, 64],
	[OpKind.MemoryESDI, 16], [OpKind.MemoryESEDI, 32], [OpKind.MemoryESRDI, 64],
]);

function operandAt(source: IcedInstruction, position: number, bits: number): Operand {
	const kind = source.opKind(position);
	if (kind === OpKind.Register) return registerOperand(source.opRegister(position));
	if (kind === OpKind.Memory) return memoryOperand(source);
	const addressBits = STRING_KINDS.get(kind);
	if (addressBits !== undefined) return {...ABSENT, kind: OperandKind.MEMORY, bits: MemorySizeExt.size(source.memorySize) * 8, addressBits};
	if (kind === OpKind.NearBranch64 || kind === OpKind.NearBranch32 || kind === OpKind.NearBranch16) {
		return {...ABSENT, kind: OperandKind.TARGET, value: source.nearBranchTarget};
	}

	return {...ABSENT, kind: OperandKind.IMMEDIATE, bits, value: BigInt.asUintN(bits, source.immediate(position))};
}

/** Widths that no operand shows. */
const WIDTHS = new Map<number, number>([
	[Code.Enterw_imm16_imm8, 16], [Code.Leavew, 16],
	[Code.Pushq_FS, 64], [Code.Pushq_GS, 64], [Code.Popq_FS, 64], [Code.Popq_GS, 64],
	[Code.Retfw, 16], [Code.Retfw_imm16, 16], [Code.Retfd, 32], [Code.Retfd_imm16, 32],
	[Code.Call_m1616, 16], [Code.Call_m1632, 32], [Code.Call_m1664, 64],
	[Code.Jmp_m1616, 16], [Code.Jmp_m1632, 32], [Code.Jmp_m1664, 64],
]);

/** Operand width: that of the first operand that has one. */
function widthOf(source: IcedInstruction, operands: number): number {
	for (let position = 0; position < operands; position++) {
		const kind = source.opKind(position);
		if (kind === OpKind.Register) return REGISTERS.get(source.opRegister(position))?.bits ?? 64;
		if (kind === OpKind.Memory || STRING_KINDS.has(kind)) return MemorySizeExt.size(source.memorySize) * 8 || 64;
	}

	return 64;
}

/** The library decodes into this one object; nothing keeps it. */
const scratch = new IcedInstruction();

/** Prefixed forms of newer processors that are older instructions here: tzcnt is bsf, lzcnt bsr, wbnoinvd wbinvd. */
const OPTIONS = DecoderOptions.NoMPFX_0FBC | DecoderOptions.NoMPFX_0FBD | DecoderOptions.NoWbnoinvd;

/** Hints of newer instruction sets that a processor without them takes as `nop`. */
const HINTS = /^(Nop|Reservednop|Prefetch|Cldemote|Endbr|Rdssp)/;

/** The virtual-machine instruction that stands for a call of the host; the set that it belongs to is absent. */
const HYPERCALL = 'Vmcall';

/** What all instructions have in common to which the library gives the same code. */
interface Traits {
	/** Whether this processor has it. */
	readonly isPresent: boolean;
	readonly name: string;
	readonly mnemonic: string;
	readonly condition: number;
	readonly operands: number;
	readonly isString: boolean;
	/** Whether it reaches memory by rsi or rdi, without an operand that would say so in its bytes. */
	readonly isImplicit: boolean;
	readonly changesFlow: boolean;
	/** The operand width, where no operand shows it. */
	readonly bits: number | undefined;
}

/** Asking the library costs more than decoding: so it is asked once for each code. */
const TRAITS = new Map<number, Traits>();

function traitsOf(source: IcedInstruction): Traits {
	const known = TRAITS.get(source.code);
	if (known !== undefined) return known;
	const mnemonic = Mnemonic[source.mnemonic];
	const isOfTwoBytes = source.isStackInstruction && Math.abs(source.stackPointerIncrement) === 2;
	const traits: Traits = {
		isPresent: isPresent(source),
		name: nameOf(source, mnemonic),
		mnemonic: mnemonic.toUpperCase(),
		condition: source.conditionCode === ConditionCode.None ? -1 : source.conditionCode - 1,
		operands: source.opCount,
		isString: source.isStringInstruction,
		isImplicit: [0, 1, 2].some(position => position < source.opCount && STRING_KINDS.has(source.opKind(position))),
		changesFlow: source.flowControl !== FlowControl.Next,
		bits: WIDTHS.get(source.code) ?? (isOfTwoBytes ? 16 : undefined),
	};
	TRAITS.set(source.code, traits);
	return traits;
}

const isPresent = (source: IcedInstruction): boolean =>
	isHint(source) || Mnemonic[source.mnemonic] === HYPERCALL || [...source.cpuidFeatures()].every(feature => INSTRUCTION_SETS.has(CpuidFeature[feature]));

const isHint = (source: IcedInstruction): boolean => HINTS.test(Code[source.code]);

/** Decodes instructions of 64-bit code from windows of bytes. */
export class InstructionDecoder {
	private decoder: Decoder | undefined;
	private bytes: Uint8Array = new Uint8Array(0);

	/** Opens a window: bytes that later calls of `at` decode from. */
	open(bytes: Uint8Array): void {
		this.close();
		this.bytes = bytes;
		this.decoder = new Decoder(64, bytes, OPTIONS);
	}

	/** Bytes of the window, from an offset up to another. */
	bytesAt(from: number, to: number): Uint8Array {
		return this.bytes.slice(from, to);
	}

	/** Gives back the library's copy of the window. */
	close(): void {
		this.decoder?.free();
		this.decoder = undefined;
	}

	/**
	 * Whether bytes that are no instruction are one that goes on beyond 15 bytes. Only needless prefixes make it so:
	 * without the first of them, 14 bytes are still too few.
	 */
	tooLong(offset: number): boolean {
		if (!LEGACY_PREFIXES.has(this.bytes[offset])) return false;
		const decoder = new Decoder(64, this.bytes.subarray(offset + 1, offset + MAX_INSTRUCTION_LENGTH), OPTIONS);
		decoder.decodeOut(scratch);
		const answer = decoder.lastError === DecoderError.NoMoreBytes;
		decoder.free();
		return answer;
	}

	/**
	 * Decodes the instruction at an offset of the window.
	 * @param offset byte offset in the window
	 * @param address its linear address
	 */
	at(offset: number, address: bigint): Instruction | DecodeFailure {
		const {decoder} = this;
		if (decoder === undefined) throw new Error('no window of bytes is open in the decoder');
		decoder.position = offset;
		decoder.ip = address;
		decoder.decodeOut(scratch);
		if (scratch.code === Code.INVALID) return decoder.lastError === DecoderError.NoMoreBytes ? 'more-bytes' : 'invalid';
		const traits = traitsOf(scratch);
		return traits.isPresent ? convert(scratch, traits, address) : 'invalid';
	}
}

function convert(source: IcedInstruction, traits: Traits, address: bigint): Instruction {
	const {operands, isString, isImplicit, name, mnemonic, condition} = traits;
	const bits = traits.bits ?? widthOf(source, operands);
	const {length} = source;
	const operand = (position: number): Operand => (position < operands ? operandAt(source, position, bits) : ABSENT);
	const repeat = !isString ? Repeat.NONE : source.hasRepnePrefix ? Repeat.WHILE_NOT_EQUAL : source.hasRepPrefix ? Repeat.WHILE_EQUAL : Repeat.NONE;
	return {
		name,
		mnemonic,
		address,
		next: BigInt.asUintN(64, address + BigInt(length)),
		length,
		bits,
		addressBits: isImplicit ? implicitWidth(source, operands) : addressWidth(source),
		d: operand(0),
		s: operand(1),
		t: operand(2),
		condition,
		repeat,
		segment: overrideOf(source),
		// A repeated string instruction may come back to itself.
		changesFlow: traits.changesFlow || repeat !== Repeat.NONE,
	};
}

/** The address size of what goes by rsi and rdi. */
function implicitWidth(source: IcedInstruction, operands: number): number {
	for (let position = 0; position < operands; position++) {
		const bits = STRING_KINDS.get(source.opKind(position));
		if (bits !== undefined) return bits;
	}

	return 64;
}

/** The address size of operands that are not written out: of what `xlat` reads, of a loop's counter. */
function addressWidth(source: IcedInstruction): number {
	const {code} = source;
	if (code === Code.Xlat_m8) return source.memoryBase === IcedRegister.EBX ? 32 : 64;
	return COUNTS_WITH_ECX.has(code) ? 32 : 64;
}

/** `loop` and `jecxz` forms that count with ecx. */
const COUNTS_WITH_ECX = new Set<number>([
	Code.Jecxz_rel8_64, Code.Loop_rel8_64_ECX, Code.Loope_rel8_64_ECX, Code.Loopne_rel8_64_ECX,
]);
