import {crossingDiagram} from '../trace/machine-views/crossing-diagram.js';
import {descriptorTables} from '../trace/machine-views/descriptor-tables.js';
import type {Decoded} from '../trace/machine-views/field.js';
import {memoryMap} from '../trace/machine-views/memory-map.js';
import {walkOf} from '../trace/machine-views/page-walk.js';
import {systemRegisters} from '../trace/machine-views/registers.js';
import {taskList} from '../trace/machine-views/tasks.js';
import {whereIs} from '../trace/machine-views/where-is.js';
import {describeOutcome} from '../view/panes/console.js';
import {subjectAddress} from '../view/panes/memory.js';
import type {Fact, FactSlice} from '../view/slices.js';
import {hex} from '../view/text.js';
import type {Source} from './slice-readers.js';

const head = (name: string, value = ''): Fact => ({name, value, text: '', isHead: true});

/** A value with the sentences of those of its fields that matter. */
const decodedFacts = ({name, value, sentence, fields}: Decoded): Fact[] => [{name, value: hex(value), text: sentence}, ...fields.map((part): Fact => ({name: `  ${part.name}`, value: hex(part.value), text: part.sentence}))];

function path({laboratory: {recording: {kernel}, program}, view: {moment}}: Source): Fact[] {
	const diagram = crossingDiagram(kernel, program);
	const {states, now, sentence} = whereIs(diagram, kernel, moment, program);
	return [
		...diagram.nodes.map(({id, title, caption, depth}): Fact => ({name: `${'  '.repeat(depth)}${title}`, value: states[id] === 'done' ? 'done' : '', text: caption, isNow: id === now})),
		{name: '', value: '', text: sentence},
	];
}

function tables({laboratory: {recording: {machine}}, naming}: Source): Fact[] {
	const {registers, gdt, tss, idt} = descriptorTables(machine, naming);
	return [
		...registers.map(({name, base, sentence}): Fact => ({name, value: hex(base), text: sentence})),
		head('GDT'),
		...gdt.filter(({kind}) => kind !== 'null' && kind !== 'upper-half').map(({selector, sentence, loadedIn}): Fact => ({name: hex(selector), value: loadedIn.length === 0 ? '' : `in ${loadedIn.join(', ')}`, text: sentence})),
		head('TSS'),
		...tss.map(({name, value, sentence}): Fact => ({name, value: value === undefined ? '' : hex(value), text: sentence})),
		head('IDT', 'the gates that are there'),
		...idt.filter(({present}) => present).map(({vector, handlerName = '', sentence}): Fact => ({name: String(vector), value: handlerName, text: sentence})),
	];
}

function system({laboratory: {recording: {machine}}, naming}: Source): Fact[] {
	const {control, modelSpecific} = systemRegisters(machine, naming);
	return [head('Model-specific registers'), ...modelSpecific.flatMap(decodedFacts), head('Control registers'), ...control.flatMap(decodedFacts)];
}

function walk({laboratory: {recording: {machine, kernel}}, view}: Source): Fact[] {
	const found = walkOf(machine, kernel, subjectAddress(view));
	return [
		{name: hex(found.address), value: '', text: found.sentence},
		...found.tables.flatMap(({owner, inForce, levels, verdicts, sentence}) => [
			head(`Tables of ${owner === 'both' ? 'both rings' : `the ${owner}`}`, inForce ? 'in force' : 'not in force'),
			...levels.map((level): Fact => ({name: level.name, value: `[${level.index}] ${hex(level.entry)}`, text: level.sentence})),
			{name: '', value: '', text: sentence},
			...verdicts.map(({ring, access, allowed, sentence: said}): Fact => ({name: `ring ${ring} ${access}`, value: allowed ? 'allowed' : 'refused', text: said})),
		]),
	];
}

function maps({laboratory: {recording: {machine, kernel}}, places, view}: Source): Fact[] {
	const address = subjectAddress(view);
	const {regions, complete} = memoryMap(machine, kernel, places);
	return [
		...regions.map(({start, end, user, rights, name}): Fact => ({name: hex(start), value: `${hex(end)} ${rights} ${user ? 'user' : 'kernel'}`, text: name, isNow: address >= start && address < end})),
		...(complete ? [] : [{name: '', value: '', text: 'The tables hold more than is listed.'}]),
	];
}

const tasks = ({laboratory: {recording: {machine, kernel}}, naming}: Source): Fact[] =>
	taskList(machine, kernel, naming).map(({pid, current, runnable, sentence}): Fact => ({name: `pid ${pid}`, value: current ? 'runs' : runnable ? 'could run' : 'waits', text: sentence, isNow: current}));

function branches({laboratory: {branches: found, origin}}: Source): Fact[] {
	const list = found?.list() ?? [];
	if (list.length < 2) return [];
	return list.map(({id, name, words, length, fork, outcome, isCurrent}): Fact => ({
		id, name, value: `steps ${Math.max(0, fork - origin)} to ${length - origin}`, text: `${words}${outcome === undefined ? '' : `; ${describeOutcome(outcome)}`}`, isNow: isCurrent,
	}));
}

/** How the lists of facts are read. */
export const FACT_READERS: Readonly<Record<FactSlice, (source: Source) => readonly Fact[]>> = {path, tables, system, walk, maps, tasks, branches};
