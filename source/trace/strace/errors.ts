import {errnoEntry} from '../../kernel/errno.js';

/** An error number by its name, and in words. */
export interface ErrorText {
	readonly name: string;
	readonly text: string;
}

/** Errors that only a tracer sees: the kernel makes the call again, or turns them into EINTR (include/linux/errno.h). */
const RESTARTS: ReadonlyMap<number, ErrorText> = new Map([
	[512, {name: 'ERESTARTSYS', text: 'To be restarted if SA_RESTART is set'}],
	[513, {name: 'ERESTARTNOINTR', text: 'To be restarted'}],
	[514, {name: 'ERESTARTNOHAND', text: 'To be restarted if no handler'}],
	[516, {name: 'ERESTART_RESTARTBLOCK', text: 'Interrupted by signal'}],
]);

/** Errors that the kernel should have kept to itself, from 515 on; a dash for numbers that none has. */
const INTERNAL: ReadonlyMap<number, ErrorText> = new Map(
	'ENOIOCTLCMD - EPROBE_DEFER EOPENSTALE - - EBADHANDLE ENOTSYNC EBADCOOKIE ENOTSUPP ETOOSMALL ESERVERFAULT EBADTYPE EJUKEBOX EIOCBQUEUED ERECALLCONFLICT'.split(' ')
		.map((name, index): [number, ErrorText] => [515 + index, {name, text: `Unknown error ${515 + index}`}]).filter(([, {name}]) => name !== '-'),
);

/** Whether an error means that a signal has come in the midst of the call, and that it may be made again. */
export const isRestart = (number: number): boolean => RESTARTS.has(number);

/** What an error number means; undefined if it is not given out. */
export const errorText = (number: number): ErrorText | undefined => RESTARTS.get(number) ?? INTERNAL.get(number) ?? errnoEntry(number);
