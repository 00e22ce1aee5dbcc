import type {LabView} from '../lab-view.js';
import {factPane} from './facts.js';

/** Lists that need no more than their facts. */
const LIST = {least: 6, good: 14, grows: 1} as const;

export const pathPane = factPane({
	name: 'path', title: 'Path', help: 'The way of a call from the program through the kernel and back, and where the machine is on it',
	size: {least: 6, good: 16, grows: 1}, views: {processor: 8, tables: 7}, empty: 'The way is not known here.',
});

export const tablesPane = factPane({
	name: 'tables', title: 'Tables', help: 'GDT, IDT and TSS, decoded, with the registers that point to them',
	size: LIST, views: {tables: 1}, empty: 'No table can be read here.',
});

export const systemPane = factPane({
	name: 'system', title: 'System registers', help: 'Control registers and the model-specific ones of system calls, decoded',
	size: LIST, views: {tables: 2}, empty: 'There are none.',
});

export const walkPane = factPane({
	name: 'walk', title: 'Page walk', help: 'How the page tables translate the address of the memory pane, level by level, and who may do what there',
	size: LIST, views: {memory: 7, tables: 3}, empty: 'This address is not canonical: no table is asked for it.',
});

export const mapsPane = factPane({
	name: 'maps', title: 'Memory map', help: 'Everything that is mapped, with its rights, as the page tables in force have it',
	size: LIST, views: {memory: 8, tables: 4}, empty: 'Nothing is mapped.',
});

export const tasksPane = factPane({
	name: 'tasks', title: 'Tasks', help: 'The kernel’s tasks, and which of them runs',
	size: LIST, views: {tables: 8}, empty: 'There are no tasks yet.',
});

const branchesOf = ({slices: {branches = []}}: LabView): NonNullable<LabView['slices']['branches']> => branches;

export const branchesPane = factPane({
	name: 'branches', title: 'Branches', help: 'The futures of this run: each change has begun one; Enter goes to the marked one',
	size: {least: 5, good: 8, grows: 0}, views: {memory: 9, tables: 9}, empty: 'Nothing has been changed: there is one run.',
	marks: {
		count: view => Math.max(1, branchesOf(view).length),
		usual: view => Math.max(0, branchesOf(view).findIndex(({isNow}) => isNow === true)),
		action(view, mark) {
			const id = branchesOf(view).at(mark)?.id;
			return id === undefined ? undefined : {kind: 'branch', id};
		},
		label: 'go there',
		stays: false,
	},
});
