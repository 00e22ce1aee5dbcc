import {factPane} from './facts.js';

/** Lists that need no more than their facts. */
const LIST = {least: 6, good: 14, grows: 1} as const;

export const tablesPane = factPane({
	name: 'tables', title: 'Tables', help: 'GDT, IDT and TSS, decoded, with the registers that point to them; Enter shows the marked entry’s fields',
	size: LIST, views: {tables: 1}, empty: 'No table can be read here.',
});

export const systemPane = factPane({
	name: 'system', title: 'System registers', help: 'Control registers and the model-specific ones of system calls, decoded; Enter shows all fields of the marked one',
	size: LIST, views: {tables: 2}, empty: 'There are none.',
});

export const walkPane = factPane({
	name: 'walk', title: 'Page walk', help: 'How the page tables translate the address that is marked in the memory pane, level by level, and who may do what there; :walk chooses another one',
	size: LIST, views: {memory: 7, tables: 3}, empty: 'This address is not canonical: no table is asked for it.',
});

export const mapsPane = factPane({
	name: 'maps', title: 'Memory map', help: 'Everything that is mapped, with its rights, as the page tables in force have it',
	size: LIST, views: {memory: 8, tables: 4}, empty: 'Nothing is mapped.',
});

export const processPane = factPane({
	name: 'process', title: 'Process maps', help: 'What the process has mapped, as it would read it in /proc/self/maps',
	size: {least: 5, good: 10, grows: 1}, views: {memory: 9, tables: 5}, empty: 'No process runs now.',
});

export const callsPane = factPane({
	name: 'calls', title: 'System calls', help: 'The table of system calls by number; :calls searches it, Enter explains the marked one',
	size: LIST, views: {calls: 2}, empty: 'No call is found by that; :calls alone shows all.', stays: false,
	subject: ({query}) => (query === '' ? '' : `found by ${query}`),
});

export const tasksPane = factPane({
	name: 'tasks', title: 'Tasks', help: 'The kernel’s tasks, and which of them runs; Enter shows the marked one’s fields',
	size: {least: 5, good: 10, grows: 1}, views: {calls: 6, tables: 8}, empty: 'There are no tasks yet.',
});

export const branchesPane = factPane({
	name: 'branches', title: 'Branches', help: 'The futures of this run: each change has begun one; Enter goes to the marked one',
	size: {least: 5, good: 8, grows: 0}, views: {memory: 10, tables: 9}, empty: 'Nothing has been changed: there is one run.', stays: false,
	enter: {label: 'go there', action: ({id}) => (id === undefined ? undefined : {kind: 'branch', id})},
});
