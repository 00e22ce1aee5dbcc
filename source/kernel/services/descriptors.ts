import {PIPES} from '../call-constants.js';
import {ERRNO} from './errno.js';
import type {Call} from './call.js';
import type {Host} from './host.js';
import type {DescriptorTable} from './host-state.js';
import {limitOf, MAX_DESCRIPTORS, RLIMIT_NOFILE} from './limits.js';
import type {OpenFile} from './open-files.js';

/** The most pipes at a time: machine code has a buffer for each. */
export const MAX_PIPES = PIPES.NR_PIPES;

/** The open file that a descriptor leads to. */
export function descriptorFile({host, table}: Pick<Call, 'host' | 'table'>, fd: number): OpenFile | undefined {
	const entry = fd >= 0 && fd < table.descriptors.length ? table.descriptors[fd] : undefined;
	return entry === undefined ? undefined : host.state.open.get(entry.file);
}

/** The lowest free descriptor from a number on, or -EMFILE. */
export function freeDescriptor({table, space}: Pick<Call, 'table' | 'space'>, from = 0): number {
	const [soft] = limitOf(space.state, RLIMIT_NOFILE);
	const limit = soft < BigInt(MAX_DESCRIPTORS) ? Number(soft) : MAX_DESCRIPTORS;
	let fd = from;
	while (fd < table.descriptors.length && table.descriptors[fd] !== undefined) fd++;
	return fd < limit ? fd : -ERRNO.EMFILE;
}

/** Makes a descriptor lead to an open file, which counts one more; the descriptor must be free. */
export function setDescriptor({host, table}: Pick<Call, 'host' | 'table'>, fd: number, file: number, closeOnExec: boolean): void {
	while (table.descriptors.length <= fd) table.descriptors.push(undefined);
	table.descriptors[fd] = {file, closeOnExec};
	const open = host.state.open.get(file);
	if (open !== undefined) open.references++;
}

/** Adds an open file that no descriptor leads to yet. Returns its number. */
export function addOpenFile(host: Host, file: Omit<OpenFile, 'references' | 'offset'>): number {
	const number = host.nextNumber();
	host.state.open.set(number, {...file, offset: 0, references: 0});
	return number;
}

/** Frees a descriptor. False if it was free. */
export function closeDescriptor({host, table}: Pick<Call, 'host' | 'table'>, fd: number): boolean {
	const entry = fd >= 0 && fd < table.descriptors.length ? table.descriptors[fd] : undefined;
	if (entry === undefined) return false;
	table.descriptors[fd] = undefined;
	while (table.descriptors.length > 0 && table.descriptors.at(-1) === undefined) table.descriptors.pop();
	releaseFile(host, entry.file);
	return true;
}

/** One descriptor less leads to an open file; the last one closes it. */
export function releaseFile(host: Host, number: number): void {
	const {open} = host.state;
	const file = open.get(number);
	if (file === undefined || --file.references > 0) return;
	open.delete(number);
	if (file.pipe !== undefined) releasePipe(host, file.pipe, file.kind === 'pipe-write');
	if (file.inode !== undefined) host.files.forgetUnused(file.inode);
}

function releasePipe(host: Host, number: number, writer: boolean): void {
	const {pipes, changedPipes} = host.state;
	const pipe = pipes.get(number);
	if (pipe === undefined) return;
	if (writer) pipe.writers--;
	else pipe.readers--;
	if (pipe.readers <= 0 && pipe.writers <= 0) pipes.delete(number);
	if (!changedPipes.includes(number)) changedPipes.push(number);
}

/** The lowest free number of a pipe, with one reader and one writer from now on; -ENFILE if there are too many. */
export function newPipe(host: Host): number {
	const {pipes} = host.state;
	for (let number = 0; number < MAX_PIPES; number++) {
		if (pipes.has(number)) continue;
		pipes.set(number, {readers: 1, writers: 1});
		return number;
	}

	return -ERRNO.ENFILE;
}

/** A table with the console as 0, 1 and 2. Returns its number. */
export function newTable(host: Host, directory: number, console: Omit<OpenFile, 'references' | 'offset'>): number {
	const number = host.nextNumber();
	const table: DescriptorTable = {users: 1, descriptors: [], directory, umask: 0o022};
	host.state.tables.set(number, table);
	const file = addOpenFile(host, console);
	for (let fd = 0; fd <= 2; fd++) setDescriptor({host, table}, fd, file, false);
	return number;
}

/** A copy for a new process: the same open files, each with one descriptor more. Returns its number. */
export function copyTable(host: Host, table: DescriptorTable): number {
	const number = host.nextNumber();
	host.state.tables.set(number, {...table, users: 1, descriptors: [...table.descriptors]});
	for (const entry of table.descriptors) {
		const open = entry === undefined ? undefined : host.state.open.get(entry.file);
		if (open !== undefined) open.references++;
	}

	return number;
}

/** One task less uses a table; the last one closes all its descriptors. */
export function releaseTable(host: Host, number: number): void {
	const table = host.state.tables.get(number);
	if (table === undefined || --table.users > 0) return;
	host.state.tables.delete(number);
	for (const entry of table.descriptors) if (entry !== undefined) releaseFile(host, entry.file);
	host.files.forgetUnused(table.directory);
}
