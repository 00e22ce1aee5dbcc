import {parseDescriptor, parseGate, Rights, Selector, SystemType, TssOffset} from '../../machine/descriptors.js';
import {Segment, SEGMENT_REGISTERS} from '../../machine/registers.js';
import type {Machine} from '../../machine/machine.js';
import {Cell} from '../../machine/layout.js';
import {located, NAMELESS, named, type Naming, rightsText} from '../hardware/places.js';
import {vectorText} from '../hardware/vectors.js';
import {peekWord} from '../guest-memory.js';
import {hex} from '../names.js';
import {field, type Field} from './field.js';
import {selectorText} from './registers.js';

/** An entry of the GDT. */
export interface DescriptorEntry {
	readonly index: number;
	/** The selector that names it, with privilege level 0. */
	readonly selector: bigint;
	readonly address: bigint;
	/** `unmapped` where the table cannot be read; `upper-half`: the second eight bytes of the entry before. */
	readonly kind: 'null' | 'code' | 'data' | 'tss' | 'ldt' | 'call-gate' | 'system' | 'upper-half' | 'unmapped';
	/** Its eight bytes, and the second eight of system descriptors. */
	readonly low: bigint;
	readonly high?: bigint;
	readonly fields: readonly Field[];
	/** Segment registers whose selector names it now. */
	readonly loadedIn: readonly string[];
	/** All of it in one sentence. */
	readonly sentence: string;
}

/** A gate of the IDT. */
export interface GateEntry {
	readonly vector: number;
	readonly address: bigint;
	readonly present: boolean;
	/** Undefined where the table cannot be read. */
	readonly handler?: bigint;
	/** The handler's symbol. */
	readonly handlerName?: string;
	readonly type: 'interrupt' | 'trap' | 'other' | 'absent';
	readonly dpl: number;
	readonly ist: number;
	readonly fields: readonly Field[];
	readonly sentence: string;
}

/** A table register with what it says. */
export interface TableRegister {
	readonly name: 'GDTR' | 'IDTR' | 'TR' | 'LDTR';
	readonly base: bigint;
	/** Offset of the last byte. */
	readonly limit: bigint;
	/** Of TR and LDTR. */
	readonly selector?: bigint;
	readonly sentence: string;
}

/** A slot of the TSS. */
export interface TssSlot {
	readonly name: string;
	/** Bytes from the TSS's beginning. */
	readonly offset: number;
	readonly bits: number;
	/** Undefined where it cannot be read. */
	readonly value?: bigint;
	readonly sentence: string;
}

/** Everything that segment registers and tables decide. */
export interface DescriptorTables {
	readonly registers: readonly TableRegister[];
	readonly gdt: readonly DescriptorEntry[];
	readonly idt: readonly GateEntry[];
	readonly tss: readonly TssSlot[];
}

const DESCRIPTOR_BYTES = 8;
const GATE_BYTES = 16;
const VECTORS = 256;

/** Descriptors that selectors can name. */
const MOST_DESCRIPTORS = 8192;

const at = (base: bigint, offset: number): bigint => BigInt.asUintN(64, base + BigInt(offset));

/** How many whole entries a table has whose last byte is at an offset. */
const entries = (limit: bigint, bytes: number, most: number): number => Math.min(most, Number((limit + 1n) / BigInt(bytes)));

function descriptorFields(low: bigint, high: bigint): Field[] {
	const {base, limit, rights} = parseDescriptor(low, high);
	const code = (rights & Rights.CODE) !== 0n;
	const system = (rights & Rights.S) === 0n;
	return [
		{name: 'base', bits: '63:56, 39:16', value: base, sentence: code && !system && (rights & Rights.L) !== 0n ? `${hex(base)}, which 64-bit code does not look at.` : `It begins at ${hex(base)}.`},
		{name: 'limit', bits: '51:48, 15:0', value: limit, sentence: system ? `Its last byte is at offset ${hex(limit)}.` : 'In 64-bit mode no limit is checked.'},
		field('type', low, 43, 40, type => (system ? `${systemName(type)}.` : `${code ? 'Code' : 'Data'}, ${(rights & Rights.WRITABLE) === 0n ? 'not ' : ''}${code ? 'readable' : 'writable'}${(rights & Rights.ACCESSED) === 0n ? '' : ', accessed'}.`)),
		field('S', low, 44, 44, bit => (bit === 1n ? 'Code or data.' : 'A system segment or gate.')),
		field('DPL', low, 46, 45, dpl => `For ring ${dpl}.`),
		field('P', low, 47, 47, bit => (bit === 1n ? 'Present.' : 'Not present: loading it is #NP.')),
		field('L', low, 53, 53, bit => (bit === 1n ? '64-bit code.' : 'No 64-bit code.')),
		field('D/B', low, 54, 54, bit => (bit === 1n ? '32-bit operands by default.' : 'No 32-bit default.')),
		field('G', low, 55, 55, bit => (bit === 1n ? 'The limit counts pages of 4 KiB.' : 'The limit counts bytes.')),
	];
}

const SYSTEM_NAMES: ReadonlyMap<bigint, string> = new Map<bigint, string>([
	[SystemType.LDT, 'An LDT'], [SystemType.TSS_AVAILABLE, 'A TSS that is not in use'], [SystemType.TSS_BUSY, 'The TSS in use: busy'],
	[SystemType.CALL_GATE, 'A call gate'], [SystemType.INTERRUPT_GATE, 'An interrupt gate'], [SystemType.TRAP_GATE, 'A trap gate'],
]);

const systemName = (type: bigint): string => SYSTEM_NAMES.get(type) ?? `A system descriptor of the reserved type ${type}`;

function kindOf(low: bigint, rights: bigint): DescriptorEntry['kind'] {
	if (low === 0n) return 'null';
	if ((rights & Rights.S) !== 0n) return (rights & Rights.CODE) === 0n ? 'data' : 'code';
	const type = rights & Rights.TYPE;
	if (type === SystemType.TSS_AVAILABLE || type === SystemType.TSS_BUSY) return 'tss';
	return type === SystemType.LDT ? 'ldt' : type === SystemType.CALL_GATE ? 'call-gate' : 'system';
}

/** Kinds whose descriptor has sixteen bytes. */
const WIDE: ReadonlySet<DescriptorEntry['kind']> = new Set(['tss', 'ldt', 'call-gate', 'system']);

function gdtEntry(machine: Machine, index: number): DescriptorEntry {
	const address = at(machine.registers.get('gdtr.base'), index * DESCRIPTOR_BYTES);
	const selector = BigInt(index * DESCRIPTOR_BYTES);
	const low = peekWord(machine, address);
	const loadedIn = SEGMENT_REGISTERS.filter((_, segment) => {
		const loaded = machine.cpu.segments.selector(segment);
		return index !== 0 && (loaded & Selector.TI) === 0n && (loaded & Selector.INDEX) === selector;
	});
	const common = {index, selector, address, loadedIn};
	if (low === undefined) return {...common, kind: 'unmapped', low: 0n, fields: [], sentence: 'The table is not mapped here.'};
	const narrow = parseDescriptor(low);
	const kind = kindOf(low, narrow.rights);
	if (kind === 'null') return {...common, kind, low, fields: [], sentence: index === 0 ? 'The null descriptor: a selector of 0 names no segment.' : 'Empty.'};
	const high = WIDE.has(kind) ? peekWord(machine, at(address, DESCRIPTOR_BYTES)) ?? 0n : undefined;
	const {base, rights} = parseDescriptor(low, high);
	const title = kind === 'code' || kind === 'data' ? rightsText(rights) : `${systemName(rights & Rights.TYPE).replace(/^[AT]/, letter => letter.toLowerCase())}, at ${hex(base)}`;
	const loaded = loadedIn.length === 0 ? '' : ` It is loaded in ${loadedIn.join(' and ')}.`;
	return {...common, kind, low, ...(high === undefined ? {} : {high}), fields: descriptorFields(low, high ?? 0n), sentence: `${selectorText(selector)}: ${title}.${loaded}`};
}

function upperHalf(machine: Machine, index: number): DescriptorEntry {
	const address = at(machine.registers.get('gdtr.base'), index * DESCRIPTOR_BYTES);
	return {
		index, selector: BigInt(index * DESCRIPTOR_BYTES), address, kind: 'upper-half', low: peekWord(machine, address) ?? 0n, fields: [], loadedIn: [],
		sentence: `The upper half of entry ${index - 1}.`,
	};
}

function readGdt(machine: Machine): DescriptorEntry[] {
	const count = entries(machine.registers.get('gdtr.limit'), DESCRIPTOR_BYTES, MOST_DESCRIPTORS);
	const found: DescriptorEntry[] = [];
	for (let index = 0; index < count; index++) {
		found.push(found.at(-1)?.high === undefined ? gdtEntry(machine, index) : upperHalf(machine, index));
	}

	return found;
}

function gateFields(low: bigint, high: bigint, naming: Naming): Field[] {
	const gate = parseGate(low, high);
	return [
		{name: 'offset', bits: '95:48, 15:0', value: gate.offset, sentence: `The handler is ${named(gate.offset, naming)}.`},
		field('selector', low, 31, 16, selector => `cs becomes ${selectorText(selector)}.`),
		field('IST', low, 34, 32, ist => (ist === 0n ? 'The handler’s stack is that of its ring.' : `The handler’s stack is always IST${ist} of the TSS.`)),
		field('type', low, 44, 40, type => (type === SystemType.INTERRUPT_GATE ? 'An interrupt gate: IF is cleared on the way in.' : type === SystemType.TRAP_GATE ? 'A trap gate: IF stays.' : 'No gate that an exception may use: #GP.')),
		field('DPL', low, 46, 45, dpl => `int n reaches it from rings 0 to ${dpl}${dpl === 3n ? ', so programs may use it' : ''}.`),
		field('P', low, 47, 47, bit => (bit === 1n ? 'Present.' : 'Not present: the exception would be #NP.')),
	];
}

function idtEntry(machine: Machine, vector: number, limit: bigint, naming: Naming): GateEntry {
	const address = at(machine.registers.get('idtr.base'), vector * GATE_BYTES);
	const common = {vector, address};
	const absent = (sentence: string): GateEntry => ({...common, present: false, type: 'absent', dpl: 0, ist: 0, fields: [], sentence: `${vectorText(vector)}: ${sentence}`});
	if (BigInt((vector + 1) * GATE_BYTES - 1) > limit) return absent('beyond the table’s limit; it would be #GP.');
	const low = peekWord(machine, address);
	const high = peekWord(machine, at(address, 8));
	if (low === undefined || high === undefined) return absent('the table is not mapped here.');
	const {offset, type, dpl, ist, present} = parseGate(low, high);
	const kind = type === SystemType.INTERRUPT_GATE ? 'interrupt' : type === SystemType.TRAP_GATE ? 'trap' : 'other';
	if (low === 0n && high === 0n) return absent('empty: an exception or int of this vector would be #GP.');
	const name = naming.nameOf(offset);
	const stack = ist === 0 ? '' : `, on the stack IST${ist}`;
	return {
		...common, present, handler: offset, ...(name === undefined ? {} : {handlerName: name}), type: kind, dpl, ist, fields: gateFields(low, high, naming),
		sentence: `${vectorText(vector)}, goes to ${located(offset, naming)} through ${kind === 'other' ? 'no gate that works' : `${kind === 'interrupt' ? 'an interrupt' : 'a trap'} gate`}${stack}${dpl === 3 ? '; programs may ask for it with int' : ''}.`,
	};
}

/** The slots of a 64-bit TSS: stacks for rings, then the interrupt stack table (SDM vol. 3A, 7.7). */
const TSS_SLOTS: readonly (readonly [name: string, offset: number, bits: number, meaning: string])[] = [
	...[0, 1, 2].map((ring): [string, number, number, string] => [`RSP${ring}`, Number(TssOffset.RSP0) + 8 * ring, 64, `the stack that an exception to ring ${ring} begins on`]),
	...[1, 2, 3, 4, 5, 6, 7].map((slot): [string, number, number, string] => [`IST${slot}`, Number(TssOffset.IST1) + 8 * (slot - 1), 64, 'a stack for gates that name it']),
	['I/O map base', Number(TssOffset.IO_MAP_BASE), 16, 'where the map of ports begins that ring 3 may use'],
];

/** What this kernel does with a slot that the processor would not look at. */
const OWN_USES: ReadonlyMap<string, string> = new Map([['RSP2', 'no code runs in ring 2: the kernel keeps the program’s rsp here while it has no stack yet']]);

function readTss(machine: Machine, naming: Naming): TssSlot[] {
	const base = machine.registers.get('tr.base');
	const limit = machine.registers.get('tr.limit');
	return TSS_SLOTS.map(([name, offset, bits, meaning]): TssSlot => {
		const common = {name, offset, bits};
		if (BigInt(offset + bits / 8 - 1) > limit) return {...common, sentence: `${name} lies beyond the TSS’s limit.`};
		const word = bits === 64 ? peekWord(machine, at(base, offset)) : peekHalf(machine, at(base, offset));
		if (word === undefined) return {...common, sentence: 'The TSS is not mapped here.'};
		const own = OWN_USES.get(name);
		const beyond = name === 'I/O map base' && word > limit ? ': beyond the TSS, so no port is open to ring 3' : '';
		return {...common, value: word, sentence: `${name}, ${own ?? meaning}: ${named(word, naming)}${beyond}.`};
	});
}

function peekHalf(machine: Machine, address: bigint): bigint | undefined {
	const bytes = machine.readLinear(address, 2);
	return bytes === undefined ? undefined : BigInt(bytes[0] | (bytes[1] << 8));
}

function tableRegisters(machine: Machine): TableRegister[] {
	const {registers} = machine;
	const table = (name: 'GDTR' | 'IDTR', base: bigint, limit: bigint, bytes: number): TableRegister => ({
		name, base, limit, sentence: `The ${name === 'GDTR' ? 'GDT' : 'IDT'} begins at ${hex(base)} and has room for ${entries(limit, bytes, 65536)} entries.`,
	});
	const system = (name: 'TR' | 'LDTR', segment: number): TableRegister => {
		const {selector, base, limit, rights} = machine.cpu.segments.state(segment);
		const what = name === 'TR' ? 'TSS' : 'LDT';
		const usable = (rights & (Rights.UNUSABLE | Rights.P)) === Rights.P;
		return {name, base, limit, selector, sentence: usable ? `The ${what} is the one of selector ${hex(selector)}: it lies at ${hex(base)}.` : `No ${what} is loaded.`};
	};

	return [
		table('GDTR', machine.cpu.cells[Cell.GDTR_BASE], registers.get('gdtr.limit'), DESCRIPTOR_BYTES),
		table('IDTR', machine.cpu.cells[Cell.IDTR_BASE], registers.get('idtr.limit'), GATE_BYTES),
		system('TR', Segment.TR),
		system('LDTR', Segment.LDTR),
	];
}

/**
 * Reads the GDT, all 256 gates of the IDT, the TSS and the registers that say where they are.
 * @param naming names for the addresses in them
 */
export function descriptorTables(machine: Machine, naming: Naming = NAMELESS): DescriptorTables {
	const limit = machine.registers.get('idtr.limit');
	return {
		registers: tableRegisters(machine),
		gdt: readGdt(machine),
		idt: Array.from({length: VECTORS}, (_, vector) => idtEntry(machine, vector, limit, naming)),
		tss: readTss(machine, naming),
	};
}
