import path from 'node:path';

/**
 * The folder in which progress is kept: SYSCALL_LAB_HOME, else in the XDG state folder (basedir specification 0.8; paths
 * that are not absolute don't count there).
 * @param environment the process's variables
 * @param home the user's folder
 */
export function progressFolder(environment: Readonly<Record<string, string | undefined>>, home: string): string {
	const {SYSCALL_LAB_HOME: own = '', XDG_STATE_HOME: state = ''} = environment;
	if (own !== '') return path.resolve(own);
	return path.join(path.isAbsolute(state) ? state : path.join(home, '.local', 'state'), 'syscall-lab');
}
