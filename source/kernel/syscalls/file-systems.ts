import {bytes, call, elements, input, output, type Syscall} from './row.js';

/** Mounting, quotas, swap, and what a file system tells of itself. */
export const FILE_SYSTEMS: readonly Syscall[] = [
	call(136, 'ustat', {dev: 'device', ubuf: output('struct:ustat')}, 'zero', 'tells the free space of a mounted device; statfs does it better'),
	call(137, 'statfs', {path: 'path', buf: output('struct:statfs')}, 'zero', 'tells the size and free space of the file system at a path'),
	call(138, 'fstatfs', {fd: 'fd', buf: output('struct:statfs')}, 'zero', 'tells the size and free space of an open file’s file system'),
	call(139, 'sysfs', {option: 'sysfs-option', arg1: 'word', arg2: 'word'}, 'by-request', 'numbers and names the kinds of file system that the kernel knows'),
	call(155, 'pivot_root', {new_root: 'path', put_old: 'path'}, 'zero', 'puts another mount in the root’s place and moves the old root'),
	call(161, 'chroot', {path: 'path'}, 'zero', 'makes a directory the caller’s root'),
	call(165, 'mount', {source: 'string', target: 'path', filesystemtype: 'string', mountflags: 'flags:mount', data: 'pointer'}, 'zero', 'attaches a file system at a directory'),
	call(166, 'umount2', {target: 'path', flags: 'flags:umount'}, 'zero', 'detaches a file system'),
	call(167, 'swapon', {path: 'path', swapflags: 'flags:swap'}, 'zero', 'starts swapping memory to a file or device'),
	call(168, 'swapoff', {path: 'path'}, 'zero', 'stops swapping memory to a file or device'),
	call(179, 'quotactl', {cmd: 'quota-cmd', special: 'path', id: 'uid', addr: 'pointer'}, 'zero', 'reads or sets disk quotas of a device'),
	call(428, 'open_tree', {dirfd: 'dirfd', filename: 'path', flags: 'flags:open-tree'}, 'fd', 'opens a mount, or a copy of one, as an object'),
	call(429, 'move_mount', {from_dirfd: 'dirfd', from_pathname: 'path', to_dirfd: 'dirfd', to_pathname: 'path', flags: 'flags:move-mount'}, 'zero', 'puts a mount at another place'),
	call(430, 'fsopen', {fsname: 'string', flags: 'flags:fsopen'}, 'fd', 'begins to configure a new file system'),
	call(431, 'fsconfig', {fd: 'fd', cmd: 'fsconfig-cmd', key: 'string', value: 'pointer', aux: 'int'}, 'zero', 'sets a parameter of a file system in the making, or makes it'),
	call(432, 'fsmount', {fs_fd: 'fd', flags: 'flags:fsmount', attr_flags: 'flags:mount-attr'}, 'fd', 'turns a configured file system into a mount'),
	call(433, 'fspick', {dirfd: 'dirfd', pathname: 'path', flags: 'flags:fspick'}, 'fd', 'picks a mounted file system to configure it anew'),
	call(442, 'mount_setattr', {dirfd: 'dirfd', pathname: 'path', flags: 'flags:at', attr: input('struct:mount_attr', bytes('size')), size: 'size'}, 'zero', 'changes the properties of a mount or a tree of mounts'),
	call(443, 'quotactl_fd', {fd: 'fd', cmd: 'quota-cmd', id: 'uid', addr: 'pointer'}, 'zero', 'reads or sets disk quotas of an open file’s file system'),
	call(457, 'statmount', {req: input('struct:mnt_id_req'), buf: output('struct:statmount', bytes('bufsize')), bufsize: 'size', flags: 'flags:reserved'}, 'zero', 'tells about one mount, by its id'),
	call(458, 'listmount', {req: input('struct:mnt_id_req'), mnt_ids: output('ulong', elements('nr_mnt_ids', 'result')), nr_mnt_ids: 'size', flags: 'flags:reserved'}, 'count', 'lists the ids of the mounts below a mount'),
];
