import type {HostServices} from '../../kernel/services/host-services.js';
import {elfContents} from '../../program/elf/sections.js';
import {elfSymbols} from '../../program/elf/symbols.js';
import {SymbolTable} from '../../program/image.js';
import {FIRST_PID} from '../../kernel/constants.js';

/** A file with the names in it, by its own addresses. */
interface NamedFile {
	readonly symbols: SymbolTable;
	/** The address of a place in the file, if it is loaded. */
	readonly addressAt: (offset: number) => bigint | undefined;
}

function namedFile(bytes: Uint8Array): NamedFile {
	const contents = elfContents(bytes);
	const parts = contents?.parts ?? [];
	return {
		symbols: new SymbolTable(elfSymbols(contents?.sections ?? [], 0n)),
		addressAt(offset) {
			const part = parts.find(({offset: begin, bytes: {length}}) => offset >= begin && offset < begin + length);
			return part === undefined ? undefined : part.address + BigInt(offset - part.offset);
		},
	};
}

/** Names for addresses of libraries and other files that the first process has mapped. */
export class MappedFiles {
	private readonly known = new Map<number, NamedFile>();

	constructor(private readonly services: HostServices) {}

	/** The symbol at or before an address, and the file: `printf+0x9a in libc.so.6`. */
	nameOf(address: bigint): string | undefined {
		const space = this.services.spaceOf(FIRST_PID);
		const area = space?.find(Number(address - (address % 4096n)));
		if (area?.inode === undefined || area.path === undefined) return undefined;
		const offset = area.offset + Number(address) - area.start;
		const {symbols, addressAt} = this.file(area.inode);
		const place = addressAt(offset);
		const found = place === undefined ? undefined : symbols.nearest(place);
		const name = area.path.slice(area.path.lastIndexOf('/') + 1);
		// Of the program itself the place in the file says no more than the address.
		if (found === undefined && area.path === space?.state.executable) return undefined;
		if (found === undefined) return `0x${offset.toString(16)} in ${name}`;
		return `${found.name}${found.offset === 0n ? '' : `+0x${found.offset.toString(16)}`} in ${name}`;
	}

	private file(inode: number): NamedFile {
		const {files} = this.services.host;
		const known = this.known.get(inode) ?? namedFile(files.readAt(inode, 0, files.size(inode)) ?? new Uint8Array(0));
		this.known.set(inode, known);
		return known;
	}
}
