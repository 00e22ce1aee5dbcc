import type {MemoryAccess, Note, RefusalBit, WalkStep} from '../../machine/events.js';
import {parseDescriptor, parseGate, Rights, SystemType} from '../../machine/descriptors.js';
import {Access, Accessor} from '../../machine/paging.js';
import {Pte} from '../../machine/control-bits.js';
import {hex} from '../names.js';
import type {LaneBuilder} from './lane-builder.js';
import type {LanePart} from './lane-entry.js';
import {decodeEntry, LEVEL_NAMES} from './page-entry.js';
import {rightsText} from './places.js';
import {MANUAL} from './references.js';
import {decodeErrorCode} from './vectors.js';

type NoteOf<K extends Note['kind']> = Extract<Note, {readonly kind: K}>;

/** Accesses as verbs. */
export const ACCESS_VERBS: ReadonlyMap<number, string> = new Map<number, string>([[Access.READ, 'reading'], [Access.WRITE, 'writing'], [Access.EXECUTE, 'fetching from']]);

/** Why each bit refuses an access. */
export const REFUSALS: Readonly<Record<RefusalBit, string>> = {
	P: 'its P bit is 0: nothing is mapped there',
	reserved: 'a bit is set in it that must be zero',
	'U/S': 'its U/S bit is 0: the page is not for ring 3',
	'R/W': 'its R/W bit is 0: the page may not be written',
	NX: 'its NX bit is 1: no instruction may be fetched from the page',
	SMEP: 'its U/S bit is 1, and CR4.SMEP forbids ring 0 to run the program’s pages',
	SMAP: 'its U/S bit is 1, and CR4.SMAP forbids ring 0 to touch the program’s pages unless AC is set',
};

const accessText = (access: number): string => ACCESS_VERBS.get(access) ?? 'touching';

/** Who makes an access. */
export const accessorText = (accessor: number): string =>
	accessor === Accessor.USER ? 'ring 3' : accessor === Accessor.IMPLICIT ? 'the processor itself' : 'the kernel';

const constant = (fields: readonly {readonly name: string; readonly value: bigint; readonly sentence: string}[]): LanePart[] =>
	fields.map(({name, value, sentence}) => ({name, before: value, after: value, sentence}));

/** A level of a walk. */
export function walk(lane: LaneBuilder, address: bigint, {level, entryAddress, entry}: WalkStep): void {
	const decoded = decodeEntry(entry, level);
	lane.sayValue({
		kind: 'walk', target: 'page-table entry', address: BigInt(entryAddress), bits: 64, value: entry, parts: constant(decoded.fields), reference: MANUAL.WALK,
		sentence: `Walk for ${hex(address)}, level ${level}: entry ${(entryAddress >> 3) & 511} of the ${LEVEL_NAMES[level]}, at physical ${hex(BigInt(entryAddress))}, is ${decoded.text}.`,
	});
}

const pageOf = (address: bigint): string => hex(address & ~0xfffn);

function known(lane: LaneBuilder, {address, access, physical}: NoteOf<'known'>): void {
	if (!lane.lookUp(address, access)) return;
	lane.sayValue({kind: 'tlb', target: 'TLB', bits: 64, value: BigInt(physical), sentence: `The TLB knows that the page ${pageOf(address)} lies at physical ${hex(BigInt(physical))}: ${accessText(access)} ${hex(address)} needs no walk.`, reference: MANUAL.TLB});
}

function found(lane: LaneBuilder, {address, access, physical, global}: NoteOf<'found'>): void {
	lane.lookUp(address, access);
	lane.sayValue({kind: 'translation', target: 'TLB', bits: 64, value: BigInt(physical), sentence: `The page ${pageOf(address)} lies at physical ${hex(BigInt(physical))}: the TLB keeps that${global ? ', for all address spaces' : ''}.`, reference: MANUAL.TLB});
}

function refused(lane: LaneBuilder, {address, access, accessor, bit, level}: NoteOf<'refused'>): void {
	lane.sayValue({
		kind: 'refusal', target: bit, bits: 64, value: address, reference: MANUAL.RIGHTS,
		sentence: `${accessText(access).replace(/^./, first => first.toUpperCase())} ${hex(address)} is refused to ${accessorText(accessor)} by the level-${level} entry: ${REFUSALS[bit]}.`,
	});
}

function entry(lane: LaneBuilder, {entryAddress, before, after}: NoteOf<'entry'>): void {
	const set = before ^ after;
	const names = [...((set & Pte.A) === 0n ? [] : ['accessed']), ...((set & Pte.D) === 0n ? [] : ['dirty'])];
	lane.say({
		kind: 'page-entry', target: 'page-table entry', address: BigInt(entryAddress), bits: 64, before, after, reference: MANUAL.ACCESSED,
		sentence: `The entry at physical ${hex(BigInt(entryAddress))} is marked ${names.join(' and ')}.`,
	});
}

/** What the TLB does with its translations. */
function translations(lane: LaneBuilder, {scope, kept, pcid, address}: NoteOf<'translations'>): void {
	const space = pcid === undefined ? '' : ` of PCID ${pcid}`;
	const text = {
		pcid: kept ? `The TLB keeps the translations${space}: bit 63 of the new cr3 says so.` : `The TLB drops the translations${space}, but global ones.`,
		page: `The TLB drops the translation of ${hex(address ?? 0n)}${space}.`,
		all: 'The TLB drops all translations.',
	}[scope];
	lane.sayValue({kind: 'tlb-change', target: 'TLB', bits: 1, value: kept ? 1n : 0n, sentence: text, reference: MANUAL.TLB_DROP});
}

/** Bytes as the number that they are in memory, the first byte lowest. */
const numberOf = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

function hostWrite(lane: LaneBuilder, {physical, before, after}: NoteOf<'host-write'>): void {
	const {stage} = lane;
	lane.stage = 'host';
	lane.say({
		kind: 'memory-write', target: 'physical memory', address: BigInt(physical), bits: 8 * after.length, before: numberOf(before), after: numberOf(after),
		sentence: `The host writes ${after.length} byte${after.length === 1 ? '' : 's'} at physical ${hex(BigInt(physical))}.`,
	});
	lane.stage = stage;
}

/** What is said of translations and of the host's writes, by the kind of note. */
export const TRANSLATIONS = {known, found, refused, entry, translations, 'host-write': hostWrite} as const;

/** How each purpose of an access is spoken of, and where the manual treats it. */
const PURPOSES: Readonly<Record<MemoryAccess['purpose'], {readonly text: (access: MemoryAccess) => string; readonly reference?: string}>> = {
	data: {text: () => ''},
	push: {text: () => ' is pushed:'},
	pop: {text: ({part}) => (part === undefined ? ' is popped:' : ` is popped as ${part}:`)},
	frame: {text: ({part}) => ` is pushed by the processor${part === undefined ? ':' : ` as ${part === 'error code' ? 'the error code' : part}:`}`, reference: MANUAL.FRAME},
	tss: {text: ({part}) => ` is read from the TSS${part === undefined ? ':' : `, ${part}:`}`, reference: MANUAL.STACK_SWITCH},
	idt: {text: ({part}) => ` is read from the IDT, ${part ?? 'whole'} half:`, reference: MANUAL.GATE},
	gdt: {text: ({part}) => (part === 'low' || part === 'high' ? ` is read from the descriptor table, ${part} half:` : ''), reference: MANUAL.DESCRIPTOR},
	walk: {text: () => ''},
};

/** Decodes what was read from a table: its fields, and a word on it. */
function tableParts(lane: LaneBuilder, {purpose, part, value}: MemoryAccess): {readonly parts?: readonly LanePart[]; readonly text: string} {
	if (purpose === 'idt' && part === 'high' && lane.low !== undefined) return gateParts(lane, lane.low, value);
	if (purpose === 'gdt' && (part === 'low' || part === 'high')) return descriptorParts(part === 'low' ? value : lane.low ?? 0n, part === 'low' ? 0n : value);
	return {text: ''};
}

function gateParts(lane: LaneBuilder, low: bigint, high: bigint): {readonly parts: readonly LanePart[]; readonly text: string} {
	const gate = parseGate(low, high);
	const type = gate.type === SystemType.INTERRUPT_GATE ? 'an interrupt gate: IF will be cleared' : gate.type === SystemType.TRAP_GATE ? 'a trap gate: IF stays' : 'no gate that an exception may use';
	const handler = lane.named(gate.offset);
	const parts = constant([
		{name: 'offset', value: gate.offset, sentence: `the handler is ${handler}`},
		{name: 'selector', value: gate.selector, sentence: `cs becomes ${hex(gate.selector)}`},
		{name: 'type', value: gate.type, sentence: type},
		{name: 'DPL', value: BigInt(gate.dpl), sentence: `rings up to ${gate.dpl} may reach it with int n`},
		{name: 'P', value: gate.present ? 1n : 0n, sentence: gate.present ? 'present' : 'not present'},
		{name: 'IST', value: BigInt(gate.ist), sentence: gate.ist === 0 ? 'no stack of its own' : `its stack is IST${gate.ist} of the TSS`},
	]);
	return {parts, text: ` The gate leads to ${handler}.`};
}

function descriptorParts(low: bigint, high: bigint): {readonly parts: readonly LanePart[]; readonly text: string} {
	const {base, limit, rights} = parseDescriptor(low, high);
	const wide = (rights & Rights.S) === 0n;
	const parts = constant([
		{name: 'base', value: base, sentence: `it begins at ${hex(base)}`},
		{name: 'limit', value: limit, sentence: `its last byte is ${hex(limit)}`},
		{name: 'rights', value: rights, sentence: rightsText(rights)},
	]);
	return {parts, text: wide && high === 0n ? '' : ` It describes ${rightsText(rights)}.`};
}

/** The error code's fields, if that is what is pushed. */
function frameParts(lane: LaneBuilder, {purpose, part, value}: MemoryAccess): readonly LanePart[] | undefined {
	return purpose === 'frame' && part === 'error code' && lane.vector !== undefined ? constant(decodeErrorCode(lane.vector, Number(value))) : undefined;
}

/** A read or write of memory. */
export function access(lane: LaneBuilder, told: MemoryAccess): void {
	const {purpose, write, address, bits, before, value, part} = told;
	const {text, reference} = PURPOSES[purpose];
	const table = tableParts(lane, told);
	const parts = table.parts ?? frameParts(lane, told);
	lane.low = part === 'low' ? value : undefined;
	const what = `${bits} bits at ${lane.at(address)}`;
	const same = write && before === value ? ', as before' : '';
	const plain = write ? `${lane.at(value)} is written to the ${what}${same}.` : `The ${what} are read: ${lane.named(value)}.`;
	const marked = write && purpose === 'gdt' ? `The descriptor is marked ${part ?? 'used'}: ${hex(value)} is written at ${lane.at(address)}.` : plain;
	const special = text(told);
	const sentence = special === '' ? marked : `${lane.at(value)}${special} ${what}${same}.${table.text}`;
	lane.say({
		kind: write ? 'memory-write' : 'memory-read', target: 'memory', address, bits, before, after: value, sentence,
		...(reference === undefined ? {} : {reference: part?.startsWith('ist') === true ? MANUAL.IST : reference}),
		...(parts === undefined ? {} : {parts}),
	});
}
