import {buildKernel, type KernelOptions} from '../../source/kernel/kernel.js';
import type {OwnEntry} from '../../source/kernel/own-entry.js';

/** The kernel's own entry path as a text of someone's own, some of its lines replaced. */
export function entryText(replaced: readonly (readonly [from: string, to: string])[] = [], options: KernelOptions = {}): string {
	const lines = (buildKernel(options).sources.get('entry_64.s') ?? '').split('\n');
	const text = lines.slice(lines.indexOf('\t.globl entry_SYSCALL_64'), lines.indexOf('\tsysretq') + 1).join('\n');
	return replaced.reduce((changed, [from, to]) => {
		if (!changed.includes(from)) throw new Error(`the entry path has no “${from}”`);
		return changed.replace(from, to);
	}, text);
}

/** The same as an entry path for the kernel. */
export const ownEntry = (...replaced: readonly (readonly [from: string, to: string])[]): OwnEntry => ({name: 'mine.s', text: entryText(replaced)});
