import {cpuid} from '../../machine/cpuid.js';
import {PAGE_SIZE} from '../../machine/physical-memory.js';
import {buildUserStack, type LoadedFile} from '../user-stack.js';
import {AddressSpace, pageDown, pageUp, TASK_SIZE} from './address-space.js';
import {type ElfFile, type ElfRefusal, readElf} from './elf.js';
import {ERRNO} from './errno.js';
import type {Host} from './host.js';
import {freePlace, MMAP_MIN_ADDR, populate} from './memory-map.js';
import {Prot} from './user-tables.js';
import {anonymous} from './vmas.js';

/** Where position-independent programs with an interpreter go, and the heap of those without (arch/x86/include/asm/elf.h ELF_ET_DYN_BASE). */
const DYNAMIC_BASE = 0x5555_5555_4000;

/** Bytes of the stack at the start: what is on it and 128 KiB (fs/exec.c setup_arg_pages). */
const STACK_ROOM = 0x2_0000;

/** The most bytes of one argument, and of all (include/uapi/linux/binfmts.h; a quarter of the stack's limit). */
export const MAX_ARG_STRLEN = 131_072;
const MAX_ARGUMENTS = 2 * 1024 * 1024;

/** A program that can't be started: an error number, and the reason in words. */
export interface NotStarted {
	readonly errno: number;
	readonly refused: string;
}

/** A file that was loaded. */
export interface LoadedAt {
	/** Its absolute path, as a byte string. */
	readonly path: string;
	/** What was added to its addresses. */
	readonly bias: number;
}

/** Where a program begins. */
export interface Started {
	readonly entry: number;
	readonly stackPointer: number;
	/** The program's file and its interpreter's; none of an image. */
	readonly loaded: readonly LoadedAt[];
}

/** A program without a file: segments that were linked here. */
export interface ProgramImage {
	readonly entry: bigint;
	readonly segments: readonly {
		readonly address: bigint;
		readonly bytes: Uint8Array;
		readonly memorySize: number;
		readonly read: boolean;
		readonly write: boolean;
		readonly execute: boolean;
	}[];
}

/** What to start. */
export interface Program {
	/** A file in the file system, by inode, or an image. */
	readonly source: number | ProgramImage;
	/** The path that was executed, and that file's absolute path, as byte strings. */
	readonly path: Uint8Array;
	readonly executable: string;
	readonly argv: readonly Uint8Array[];
	readonly envp: readonly Uint8Array[];
	/** Finds the interpreter: its inode and absolute path, or minus an error number. */
	readonly find: (path: string) => {readonly inode: number; readonly path: string} | number;
	/** Whether all pages are to be there from the start. */
	readonly populate?: boolean;
}

const failed = (errno: number, refused: string): NotStarted => ({errno, refused});

const NO_MEMORY = failed(ERRNO.ENOMEM, 'there is not enough memory for it');

/** Loads a program into an empty address space (fs/binfmt_elf.c load_elf_binary). */
export function loadProgram(host: Host, space: AddressSpace, program: Program): Started | NotStarted {
	const {state} = space;
	state.executable = program.executable;
	const loaded = typeof program.source === 'number' ? loadFile(host, space, program.source, program) : loadImage(space, program.source);
	if ('refused' in loaded) return loaded;
	const contents = {argv: program.argv, envp: program.envp, path: program.path, entry: BigInt(loaded.programEntry), random: host.randomBytes(16)};
	const stack = buildUserStack(BigInt(TASK_SIZE), loaded.file === undefined ? contents : {...contents, file: loaded.file});
	if (stack.bytes.length > MAX_ARGUMENTS) return failed(ERRNO.E2BIG, 'its arguments and environment are too long');
	const size = pageUp(stack.bytes.length) + STACK_ROOM;
	if (!space.mayGrow(size, true)) return NO_MEMORY;
	const prot = Prot.READ | Prot.WRITE | (loaded.executableStack ? Prot.EXEC : 0);
	space.place({...anonymous(TASK_SIZE - size, TASK_SIZE, prot), growsDown: true});
	state.startStack = Number(stack.address);
	if (!space.install(Number(stack.address), stack.bytes)) return NO_MEMORY;
	if (program.populate === true) for (const vma of space.vmas) populate(space, vma.start, vma.end);
	return {entry: loaded.entry, stackPointer: Number(stack.address), loaded: loaded.files};
}

interface Loaded {
	/** Where the first instruction is: the interpreter's, if there is one. */
	readonly entry: number;
	readonly programEntry: number;
	readonly file: LoadedFile | undefined;
	readonly files: readonly LoadedAt[];
	readonly executableStack: boolean;
}

function loadImage(space: AddressSpace, {entry, segments}: ProgramImage): Loaded | NotStarted {
	let end = 0;
	for (const {address, bytes, memorySize, read, write, execute} of segments) {
		if (address < BigInt(MMAP_MIN_ADDR) || address + BigInt(memorySize) > BigInt(TASK_SIZE)) return failed(ERRNO.EINVAL, `its segment at 0x${address.toString(16)} lies outside of what programs have`);
		const start = pageDown(Number(address));
		end = Math.max(start + PAGE_SIZE, pageUp(Number(address) + memorySize));
		if (!space.mayGrow(end - start, write) || !space.unmap(start, end)) return NO_MEMORY;
		space.place(anonymous(start, end, (read ? Prot.READ : 0) | (write ? Prot.WRITE : 0) | (execute ? Prot.EXEC : 0)));
		if (!space.install(Number(address), bytes)) return NO_MEMORY;
	}

	const {state} = space;
	state.startBrk = state.brk = end;
	return {entry: Number(entry), programEntry: Number(entry), file: undefined, files: [], executableStack: false};
}

/** What an inode's contents are as an executable; only what is looked at is read. */
const elfAt = ({files}: Host, inode: number): ElfFile | ElfRefusal => readElf({length: files.size(inode), read: (offset, length) => files.readAt(inode, offset, length)});

function loadFile(host: Host, space: AddressSpace, inode: number, program: Program): Loaded | NotStarted {
	const elf = elfAt(host, inode);
	if ('refused' in elf) return failed(ERRNO.ENOEXEC, elf.refused);
	const helper = elf.interpreter === undefined ? undefined : interpreterFile(host, elf.interpreter, program.find);
	if (helper !== undefined && 'refused' in helper) return helper;
	const bias = mapFile(space, {elf, inode, path: program.executable}, helper === undefined ? undefined : DYNAMIC_BASE);
	if (typeof bias !== 'number') return bias;
	const last = elf.segments[elf.segments.length - 1];
	const {state} = space;
	state.startBrk = elf.relocatable && helper === undefined ? DYNAMIC_BASE : pageUp(last.address + last.memorySize + bias);
	state.brk = state.startBrk;
	const helperBias = helper === undefined ? 0 : mapFile(space, helper, undefined);
	if (typeof helperBias !== 'number') return helperBias;
	const programEntry = elf.entry + bias;
	const headers = BigInt(elf.headers === 0 ? 0 : elf.headers + bias);
	const file: LoadedFile = {headers, headerCount: elf.headerCount, base: BigInt(helperBias), features: BigInt(cpuid(1, 0)[3])};
	const files = [{path: program.executable, bias}, ...(helper === undefined ? [] : [{path: helper.path, bias: helperBias}])];
	return {entry: helper === undefined ? programEntry : helper.elf.entry + helperBias, programEntry, file, files, executableStack: elf.executableStack};
}

/** A file that has been read, and what it is called in the map of the process. */
interface Mappable {
	readonly elf: ElfFile;
	readonly inode: number;
	readonly path: string;
}

function interpreterFile(host: Host, name: string, find: Program['find']): Mappable | NotStarted {
	const found = find(name);
	if (typeof found === 'number') return failed(-found, `it is dynamic, and its interpreter ${name} ${found === -ERRNO.EACCES ? 'may not be executed' : 'is not there'}`);
	const elf = elfAt(host, found.inode);
	return 'refused' in elf ? failed(ERRNO.ELIBBAD, `its interpreter ${name} can't be loaded: ${elf.refused}`) : {elf, ...found};
}

/** Maps a file's segments; returns what was added to its addresses. */
function mapFile(space: AddressSpace, {elf, inode, path}: Mappable, wish: number | undefined): number | NotStarted {
	const bias = placeFor(space, elf, wish);
	return bias === undefined ? NO_MEMORY : (mapSegments(space, elf, bias, inode, path) ?? bias);
}

/** What is added to a file's addresses: nothing, or what brings it to a place. Undefined if there is none. */
function placeFor(space: AddressSpace, elf: ElfFile, wish: number | undefined): number | undefined {
	if (!elf.relocatable) return 0;
	const first = pageDown(elf.segments[0].address);
	const last = elf.segments[elf.segments.length - 1];
	const length = pageUp(last.address + last.memorySize) - first;
	const start = wish ?? freePlace(space, length + elf.alignment - PAGE_SIZE);
	if (start === undefined) return undefined;
	const aligned = wish === undefined ? Math.ceil(start / elf.alignment) * elf.alignment : Math.floor(start / elf.alignment) * elf.alignment;
	return aligned - first + (first % elf.alignment);
}

function mapSegments(space: AddressSpace, elf: ElfFile, bias: number, inode: number, path: string): NotStarted | undefined {
	for (const {address, offset, fileSize, memorySize, prot} of elf.segments) {
		const begin = address + bias;
		const start = pageDown(begin);
		const fileEnd = fileSize === 0 ? start : pageUp(begin + fileSize);
		const end = pageUp(begin + memorySize);
		if (start < MMAP_MIN_ADDR || end > TASK_SIZE) return failed(ERRNO.EPERM, `its segment at 0x${begin.toString(16)} lies outside of what programs have`);
		if (!space.mayGrow(end - start, (prot & Prot.WRITE) !== 0) || !space.unmap(start, end)) return NO_MEMORY;
		if (fileEnd > start) space.place({...anonymous(start, fileEnd, prot), inode, path, offset: pageDown(offset)});
		const tail = Math.min(fileEnd, pageUp(begin + fileSize)) - (begin + fileSize);
		// Behind the file's last byte the page shows zeros, not what follows in the file.
		if (memorySize > fileSize && fileSize > 0 && tail > 0 && !space.install(begin + fileSize, new Uint8Array(tail))) return NO_MEMORY;
		if (end > fileEnd) space.place(anonymous(fileEnd, end, prot));
	}

	return undefined;
}
