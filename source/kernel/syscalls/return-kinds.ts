/** What a call's result is when the call succeeds. When it fails, the result is minus an error number. */
export const RETURN_KINDS = {
	zero: '0',
	bytes: 'how many bytes',
	count: 'how many',
	fd: 'a new file descriptor',
	pid: 'a process or thread id',
	uid: 'a user id',
	gid: 'a group id',
	id: 'the number that the kernel gave it',
	address: 'an address',
	offset: 'a place in the file, in bytes from its start',
	mode: 'permission bits',
	seconds: 'a number of seconds',
	ticks: 'a number of clock ticks',
	signal: 'the number of a signal',
	value: 'the value asked for',
	'by-request': 'what the requested operation gives',
	never: 'nothing: the program does not go on from here',
	interrupted: 'an error in any case, once a signal has been handled',
	restored: 'what rax held before the signal',
	absent: 'an error in any case: the number has no call behind it',
} as const;

/** What kind of thing a call's result is. */
export type ReturnKind = keyof typeof RETURN_KINDS;
