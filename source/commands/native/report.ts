import type {NativeResult} from '../native.js';
import {type ComparedCall, isDifferent, type Line} from './comparison.js';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** What stands at the end of a line. */
const VERDICTS: Readonly<Record<Line['verdict'], string>> = {same: 'the same', differs: 'DIFFERS', own: 'its own'};

/** Columns of a table, as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
	return rows.map(row => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd()}\n`).join('');
}

const callText = ({number, name, site, lines}: ComparedCall): string =>
	`call ${number}: ${name}, at ${hex(site)}\n${table([['behind it', 'this machine', 'the processor', ''], ...lines.map(({what, machine, real, verdict}) => [what, machine, real, VERDICTS[verdict]])])}`;

/** What it comes to, in a sentence. */
function conclusion({calls, missing}: NativeResult): string {
	if (missing > 0) return `The processor was not seen to make ${missing === 1 ? 'the last call' : `the last ${missing} calls`}: there the program went another way.`;
	return isDifferent(calls) ? 'Something differs that should not.' : 'Wherever the two must agree, they do. What is its own may differ: a process number, a terminal, flags.';
}

/** Everything as text. */
export function nativeReport(result: NativeResult): string {
	const {lab, program, files, real, calls} = result;
	const how = real.recordedBecause === undefined ? 'measured now' : `a recording (${real.recordedBecause})`;
	return [
		`${lab}, ${program}: this machine beside ${real.computer}, ${how}\n`,
		...calls.map(callText),
		`${conclusion(result)}\nWritten: ${files.join(', ')}\n`,
	].join('\n');
}

/** The same as one JSON object; numbers as hexadecimal text. */
export function nativeJson({lab, program, files, real: {computer, recordedBecause}, calls, missing}: NativeResult): string {
	return JSON.stringify({
		lab, program, computer, measured: recordedBecause === undefined, ...(recordedBecause === undefined ? {} : {because: recordedBecause}),
		different: isDifferent(calls), missing, calls: calls.map(call => ({...call, site: hex(call.site)})), files,
	});
}
