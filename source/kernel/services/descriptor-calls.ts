import {ERRNO} from './errno.js';
import {type Call, type GlobalService, int, type Service, uint} from './call.js';
import {addOpenFile, closeDescriptor, descriptorFile, freeDescriptor, newPipe, setDescriptor} from './descriptors.js';
import {limitOf, MAX_DESCRIPTORS, RLIMIT_NOFILE} from './limits.js';
import {AccessMode, FILE_KINDS, OpenFlag} from './open-files.js';
import {TERMIOS_SIZE, winsizeBytes} from './structures.js';

/** close(fd) */
export const close: Service = call => (closeDescriptor(call, int(call.args[0])) ? 0 : -ERRNO.EBADF);

/** close_range(first, last, flags); CLOSE_RANGE_CLOEXEC only marks them. */
export const closeRange: Service = call => {
	const [first, last, flags] = [uint(call.args[0]), uint(call.args[1]), uint(call.args[2])];
	if ((flags & ~4) !== 0 || first > last) return -ERRNO.EINVAL;
	const {table} = call;
	for (let fd = Math.min(last, table.descriptors.length - 1); fd >= first; fd--) {
		const entry = table.descriptors[fd];
		if (flags === 0) closeDescriptor(call, fd);
		else if (entry !== undefined) table.descriptors[fd] = {...entry, closeOnExec: true};
	}

	return 0;
};

function duplicate(call: Call, fd: number, from: number, closeOnExec: boolean): number {
	const entry = descriptorFile(call, fd) === undefined ? undefined : call.table.descriptors[fd];
	if (entry === undefined) return -ERRNO.EBADF;
	const copy = freeDescriptor(call, from);
	if (copy >= 0) setDescriptor(call, copy, entry.file, closeOnExec);
	return copy;
}

/** dup(fd) */
export const dup: Service = call => duplicate(call, int(call.args[0]), 0, false);

function duplicateTo(call: Call, closeOnExec: boolean): number {
	const [from, to] = [int(call.args[0]), int(call.args[1])];
	const [soft] = limitOf(call.space.state, RLIMIT_NOFILE);
	if (to < 0 || to >= MAX_DESCRIPTORS || BigInt(to) >= soft) return -ERRNO.EBADF;
	const entry = descriptorFile(call, from) === undefined ? undefined : call.table.descriptors[from];
	if (entry === undefined) return -ERRNO.EBADF;
	// Counted first, so that closing the old one cannot end a file that both lead to.
	const open = call.host.state.open.get(entry.file);
	if (open !== undefined) open.references++;
	closeDescriptor(call, to);
	setDescriptor(call, to, entry.file, closeOnExec);
	if (open !== undefined) open.references--;
	return to;
}

/** dup2(fd, to): with both the same, only checks that it is open. */
export const dup2: Service = call => {
	const from = int(call.args[0]);
	if (from === int(call.args[1])) return descriptorFile(call, from) === undefined ? -ERRNO.EBADF : from;
	return duplicateTo(call, false);
};

/** dup3(fd, to, flags) */
export const dup3: Service = call => {
	const flags = int(call.args[2]);
	if ((flags & ~OpenFlag.CLOEXEC) !== 0 || int(call.args[0]) === int(call.args[1])) return -ERRNO.EINVAL;
	return duplicateTo(call, flags !== 0);
};

const Fcntl = {DUPFD: 0, GETFD: 1, SETFD: 2, GETFL: 3, SETFL: 4, DUPFD_CLOEXEC: 1030} as const;

/** Flags that F_SETFL may change. */
const SETTABLE = OpenFlag.APPEND | OpenFlag.NONBLOCK | OpenFlag.DIRECT | OpenFlag.NOATIME;

/** fcntl(fd, command, argument) (fs/fcntl.c); locks and owners are refused. */
export const fcntl: Service = call => {
	const [fd, command, argument] = [int(call.args[0]), int(call.args[1]), uint(call.args[2])];
	const file = descriptorFile(call, fd);
	if (file === undefined) return -ERRNO.EBADF;
	const entry = call.table.descriptors[fd];
	switch (command) {
		case Fcntl.DUPFD:
		case Fcntl.DUPFD_CLOEXEC:
			if (argument >= MAX_DESCRIPTORS) return -ERRNO.EINVAL;
			return duplicate(call, fd, argument, command === Fcntl.DUPFD_CLOEXEC);
		case Fcntl.GETFD:
			return entry?.closeOnExec === true ? 1 : 0;
		case Fcntl.SETFD:
			if (entry !== undefined) call.table.descriptors[fd] = {...entry, closeOnExec: (argument & 1) !== 0};
			return 0;
		case Fcntl.GETFL:
			return file.flags;
		case Fcntl.SETFL:
			if (file.kind === 'path') return -ERRNO.EBADF;
			file.flags = (file.flags & ~SETTABLE) | (argument & SETTABLE);
			return 0;
		default:
			return -ERRNO.EINVAL;
	}
};

const Ioctl = {TCGETS: 0x5401, TCSETS: 0x5402, TCSETSW: 0x5403, TCSETSF: 0x5404, TIOCGWINSZ: 0x5413, FIONBIO: 0x5421, FIONCLEX: 0x5450, FIOCLEX: 0x5451} as const;

/** ioctl(fd, command, argument) (fs/ioctl.c, drivers/tty/tty_ioctl.c): what C libraries ask of a terminal. */
export const ioctl: Service = call => {
	const [fd, command, argument] = [int(call.args[0]), uint(call.args[1]), call.args[2]];
	const file = descriptorFile(call, fd);
	const entry = file === undefined ? undefined : call.table.descriptors[fd];
	if (file === undefined || entry === undefined || file.kind === 'path') return -ERRNO.EBADF;
	if (command === Ioctl.FIOCLEX || command === Ioctl.FIONCLEX) {
		call.table.descriptors[fd] = {...entry, closeOnExec: command === Ioctl.FIOCLEX};
		return 0;
	}

	if (command === Ioctl.FIONBIO) {
		const word = call.user.read(argument, 4);
		if (word === undefined) return -ERRNO.EFAULT;
		file.flags = word.some(byte => byte !== 0) ? file.flags | OpenFlag.NONBLOCK : file.flags & ~OpenFlag.NONBLOCK;
		return 0;
	}

	return file.kind === 'console' ? terminal(call, command, argument) : -ERRNO.ENOTTY;
};

function terminal({host: {state}, user}: Call, command: number, argument: bigint): number {
	switch (command) {
		case Ioctl.TCGETS:
			return user.write(argument, state.termios) ? 0 : -ERRNO.EFAULT;
		case Ioctl.TCSETS:
		case Ioctl.TCSETSW:
		case Ioctl.TCSETSF: {
			const termios = user.read(argument, TERMIOS_SIZE);
			if (termios === undefined) return -ERRNO.EFAULT;
			state.termios = termios;
			return 0;
		}

		case Ioctl.TIOCGWINSZ:
			return user.write(argument, winsizeBytes(24, 80)) ? 0 : -ERRNO.EFAULT;
		default:
			return -ERRNO.ENOTTY;
	}
}

function makePipe(call: Call, address: bigint, flags: number): number {
	const {host, user} = call;
	if ((flags & ~(OpenFlag.CLOEXEC | OpenFlag.NONBLOCK | OpenFlag.DIRECT)) !== 0) return -ERRNO.EINVAL;
	const reader = freeDescriptor(call);
	const writer = reader < 0 ? reader : freeDescriptor(call, reader + 1);
	if (writer < 0) return writer;
	const pipe = newPipe(host);
	if (pipe < 0) return pipe;
	const closeOnExec = (flags & OpenFlag.CLOEXEC) !== 0;
	const kept = flags & ~OpenFlag.CLOEXEC;
	const common = {inode: undefined, pipe, text: undefined, path: undefined};
	setDescriptor(call, reader, addOpenFile(host, {...common, kind: 'pipe-read', flags: kept | AccessMode.RDONLY}), closeOnExec);
	setDescriptor(call, writer, addOpenFile(host, {...common, kind: 'pipe-write', flags: kept | AccessMode.WRONLY}), closeOnExec);
	if (user.write(address, new Uint8Array(Int32Array.of(reader, writer).buffer))) return pipe;
	closeDescriptor(call, reader);
	closeDescriptor(call, writer);
	return -ERRNO.EFAULT;
}

/** pipe(fds): the number of the pipe, whose empty buffer is the machine's to set up; the program gets 0. */
export const pipe: Service = call => makePipe(call, call.args[0], 0);

/** pipe2(fds, flags): likewise. */
export const pipe2: Service = call => makePipe(call, call.args[0], int(call.args[1]));

/** What machine code needs to know of a descriptor: kind (bits 7:0), pipe (bits 15:8), flags of open (from bit 16 up), or -EBADF. */
export const describeDescriptor: Service = call => {
	const file = descriptorFile(call, int(call.args[0]));
	if (file === undefined) return -ERRNO.EBADF;
	return FILE_KINDS.indexOf(file.kind) + (file.pipe ?? 0) * 2 ** 8 + file.flags * 2 ** 16;
};

/** How many open files lead to a pipe: readers (bits 31:0), writers (bits 62:32); 0 for a pipe that is gone. */
export const pipeCounts: GlobalService = (host, args) => {
	const known = host.state.pipes.get(uint(args[0]));
	return known === undefined ? 0 : Math.max(0, known.readers) + Math.max(0, known.writers) * 2 ** 32;
};

/** A pipe that lost a reader or writer since the last time it was named here, or -ENOENT: whoever waits for it is to be woken. */
export const changedPipe: GlobalService = host => host.state.changedPipes.shift() ?? -ERRNO.ENOENT;
