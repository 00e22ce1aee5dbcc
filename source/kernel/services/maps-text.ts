import type {SpaceState} from './host-state.js';
import {Prot} from './user-tables.js';
import type {Vma} from './vmas.js';

/** Column at which the name stands (fs/proc/task_mmu.c: 25 + 6 * 8, less one, and a space). */
const NAME_COLUMN = 73;

/** Device numbers of the file system and of shared memory, as major:minor. */
const FILE_DEVICE = '08:01';
const SHARED_DEVICE = '00:01';

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

const permissions = ({prot, shared}: Vma): string =>
	`${(prot & Prot.READ) === 0 ? '-' : 'r'}${(prot & Prot.WRITE) === 0 ? '-' : 'w'}${(prot & Prot.EXEC) === 0 ? '-' : 'x'}${shared ? 's' : 'p'}`;

function nameOf(vma: Vma, {startBrk, brk, startStack}: SpaceState): string {
	if (vma.object !== undefined) return '/dev/zero (deleted)';
	if (vma.inode !== undefined) return vma.path ?? '';
	if (vma.start <= brk && vma.end >= startBrk && brk > startBrk) return '[heap]';
	return vma.start <= startStack && vma.end >= startStack ? '[stack]' : '';
}

/** The lines of /proc/self/maps (fs/proc/task_mmu.c show_map_vma). */
export function mapsText(space: SpaceState): string {
	return space.vmas
		.map(vma => {
			const device = vma.inode === undefined ? (vma.object === undefined ? '00:00' : SHARED_DEVICE) : FILE_DEVICE;
			const start = `${hex(vma.start, 8)}-${hex(vma.end, 8)} ${permissions(vma)} ${hex(vma.offset, 8)} ${device} ${vma.inode ?? vma.object ?? 0} `;
			const name = nameOf(vma, space);
			return name === '' ? `${start}\n` : `${start.padEnd(NAME_COLUMN)}${name}\n`;
		})
		.join('');
}
