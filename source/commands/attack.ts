import path from 'node:path';
import {buildKernel, type Kernel} from '../kernel/kernel.js';
import {AssemblyError, type Problem} from '../program/problems.js';
import {ValueError} from '../trace/register-values.js';
import {AttackFileError, parseAttack} from '../trace/contract/attacks/attack-file.js';
import {type Attack, ATTACKS} from '../trace/contract/attacks/index.js';
import {attackImage, attackKernel, type AttackResult, type DoorReport} from '../trace/contract/door.js';
import {CommandError, UsageError} from './command-error.js';
import {ExitCode} from './exit-codes.js';
import {codeOfSignal, Interruption} from './interruption.js';
import {print} from './output.js';
import {readBytes} from './read-file.js';
import {suggest} from './spelling.js';

/** What `syscall-lab attack` was asked to do. */
export interface AttackRequest {
	/** A file with an entry path; absent: the kernel's own is attacked. */
	readonly entry?: string | undefined;
	/** Files with attacks; none: the package's. */
	readonly files: readonly string[];
	/** Names of the package's attacks; none: all of them. */
	readonly only: readonly string[];
	readonly isolation: boolean;
	readonly json: boolean;
}

/** The largest text that is taken, in bytes. */
const LARGEST = 1024 * 1024;

const problemLine = ({file, line, column, message, remedy}: Problem): string => `${[file, line, column].filter(part => part !== undefined).join(':')}: ${message}${remedy === undefined ? '' : `; ${remedy}`}`;

/** Does something with a file's text; what is wrong with it is told by file and line. */
function reading<T>(make: () => T): T {
	try {
		return make();
	} catch (error) {
		if (error instanceof AssemblyError) throw new CommandError(ExitCode.DATA, error.problems.map(problemLine).join('\n'));
		if (error instanceof AttackFileError) throw new CommandError(ExitCode.DATA, problemLine(error.problem));
		throw error;
	}
}

function textOf(file: string): string {
	const bytes = readBytes(file, LARGEST, 'give the path of a .s file');
	if (bytes.length > LARGEST || bytes.includes(0)) throw new CommandError(ExitCode.DATA, `${file}: this is no assembly text; give a .s file`);
	return Buffer.from(bytes).toString('utf8');
}

/** An attack of somebody's own; it must assemble. */
const readAttack = (file: string): Attack => reading(() => {
	const attack = parseAttack(file, path.basename(file, '.s'), textOf(file));
	attackImage(attack);
	return attack;
});

/** The attacks that were asked for. */
function chosenAttacks({files, only}: AttackRequest): readonly Attack[] {
	const names = ATTACKS.map(({name}) => name);
	const unknown = only.find(name => !names.includes(name));
	if (unknown !== undefined) throw new UsageError(`there is no attack ${unknown}${suggest(unknown, names, `there are ${names.join(', ')}`)}`);
	const ours = only.length === 0 && files.length > 0 ? [] : ATTACKS.filter(({name}) => only.length === 0 || only.includes(name));
	return [...ours, ...files.map(readAttack)];
}

const buildWith = ({entry, isolation}: AttackRequest): Kernel => reading(() => buildKernel({isolation, ...(entry === undefined ? {} : {entry: {name: entry, text: textOf(entry)}})}));

/** Everything as text: a line for each attack, then what got through first. */
function report({results, first}: DoorReport, entry: string | undefined): string {
	const width = Math.max(...results.map(({attack}) => attack.name.length));
	const line = ({attack, held, violation}: AttackResult): string => `  ${attack.name.padEnd(width)}  ${held ? 'held' : violation === undefined ? 'ended otherwise' : `broke “${violation.promise.name}”`}\n`;
	const end = first === undefined ? 'No attack got through.' : `The first that got through is ${first.attack.name}. ${first.attack.sentence}\n${first.words}`;
	return `${entry ?? 'the kernel’s own door'} against ${results.length === 1 ? 'one attack' : `${results.length} attacks`}\n${results.map(line).join('')}${end}\n`;
}

const json = ({results, held}: DoorReport, entry: string | undefined): string => JSON.stringify({
	...(entry === undefined ? {} : {entry}), held,
	attacks: results.map(({attack: {name, sentence}, held: each, violation, words}) => ({name, sentence, held: each, ...(violation === undefined ? {} : {promise: violation.promise.name}), words})),
});

/** Attacks an entry path with hostile programs and prints what got through. */
export async function attackCommand(request: AttackRequest): Promise<number> {
	const attacks = chosenAttacks(request);
	const kernel = buildWith(request);
	const interruption = new Interruption();
	try {
		const trial = attackKernel(kernel, attacks);
		while (trial.slice() === 'more') {
			await interruption.breathe();
			if (interruption.signal !== undefined) return codeOfSignal(interruption.signal);
		}

		await print(request.json ? `${json(trial.report, request.entry)}\n` : report(trial.report, request.entry), interruption.abort);
		return trial.report.held ? ExitCode.OK : ExitCode.FAILED;
	} catch (error) {
		// An edit that names what the program does not have.
		if (error instanceof ValueError) throw new CommandError(ExitCode.DATA, `syscall-lab: an attack’s edit can’t be made: ${error.message}`);
		throw error;
	} finally {
		interruption.end();
	}
}
