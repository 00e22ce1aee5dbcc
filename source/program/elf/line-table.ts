/** Reads line tables of compiled programs: .debug_line of DWARF 2 to 5 (DWARF 5, 6.2; DWARF 4, 6.2). */
import {ByteReader} from './bytes.js';

/** A file that a line table names. */
export interface LineFile {
	/** As the compiler was told it. */
	readonly name: string;
	/** The folder that the name begins in; empty if the table does not say. */
	readonly folder: string;
}

/** A row of a line table: from this address to the next row's the code is this line's. */
export interface LineRow {
	readonly address: bigint;
	/** Undefined where the table names no such file. */
	readonly file: LineFile | undefined;
	/** Counted from 1; 0 where the code is no line's. */
	readonly line: number;
	/** Whether a breakpoint for the line may stand here. */
	readonly isStatement: boolean;
	/** Whether the row only says where the one before ends. */
	readonly endsSequence: boolean;
}

/** The sections that line tables are made of. */
export interface LineSections {
	readonly line: Uint8Array;
	readonly lineStrings: Uint8Array;
	readonly strings: Uint8Array;
}

/** A 32-bit length of this says that a 64-bit one follows. */
const LONG_FORMAT = 0xffff_ffff;

/** Forms of an entry's parts (DWARF 5, 7.5.6). */
const Form = {BLOCK2: 3, BLOCK4: 4, DATA2: 5, DATA4: 6, DATA8: 7, STRING: 8, BLOCK: 9, BLOCK1: 10, DATA1: 11, STRP: 0x0e, UDATA: 0x0f, DATA16: 0x1e, LINE_STRP: 0x1f} as const;

/** What a part of an entry says (DWARF 5, 7.22). */
const Content = {PATH: 1, DIRECTORY_INDEX: 2} as const;

/** Standard and extended opcodes (DWARF 5, 7.22). */
const Op = {COPY: 1, ADVANCE_PC: 2, ADVANCE_LINE: 3, SET_FILE: 4, SET_COLUMN: 5, NEGATE_STATEMENT: 6, CONST_ADD_PC: 8, FIXED_ADVANCE_PC: 9, SET_ISA: 12} as const;
const Extended = {END_SEQUENCE: 1, SET_ADDRESS: 2} as const;

/** What a table's header says about its program. */
interface Header {
	readonly minimumLength: bigint;
	readonly operations: number;
	readonly statementAtFirst: boolean;
	readonly lineBase: number;
	readonly lineRange: number;
	readonly opcodeBase: number;
	readonly argumentCounts: readonly number[];
	readonly files: readonly (LineFile | undefined)[];
}

/** All rows of all tables, in the order in which they stand. A damaged table ends early. */
export function lineRows(sections: LineSections): LineRow[] {
	const rows: LineRow[] = [];
	const reader = new ByteReader(sections.line);
	while (reader.hasMore) {
		const short = reader.unsigned(4);
		const isLong = short === LONG_FORMAT;
		const length = isLong ? reader.unsigned(8) : short;
		const end = Math.min(reader.at + length, sections.line.length);
		if (reader.overrun) break;
		readUnit(new ByteReader(sections.line, reader.at, end), isLong ? 8 : 4, sections, rows);
		reader.at = end;
	}

	return rows;
}

function readUnit(reader: ByteReader, offsetSize: number, sections: LineSections, rows: LineRow[]): void {
	const version = reader.unsigned(2);
	if (version < 2 || version > 5) return;
	// The sizes of an address and of a segment selector.
	if (version === 5) reader.skip(2);
	const headerLength = reader.unsigned(offsetSize);
	const begin = reader.at + headerLength;
	const minimumLength = BigInt(reader.unsigned(1));
	const operations = version >= 4 ? reader.unsigned(1) : 1;
	const statementAtFirst = reader.unsigned(1) !== 0;
	const lineBase = (reader.unsigned(1) << 24) >> 24;
	const [lineRange, opcodeBase] = [reader.unsigned(1), reader.unsigned(1)];
	const argumentCounts = Array.from({length: Math.max(0, opcodeBase - 1)}, () => reader.unsigned(1));
	const files = version === 5 ? newFiles(reader, offsetSize, sections) : oldFiles(reader);
	if (reader.overrun || lineRange === 0 || begin > reader.end) return;
	new LineProgram(new ByteReader(reader.bytes, begin, reader.end), {minimumLength, operations, statementAtFirst, lineBase, lineRange, opcodeBase, argumentCounts, files}, rows).run();
}

/** The lists of folders and files up to DWARF 4: both count from 1, folder 0 is where the compiler was started. */
function oldFiles(reader: ByteReader): (LineFile | undefined)[] {
	const folders = [''];
	for (let name = reader.text(); name !== ''; name = reader.text()) folders.push(name);
	const files: (LineFile | undefined)[] = [undefined];
	for (let name = reader.text(); name !== ''; name = reader.text()) {
		files.push({name, folder: folders.at(Number(reader.uleb())) ?? ''});
		reader.uleb();
		reader.uleb();
	}

	return files;
}

/** The same of DWARF 5, where both count from 0 and say themselves what they consist of. */
function newFiles(reader: ByteReader, offsetSize: number, sections: LineSections): LineFile[] {
	const folders = entries(reader, offsetSize, sections).map(({path}) => path);
	const [home = ''] = folders;
	return entries(reader, offsetSize, sections).map(({path, directory}) => {
		const folder = folders.at(directory) ?? '';
		return {name: path, folder: folder.startsWith('/') || directory === 0 ? folder : `${home}/${folder}`};
	});
}

interface Entry {
	readonly path: string;
	readonly directory: number;
}

function entries(reader: ByteReader, offsetSize: number, sections: LineSections): Entry[] {
	const formats = Array.from({length: reader.unsigned(1)}, () => [Number(reader.uleb()), Number(reader.uleb())] as const);
	const count = Number(reader.uleb());
	const found: Entry[] = [];
	// Entries without any part take no bytes: of those there could be any number.
	for (let index = 0; index < count && formats.length > 0 && !reader.overrun; index++) {
		let [path, directory] = ['', 0];
		for (const [content, form] of formats) {
			const value = formValue(reader, form, offsetSize, sections);
			if (content === Content.PATH && typeof value === 'string') path = value;
			if (content === Content.DIRECTORY_INDEX && typeof value === 'number') directory = value;
		}

		found.push({path, directory});
	}

	return found;
}

/** A part of an entry, if it is a text or a number. */
function formValue(reader: ByteReader, form: number, offsetSize: number, {lineStrings, strings}: LineSections): string | number | undefined {
	const text = (table: Uint8Array): string => new ByteReader(table, reader.unsigned(offsetSize)).text();
	switch (form) {
		case Form.STRING: return reader.text();
		case Form.LINE_STRP: return text(lineStrings);
		case Form.STRP: return text(strings);
		case Form.UDATA: return Number(reader.uleb());
		case Form.DATA1: return reader.unsigned(1);
		case Form.DATA2: return reader.unsigned(2);
		case Form.DATA4: return reader.unsigned(4);
		case Form.DATA8: return reader.unsigned(8);
		case Form.DATA16: reader.skip(16); break;
		case Form.BLOCK: reader.skip(Number(reader.uleb())); break;
		case Form.BLOCK1: reader.skip(reader.unsigned(1)); break;
		case Form.BLOCK2: reader.skip(reader.unsigned(2)); break;
		case Form.BLOCK4: reader.skip(reader.unsigned(4)); break;
		// How long another one is can't be known.
		default: reader.skip(Infinity);
	}

	return undefined;
}

/** The state machine that a table's program drives (DWARF 5, 6.2.2). */
class LineProgram {
	private address = 0n;
	private operation = 0n;
	private file = 1;
	private line = 1;
	private isStatement: boolean;

	constructor(
		private readonly reader: ByteReader,
		private readonly header: Header,
		private readonly rows: LineRow[],
	) {
		this.isStatement = header.statementAtFirst;
	}

	run(): void {
		const {reader, header} = this;
		while (reader.hasMore) {
			const opcode = reader.unsigned(1);
			if (opcode >= header.opcodeBase) this.special(opcode);
			else if (opcode === 0) this.extended();
			else this.standard(opcode);
		}
	}

	private append(endsSequence = false): void {
		if (this.reader.overrun) return;
		const {address, file, line, isStatement} = this;
		this.rows.push({address, file: this.header.files.at(file), line, isStatement, endsSequence});
	}

	private reset(): void {
		this.address = 0n;
		this.operation = 0n;
		this.file = 1;
		this.line = 1;
		this.isStatement = this.header.statementAtFirst;
	}

	/** Goes on by so many operations: several may share an instruction of a very long word, of which x86 has none. */
	private advance(operations: bigint): void {
		const {minimumLength} = this.header;
		const perInstruction = BigInt(Math.max(1, this.header.operations));
		const total = this.operation + operations;
		this.address = BigInt.asUintN(64, this.address + minimumLength * (total / perInstruction));
		this.operation = total % perInstruction;
	}

	private special(opcode: number): void {
		const {opcodeBase, lineBase, lineRange} = this.header;
		const adjusted = opcode - opcodeBase;
		this.advance(BigInt(Math.floor(adjusted / lineRange)));
		this.line += lineBase + (adjusted % lineRange);
		this.append();
	}

	private extended(): void {
		const {reader} = this;
		const length = Number(reader.uleb());
		const end = reader.at + length;
		if (length === 0) return;
		const opcode = reader.unsigned(1);
		if (opcode === Extended.END_SEQUENCE) {
			this.append(true);
			this.reset();
		} else if (opcode === Extended.SET_ADDRESS) {
			this.address = length === 9 ? reader.word() : BigInt(reader.unsigned(Math.min(8, length - 1)));
			this.operation = 0n;
		}

		reader.skip(end - reader.at);
	}

	private standard(opcode: number): void {
		const {reader, header} = this;
		switch (opcode) {
			case Op.COPY: this.append(); break;
			case Op.ADVANCE_PC: this.advance(reader.uleb()); break;
			case Op.ADVANCE_LINE: this.line += Number(BigInt.asIntN(32, reader.sleb())); break;
			case Op.SET_FILE: this.file = Number(reader.uleb()); break;
			case Op.NEGATE_STATEMENT: this.isStatement = !this.isStatement; break;
			case Op.CONST_ADD_PC: this.advance(BigInt(Math.floor((255 - header.opcodeBase) / header.lineRange))); break;
			case Op.FIXED_ADVANCE_PC:
				this.address = BigInt.asUintN(64, this.address + BigInt(reader.unsigned(2)));
				this.operation = 0n;
				break;
			// Columns, prologues and what is not known here: their arguments are passed over.
			default: for (let index = 0; index < (header.argumentCounts.at(opcode - 1) ?? 0); index++) reader.uleb();
		}
	}
}
