/** Who a task is: its user, its groups (there is one of each, so that nothing can be gained), and its name. */
import {USER_ID} from '../constants.js';
import {type Call, int, type Service, uint} from './call.js';
import {ERRNO} from './errno.js';

/** An id that stays as it is. */
const UNCHANGED = 0xffff_ffff;

/** Whether all of these may be taken on: without rights of its own a task has only what it has already (kernel/sys.c). */
const mayBe = (ids: readonly bigint[], unchanged: boolean): number =>
	ids.every(id => uint(id) === USER_ID || (unchanged && uint(id) === UNCHANGED)) ? 0 : -ERRNO.EPERM;

/** Writes three ids. */
function threeIds({user, args}: Call): number {
	const bytes = new Uint8Array(4);
	new DataView(bytes.buffer).setUint32(0, USER_ID, true);
	return args.slice(0, 3).every(address => user.write(address, bytes)) ? 0 : -ERRNO.EFAULT;
}

/** setuid(uid) and setgid(gid): -1 is no id. */
export const setId: Service = ({args}) => (uint(args[0]) === UNCHANGED ? -ERRNO.EINVAL : mayBe(args.slice(0, 1), false));

/** setreuid(ruid, euid) and setregid(rgid, egid) */
export const setTwoIds: Service = ({args}) => mayBe(args.slice(0, 2), true);

/** setresuid(ruid, euid, suid) and setresgid(rgid, egid, sgid) */
export const setThreeIds: Service = ({args}) => mayBe(args.slice(0, 3), true);

/** getresuid(ruid, euid, suid) and getresgid(rgid, egid, sgid) */
export const getThreeIds: Service = threeIds;

/** setgroups(size, list): a right that the user does not have. */
export const setgroups: Service = () => -ERRNO.EPERM;

/** Options of prctl (include/uapi/linux/prctl.h). */
const Option = {GET_DUMPABLE: 3, SET_NAME: 15, GET_NAME: 16, GET_NO_NEW_PRIVS: 39} as const;

/** Bytes of a task's name, its zero byte included (include/linux/sched.h). */
const TASK_COMM_LEN = 16;

/** The name that a program gives a task: the last part of its path. */
export const taskName = (path: Uint8Array): Uint8Array => path.slice(path.lastIndexOf(0x2f) + 1).slice(0, TASK_COMM_LEN - 1);

/** prctl(option, …) (kernel/sys.c): a task's name, and what is the same for all here. */
export const prctl: Service = ({user, task, args}) => {
	switch (int(args[0])) {
		case Option.GET_DUMPABLE:
			return 1;
		case Option.GET_NO_NEW_PRIVS:
			return args.slice(1, 5).every(arg => arg === 0n) ? 0 : -ERRNO.EINVAL;
		case Option.GET_NAME: {
			const bytes = new Uint8Array(TASK_COMM_LEN);
			bytes.set(task.name);
			return user.write(args[1], bytes) ? 0 : -ERRNO.EFAULT;
		}

		case Option.SET_NAME: {
			const name = user.string(args[1], TASK_COMM_LEN);
			const bytes = name === 'long' ? user.read(args[1], TASK_COMM_LEN - 1) : name;
			if (bytes === undefined) return -ERRNO.EFAULT;
			task.name = bytes.slice();
			return 0;
		}

		default:
			return -ERRNO.EINVAL;
	}
};
