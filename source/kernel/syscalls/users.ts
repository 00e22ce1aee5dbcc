import {call, elements, input, output, type Syscall} from './row.js';

/** Whose the process is: users and groups. */
export const USERS: readonly Syscall[] = [
	call(102, 'getuid', {}, 'uid', 'tells the real user id'),
	call(104, 'getgid', {}, 'gid', 'tells the real group id'),
	call(105, 'setuid', {uid: 'uid'}, 'zero', 'sets the user id'),
	call(106, 'setgid', {gid: 'gid'}, 'zero', 'sets the group id'),
	call(107, 'geteuid', {}, 'uid', 'tells the effective user id'),
	call(108, 'getegid', {}, 'gid', 'tells the effective group id'),
	call(113, 'setreuid', {ruid: 'uid', euid: 'uid'}, 'zero', 'sets the real and effective user ids'),
	call(114, 'setregid', {rgid: 'gid', egid: 'gid'}, 'zero', 'sets the real and effective group ids'),
	call(115, 'getgroups', {size: 'int', list: output('gid', elements('size', 'result'))}, 'count', 'lists the further groups of the process'),
	call(116, 'setgroups', {size: 'int', list: input('gid', elements('size'))}, 'zero', 'sets the further groups of the process'),
	call(117, 'setresuid', {ruid: 'uid', euid: 'uid', suid: 'uid'}, 'zero', 'sets the real, effective and saved user ids'),
	call(118, 'getresuid', {ruid: output('uid'), euid: output('uid'), suid: output('uid')}, 'zero', 'tells the real, effective and saved user ids'),
	call(119, 'setresgid', {rgid: 'gid', egid: 'gid', sgid: 'gid'}, 'zero', 'sets the real, effective and saved group ids'),
	call(120, 'getresgid', {rgid: output('gid'), egid: output('gid'), sgid: output('gid')}, 'zero', 'tells the real, effective and saved group ids'),
	call(122, 'setfsuid', {fsuid: 'uid'}, 'uid', 'sets the user id for file access, and tells the old one'),
	call(123, 'setfsgid', {fsgid: 'gid'}, 'gid', 'sets the group id for file access, and tells the old one'),
];
