import {ERRNO_ENTRIES, type ErrnoName} from '../errno.js';

/** "Not for me": what the host answers where machine code has to do the work (include/linux/errno.h; programs never see it). */
const ENOTSUPP = 524;

/** Error numbers by name. */
export const ERRNO = {...Object.fromEntries(ERRNO_ENTRIES.map(({name, number}) => [name, number])), ENOTSUPP} as Readonly<Record<ErrnoName | 'ENOTSUPP', number>>;
