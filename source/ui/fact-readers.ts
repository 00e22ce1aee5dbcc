import {descriptorTables} from '../trace/machine-views/descriptor-tables.js';
import type {Decoded, Field} from '../trace/machine-views/field.js';
import {memoryMap} from '../trace/machine-views/memory-map.js';
import {walkOf, type WalkLevel} from '../trace/machine-views/page-walk.js';
import {processMaps} from '../trace/machine-views/process-maps.js';
import {systemRegisters} from '../trace/machine-views/registers.js';
import {findSyscalls, type SyscallView} from '../trace/machine-views/syscall-search.js';
import {type NamedValue, perCpuArea, taskList} from '../trace/machine-views/tasks.js';
import {callCard, type Card} from '../view/card.js';
import {describeOutcome} from '../view/panes/console.js';
import {cursorAddress} from '../view/panes/memory.js';
import type {Fact, FactSlice} from '../view/slices.js';
import {hex} from '../view/text.js';
import type {Source} from './slice-readers.js';

const head = (name: string, value = ''): Fact => ({name, value, text: '', isHead: true});

/** Fields of a value, each with its bits, on a card. */
const fieldsCard = (title: string, fields: readonly Field[]): Card => ({title, parts: fields.map(({name, bits, value, sentence}) => ({name: `${name} [${bits}]`, text: `${hex(value)}: ${sentence}`}))});

/** Fields of which there are few are all listed; of many those that are not zero. */
const FEW = 3;

/** A value with the sentences of those of its fields that matter; the card has all. */
function decodedFacts({name, value, sentence, fields}: Decoded): Fact[] {
	const card = fieldsCard(`${name} is ${hex(value)}`, fields);
	const shown = fields.length <= FEW ? fields : fields.filter(part => part.value !== 0n);
	return [{name, value: hex(value), text: sentence, card}, ...shown.map((part): Fact => ({name: `  ${part.name}`, value: hex(part.value), text: part.sentence, card}))];
}

/** A named value; its sentence without the name and the value, which stand beside it. */
function valueFact({name, value, sentence}: {readonly name: string; readonly value?: bigint; readonly sentence: string}): Fact {
	const shown = value === undefined ? '' : hex(value);
	const text = sentence.startsWith(`${name}, `) ? sentence.slice(name.length + 2) : sentence.startsWith(`${name}: `) ? sentence.slice(name.length + 2) : sentence;
	return {name, value: shown, text: text.endsWith(`: ${shown}.`) ? `${text.slice(0, -shown.length - 3)}.` : text === `${shown}.` ? '' : text};
}

function tables({laboratory: {recording: {machine, kernel}}, naming}: Source): Fact[] {
	const {registers, gdt, tss, idt} = descriptorTables(machine, naming);
	const area = perCpuArea(machine, kernel, naming);
	return [
		...registers.map(({name, base, limit, selector, sentence}): Fact => ({
			name, value: hex(base), text: sentence,
			card: {title: name, parts: [{text: sentence}, {name: 'base', text: hex(base)}, {name: 'limit', text: hex(limit)}, ...(selector === undefined ? [] : [{name: 'selector', text: hex(selector)}])]},
		})),
		head('GDT'),
		...gdt.filter(({kind}) => kind !== 'null' && kind !== 'upper-half').map(({selector, sentence, loadedIn, fields}): Fact => ({
			name: hex(selector), value: loadedIn.length === 0 ? '' : `in ${loadedIn.join(', ')}`, text: sentence, card: fieldsCard(sentence, fields),
		})),
		head('TSS'),
		...tss.map(valueFact),
		head('IDT', 'the gates that are there'),
		...idt.filter(({present}) => present).map(({vector, handlerName = '', sentence, fields}): Fact => ({name: String(vector), value: handlerName, text: sentence, card: fieldsCard(sentence, fields)})),
		...(area === undefined ? [] : [head('Per-CPU area', hex(area.address)), ...area.variables.map(valueFact)]),
	];
}

function system({laboratory: {recording: {machine}}, naming}: Source): Fact[] {
	const {control, modelSpecific, debug} = systemRegisters(machine, naming);
	return [
		head('Model-specific registers'), ...modelSpecific.flatMap(decodedFacts), head('Control registers'), ...control.flatMap(decodedFacts),
		head('Debug registers'), ...debug.map(({name, value, sentence, fields}): Fact => ({name, value: hex(value), text: sentence, card: fieldsCard(`${name} is ${hex(value)}`, fields)})),
	];
}

const levelFact = ({name, index, entry, entryAddress, sentence, fields}: WalkLevel): Fact => ({
	name, value: `[${index}] ${hex(entry)}`, text: sentence,
	card: {title: `Entry ${index} of the ${name}, at physical ${hex(BigInt(entryAddress))}`, parts: fields.map(({name: bit, value, sentence: said}) => ({name: bit, text: `${hex(value)}: ${said}`}))},
});

function walk({laboratory: {recording: {machine, kernel}}, view}: Source): Fact[] {
	const found = walkOf(machine, kernel, cursorAddress(view));
	return [
		{name: hex(found.address), value: '', text: found.sentence},
		...found.tables.flatMap(({owner, inForce, levels, verdicts, sentence}) => [
			head(owner === 'both' ? 'The tables of both rings' : `The ${owner}’s tables`, inForce ? 'in force' : 'not in force'),
			...levels.map(levelFact),
			{name: '', value: '', text: sentence},
			...verdicts.map(({ring, access, allowed, sentence: said}): Fact => ({name: `ring ${ring} ${access}`, value: allowed ? 'allowed' : 'refused', text: allowed ? '' : said})),
		]),
	];
}

const holds = (address: bigint, {start, end}: {readonly start: bigint; readonly end: bigint}): boolean => address >= start && address < end;

function maps({laboratory: {recording: {machine, kernel}}, places, view}: Source): Fact[] {
	const address = cursorAddress(view);
	const {regions, complete} = memoryMap(machine, kernel, places);
	return [
		...regions.map((region): Fact => ({name: hex(region.start), value: `${hex(region.end)} ${region.rights} ${region.user ? 'user' : 'kernel'}`, text: region.name, isNow: holds(address, region), card: {title: hex(region.start), parts: [{text: region.sentence}]}})),
		...(complete ? [] : [{name: '', value: '', text: 'The tables hold more than is listed.'}]),
	];
}

function process({laboratory: {recording: {machine, kernel}}, view}: Source): Fact[] {
	const found = processMaps(machine, kernel);
	if (found === undefined) return [];
	const address = cursorAddress(view);
	return [
		head(`/proc/${found.pid}/maps`),
		...found.areas.map((area): Fact => ({
			name: `${area.start.toString(16).padStart(8, '0')}-${area.end.toString(16).padStart(8, '0')}`, value: area.permissions, text: area.name, isNow: holds(address, area),
			card: {title: area.name === '' ? hex(area.start) : area.name, parts: [{text: `\`${area.line}\``}, {text: area.sentence}]},
		})),
	];
}

/** The call that is being made or is about to be made; undefined while the program runs its own code. */
function callNow({view: {moment: {registers, events, step}}}: Source): number | undefined {
	const about = events.find(event => event.kind === 'syscall' && event.step === step);
	if (about?.kind === 'syscall') return about.nr;
	if (registers.cpl === 3) return undefined;
	const last = events.findLast(event => (event.kind === 'syscall' || event.kind === 'exception' || event.kind === 'interrupt') && event.step < step);
	return last?.kind === 'syscall' ? last.nr : undefined;
}

const callFacts = new Map<number, Fact>();

/** A row of the table of system calls; it is always the same. */
function callFact(call: SyscallView): Fact {
	const {number, name, implemented, summary, arguments: args} = call;
	const found = callFacts.get(number) ?? {name: `${String(number).padStart(3)} ${name}`, value: implemented ? '' : 'not here', text: `(${args.map(argument => argument.name).join(', ')}) ${summary}`, card: callCard(call)};
	callFacts.set(number, found);
	return found;
}

function calls(source: Source): Fact[] {
	const now = callNow(source);
	return findSyscalls(source.view.query).map(call => (call.number === now ? {...callFact(call), isNow: true} : callFact(call)));
}

const fieldPart = ({name, sentence}: NamedValue): Card['parts'][number] => ({name: name.replace(/^TASK_/, ''), text: sentence.replace(/^[^,:]*[,:] /, '')});

const tasks = ({laboratory: {recording: {machine, kernel}}, naming}: Source): Fact[] =>
	taskList(machine, kernel, naming).map(({pid, current, runnable, sentence, fields, address}): Fact => ({
		name: `pid ${pid}`, value: current ? 'runs' : runnable ? 'could run' : 'waits', text: sentence, isNow: current, card: {title: `The task_struct of ${pid}, at ${hex(address)}`, parts: fields.map(fieldPart)},
	}));

function branches({laboratory: {branches: found, origin}}: Source): Fact[] {
	const list = found?.list() ?? [];
	if (list.length < 2) return [];
	return list.map(({id, name, words, length, fork, outcome, isCurrent}): Fact => ({
		id, name, value: `steps ${Math.max(0, fork - origin)} to ${length - origin}`, text: `${words}${outcome === undefined ? '' : `; ${describeOutcome(outcome)}`}`, isNow: isCurrent,
	}));
}

/** How the lists of facts are read. */
export const FACT_READERS: Readonly<Record<FactSlice, (source: Source) => readonly Fact[]>> = {tables, system, walk, maps, process, calls, tasks, branches};
