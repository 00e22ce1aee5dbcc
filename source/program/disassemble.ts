import type * as Iced from 'iced-x86';

export interface DisassembleOptions {
	readonly syntax: 'att' | 'intel';
	/** The name to show for an address, such as `main` or `main+0x10`; undefined where there is none. */
	readonly symbolAt?: (address: bigint) => string | undefined;
}

/** One instruction as text. */
export interface Disassembled {
	readonly text: string;
	/** In bytes; 1 for a byte that begins no instruction. */
	readonly length: number;
	readonly bytes: Uint8Array;
	/** The address that a direct branch goes to, or that an operand relative to %rip or without registers means. */
	readonly target?: bigint;
}

/** Instructions are at most this long (Intel SDM volume 2, section 2.3.11). */
const maximumLength = 15;
/** What stands for bytes that are no instruction, as in objdump. */
const bad = '(bad)';

/** The library's names, without the object that holds them again. */
type Library = Omit<typeof Iced, 'default'>;

let library: Library | undefined;
/** `suffixed` is AT&T syntax with the size in every mnemonic, which string instructions need. */
type Style = DisassembleOptions['syntax'] | 'suffixed';
const formatters = new Map<Style, Iced.Formatter>();

/** Loads the library, which takes tens of milliseconds. `disassemble` works from then on. */
export async function loadDisassembler(): Promise<void> {
	// A CommonJS package: in a bundle its names are in the default export alone.
	library ??= (await import('iced-x86')).default;
}

/** Whether `disassemble` works. */
export const isDisassemblerLoaded = (): boolean => library !== undefined;

/**
 * Writes the instruction at the beginning of some bytes as text.
 *
 * @throws Error if `loadDisassembler` has not finished
 */
export function disassemble(bytes: Uint8Array, address: bigint, options: DisassembleOptions): Disassembled {
	const iced = loaded();
	const decoder = new iced.Decoder(64, bytes.subarray(0, maximumLength), iced.DecoderOptions.None);
	decoder.ip = address;
	const instruction = decoder.decode();
	decoder.free();
	try {
		if (bytes.length === 0 || instruction.code === iced.Code.INVALID) return {text: bad, length: 1, bytes: new Uint8Array(bytes.subarray(0, 1))};
		const target = targetOf(instruction, iced);
		return {
			text: textOf(instruction, target, options, iced),
			length: instruction.length,
			bytes: new Uint8Array(bytes.subarray(0, instruction.length)),
			...(target === undefined ? {} : {target}),
		};
	} finally {
		instruction.free();
	}
}

function loaded(): Library {
	if (library === undefined) throw new Error('The disassembler is not loaded. Await loadDisassembler() first.');
	return library;
}

function formatterFor(style: Style, iced: Library): Iced.Formatter {
	let formatter = formatters.get(style);
	if (formatter === undefined) {
		formatter = new iced.Formatter(style === 'intel' ? iced.FormatterSyntax.Intel : iced.FormatterSyntax.Gas);
		Object.assign(formatter, {
			hexPrefix: '0x',
			hexSuffix: '',
			uppercaseHex: false,
			branchLeadingZeros: false,
			showBranchSize: false,
			ripRelativeAddresses: true,
			spaceAfterOperandSeparator: true,
			gasShowMnemonicSizeSuffix: style === 'suffixed',
		});
		formatters.set(style, formatter);
	}
	return formatter;
}

function targetOf(instruction: Iced.Instruction, iced: Library): bigint | undefined {
	for (let index = 0; index < instruction.opCount; index++) {
		const kind = instruction.opKind(index);
		if (kind === iced.OpKind.NearBranch64) return instruction.nearBranchTarget;
		if (kind === iced.OpKind.Memory) return memoryTarget(instruction, iced);
	}
	return undefined;
}

function memoryTarget(instruction: Iced.Instruction, iced: Library): bigint | undefined {
	if (instruction.isIpRelMemoryOperand) return instruction.ipRelMemoryAddress;
	// In %fs and %gs a number is a distance from the base of the segment.
	const elsewhere = instruction.memorySegment === iced.Register.FS || instruction.memorySegment === iced.Register.GS;
	return instruction.memoryBase === iced.Register.None && !elsewhere ? instruction.memoryDisplacement : undefined;
}

function textOf(instruction: Iced.Instruction, target: bigint | undefined, options: DisassembleOptions, iced: Library): string {
	// The operands of a string instruction are always the same, and everybody leaves them out.
	if (instruction.isStringInstruction && instruction.segmentPrefix === iced.Register.None) {
		return formatterFor(options.syntax === 'att' ? 'suffixed' : 'intel', iced).formatMnemonic(instruction);
	}
	const formatter = formatterFor(options.syntax, iced);
	const mnemonic = formatter.formatMnemonic(instruction);
	const name = target === undefined ? undefined : options.symbolAt?.(target);
	const operands = Array.from({length: formatter.operandCount(instruction)}, (_, index) => {
		const text = formatter.formatOperand(instruction, index);
		const own = formatter.getInstructionOperand(instruction, index);
		return name === undefined || own === undefined ? text : withName(text, instruction.opKind(own), name, iced);
	});
	return operands.length === 0 ? mnemonic : `${mnemonic} ${operands.join(', ')}`;
}

const displacement = /[-+]?(?:0x[0-9a-f]+|\b\d+)(?=\(|\]|$)/;

/** Puts a name in the place of the number in an operand. */
function withName(text: string, kind: number, name: string, iced: Library): string {
	const branch: number = iced.OpKind.NearBranch64;
	const memory: number = iced.OpKind.Memory;
	if (kind === branch) return name;
	if (kind !== memory) return text;
	// A displacement of zero isn't written.
	if (!displacement.test(text)) return text.replace('(', `${name}(`).replace(']', `+${name}]`);
	return text.replace(displacement, (_, offset: number) => (/\w/.test(text[offset - 1] ?? '') ? `+${name}` : name));
}
