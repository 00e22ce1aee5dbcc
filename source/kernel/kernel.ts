import {equates} from '../program/equates.js';
import {type Image, LineTable, SymbolTable} from '../program/image.js';
import {kernelLayout} from '../program/layout.js';
import {link} from '../program/link.js';
import {AssemblyError} from '../program/problems.js';
import {EQUATES} from './constants.js';
import {blameEntry, checkEntry, includeBeside, isOwnEntry, type OwnEntry, replaceEntry} from './own-entry.js';
import {readPackageFile} from './package-files.js';
import {leaveOut, surgeryLine} from './surgery.js';
import {readKeptKernel} from './kept-kernel.js';
import {KERNEL_FILES} from './kernel-files.js';
import {constantsObject, KernelObjects, type ReadSource} from './kernel-objects.js';
import {readKeptObjects} from './kept-objects.js';
import {hostedHandlers, SYSCALL_EQUATES, syscallCases} from './implemented.js';
import {FILE_KINDS} from './services/open-files.js';
import {SERVICE_EQUATES} from './services/service-table.js';
import {NR_SYSCALLS} from './syscall-table.js';

/** The kernel, assembled and linked. */
export interface Kernel {
	readonly image: Image;
	readonly symbols: SymbolTable;
	readonly lines: LineTable;
	/** The text of each source file, generated ones too, for panes that show it. */
	readonly sources: ReadonlyMap<string, string>;
	/** Whether it isolates the page tables: the loader must build two trees for each process. */
	readonly isolation: boolean;
}

/** What a descriptor may lead to, as the host numbers it. */
const KIND_EQUATES = Object.fromEntries(FILE_KINDS.map((kind, number) => [`KIND_${kind.replace('-', '_')}`, number]));

/** The file with the numbers of the tables. */
const CONSTANTS = 'constants.s';

/** Settings as the kernel's text asks for them. */
type Config = Readonly<Record<string, number>>;

const tableOf = (config: Config): Readonly<Record<string, bigint | number>> => ({...EQUATES, ...KIND_EQUATES, ...SERVICE_EQUATES, ...SYSCALL_EQUATES, ...config, NR_syscalls: NR_SYSCALLS});

/** Files that are made from tables. */
const GENERATED: ReadonlyMap<string, (config: Config) => string> = new Map([
	[CONSTANTS, config => equates(tableOf(config))],
	['syscalls_64.s', syscallCases],
	['hosted_calls.s', () => `# hosted_calls.s · calls that the host does: files, memory maps, clocks and limits\n\n\t.text\n${hostedHandlers()}`],
]);

/** How the kernel is built. */
export interface KernelOptions {
	/** Page-table isolation: the user's tables map next to nothing of the kernel, and cr3 is switched on the way. Off. */
	readonly isolation?: boolean;
	/** Exceptions arrive on a small stack of their own, as in mainline; off: on the thread's stack, as before 4.15. On. */
	readonly entryStack?: boolean;
	/** Whether `int $0x80` is a second way in, with the registers of `syscall`. Off. */
	readonly door80?: boolean;
	/** Names of lines that are left out, to see what breaks; surgery.ts lists them. */
	readonly without?: readonly string[];
	/** An entry path in place of entry_SYSCALL_64 and the way back by SYSRET. */
	readonly entry?: OwnEntry;
}

/** Kernels built so far, by their options. */
const built = new Map<string, Kernel>();

/** Those with an own entry path, the last ones: whoever writes one makes many. */
const builtOwn = new Map<string, Kernel>();
const OWN_KEPT = 32;

/**
 * Assembles the kernel from its sources; the same one is given out again later.
 * @throws RangeError for options that exclude each other
 * @throws AssemblyError with the problems of an own entry path, in its own lines
 */
export function buildKernel({isolation = false, entryStack = true, door80 = false, without = [], entry}: KernelOptions = {}): Kernel {
	if (isolation && !entryStack) {
		throw new RangeError('isolation needs the entry stack: the thread’s stack is not mapped in the user’s tables');
	}

	for (const name of without) surgeryLine(name);
	const config = {CONFIG_ISOLATION: Number(isolation), CONFIG_ENTRY_STACK: Number(entryStack), CONFIG_DOOR80: Number(door80)};
	if (entry !== undefined) return assembleOwn(config, without, entry);
	const key = keyOf(config, without);
	const kernel = built.get(key) ?? assembleKernel(config, without);
	built.set(key, kernel);
	return kernel;
}

const keyOf = (config: Config, without: readonly string[], entry?: OwnEntry): string => JSON.stringify([config, without, entry]);

/** The kernel with an entry path that someone is writing. */
function assembleOwn(config: Config, without: readonly string[], entry: OwnEntry): Kernel {
	checkEntry(entry);
	try {
		const key = keyOf(config, without, entry);
		const kernel = builtOwn.get(key) ?? assembleKernel(config, without, entry);
		builtOwn.delete(key);
		builtOwn.set(key, kernel);
		const oldest = builtOwn.keys().next();
		if (builtOwn.size > OWN_KEPT && oldest.done !== true) builtOwn.delete(oldest.value);
		return kernel;
	} catch (error) {
		throw error instanceof AssemblyError ? blameEntry(error, entry) : error;
	}
}

function assembleKernel(config: Config, without: readonly string[], entry?: OwnEntry): Kernel {
	const sources = new Map<string, string>();
	const load = (name: string): string => {
		if (entry !== undefined && isOwnEntry(name, entry)) return entry.text;
		const text = leaveOut(name, readPackageFile(`source/kernel/${name}`), without);
		return entry === undefined ? text : replaceEntry(name, text, entry);
	};

	const read = (name: string): string => {
		const known = sources.get(name);
		if (known !== undefined) return known;
		const text = GENERATED.get(name)?.(config) ?? load(name);
		sources.set(name, text);
		return text;
	};

	const image = readKeptKernel(read) ?? linkKernel(config, entry === undefined ? read : includeBeside(entry, read));
	return {image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources, isolation: config.CONFIG_ISOLATION === 1};
}

function linkKernel(config: Config, read: ReadSource): Image {
	read(CONSTANTS);
	const constants = new Map(Object.entries(tableOf(config)).map(([name, value]) => [name, BigInt(value)]));
	const parts = kernelObjects().assemble(KERNEL_FILES, read, constants);
	return link([constantsObject(CONSTANTS, constants), ...parts.map(({object}) => object)], kernelLayout({entry: 'startup_64', sharesLocals: true}));
}

let objects: KernelObjects | undefined;

/** The kernel's files as they were assembled so far, in this process or when the program was built. */
export function kernelObjects(): KernelObjects {
	if (objects === undefined) {
		objects = new KernelObjects();
		objects.keep(readKeptObjects());
	}

	return objects;
}

/** The address of a label that the kernel must have. */
export function kernelAddress(kernel: Kernel, label: string): bigint {
	const address = kernel.symbols.addressOf(label);
	if (address === undefined) throw new Error(`the kernel has no label ${label}`);
	return address;
}
