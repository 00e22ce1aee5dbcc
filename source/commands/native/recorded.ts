import {readFileSync} from 'node:fs';
import path from 'node:path';
import {labsFolder} from '../../lab/read-program.js';
import type {MeasuredCall} from './gdb.js';
import {MEASURED, type RegisterValues, type SeenCall} from './machine-calls.js';

/** The file of measurements that the package has, beside the labs. */
export const RECORDED_FILE = 'native.json';

/** Registers as they are kept: hexadecimal, in the order of MEASURED. */
type KeptRegisters = readonly string[];

/** Measurements of all labs on one computer. */
export interface Recorded {
	readonly format: 1;
	/** The processor's name, and the kernel's release. */
	readonly computer: string;
	/** The calls of each lab's program, by the lab's name. */
	readonly labs: Readonly<Record<string, readonly {readonly site: string; readonly before?: KeptRegisters; readonly after?: KeptRegisters}[]>>;
}

const keep = (values: RegisterValues): KeptRegisters => MEASURED.map(name => values[name].toString(16));

const open = (kept: KeptRegisters): RegisterValues => Object.fromEntries(MEASURED.map((name, index) => [name, BigInt(`0x${kept[index]}`)])) as unknown as RegisterValues;

/** A lab's measurement as it is kept. */
export const keptCalls = (calls: readonly SeenCall[], measured: readonly MeasuredCall[]): Recorded['labs'][string] => measured.map(({before, after}, index) => ({
	site: calls[index].site.toString(16), ...(before === undefined ? {} : {before: keep(before)}), ...(after === undefined ? {} : {after: keep(after)}),
}));

/** The measurements of the package. */
export const readRecorded = (): Recorded => JSON.parse(readFileSync(path.join(labsFolder(), RECORDED_FILE), 'utf8')) as Recorded;

/** What was recorded of a lab's calls; undefined if that was another text of its program, or nothing. */
export function recordedCalls({labs}: Recorded, lab: string, calls: readonly SeenCall[]): readonly MeasuredCall[] | undefined {
	const kept = (labs as Readonly<Partial<Recorded['labs']>>)[lab];
	if (kept === undefined || kept.length === 0 || kept.some(({site}, index) => calls.at(index)?.site.toString(16) !== site)) return undefined;
	return kept.map(({before, after}) => ({...(before === undefined ? {} : {before: open(before)}), ...(after === undefined ? {} : {after: open(after)})}));
}
