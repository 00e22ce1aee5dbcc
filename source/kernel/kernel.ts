import {assemble} from '../program/assemble.js';
import {equates} from '../program/equates.js';
import {type Image, LineTable, SymbolTable} from '../program/image.js';
import {kernelLayout} from '../program/layout.js';
import {link} from '../program/link.js';
import {EQUATES} from './constants.js';
import {readPackageFile} from './package-files.js';
import {NR_SYSCALLS, syscallCases} from './syscall-table.js';

/** The kernel, assembled and linked. */
export interface Kernel {
	readonly image: Image;
	readonly symbols: SymbolTable;
	readonly lines: LineTable;
	/** The text of each source file, generated ones too, for panes that show it. */
	readonly sources: ReadonlyMap<string, string>;
}

/** The file that includes all others. */
const MAIN = 'kernel.s';

/** Files that are made from tables. */
const GENERATED: ReadonlyMap<string, () => string> = new Map([
	['constants.s', () => equates({...EQUATES, NR_syscalls: NR_SYSCALLS})],
	['syscalls_64.s', syscallCases],
]);

let built: Kernel | undefined;

/** Assembles the kernel from its sources; the same one is given out again later. */
export function buildKernel(): Kernel {
	built ??= assembleKernel();
	return built;
}

function assembleKernel(): Kernel {
	const sources = new Map<string, string>();
	const read = (name: string): string => {
		const known = sources.get(name);
		if (known !== undefined) return known;
		const text = GENERATED.get(name)?.() ?? readPackageFile(`source/kernel/${name}`);
		sources.set(name, text);
		return text;
	};

	const object = assemble({name: MAIN, text: read(MAIN)}, {include: read});
	const image = link([object], kernelLayout({entry: 'startup_64'}));
	return {image, symbols: new SymbolTable(image.symbols), lines: new LineTable(image.lines), sources};
}

/** The address of a label that the kernel must have. */
export function kernelAddress(kernel: Kernel, label: string): bigint {
	const address = kernel.symbols.addressOf(label);
	if (address === undefined) throw new Error(`the kernel has no label ${label}`);
	return address;
}
