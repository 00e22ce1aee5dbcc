import {TASK} from '../../kernel/constants.js';

/** A field of struct task_struct. */
export interface TaskField {
	/** As the kernel's assembly names it. */
	readonly name: string;
	/** Bytes from the beginning. */
	readonly offset: number;
	/** Bytes up to the next field. */
	readonly bytes: number;
}

/** The name of the constant that is the size of all. */
const SIZE = 'TASK_SIZE';

/** The fields in the order in which they lie; the kernel's table of offsets decides. */
export const TASK_FIELDS: readonly TaskField[] = Object.entries(TASK)
	.filter(([name]) => name !== SIZE)
	.map(([name, offset]) => ({name, offset}))
	.sort((a, b) => a.offset - b.offset)
	.map(({name, offset}, index, all) => ({name, offset, bytes: (all.at(index + 1)?.offset ?? TASK.TASK_SIZE) - offset}));
