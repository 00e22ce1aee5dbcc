import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {packageRoot} from '../kernel/package-files.js';
import {listLabs} from '../lab/catalogue.js';
import {openLab} from '../lab/open-lab.js';
import {progressFolder} from '../lab/progress/progress-folder.js';
import {colourDepth, type ColourDepth, type Environment, glyphSet, screenRefusal, terminalSize} from '../terminal/capabilities.js';
import {isTooSmall, SMALLEST} from '../view/too-small.js';
import {ExitCode} from './exit-codes.js';
import {print} from './output.js';
import {codeOf} from './system-error.js';

/** What was found out about one thing. `note`: the labs work, but not as well as they could. */
export interface Finding {
	readonly about: string;
	readonly state: 'good' | 'note' | 'bad';
	readonly fact: string;
	/** What to do; empty where nothing needs to be done. */
	readonly remedy: string;
}

/** What is looked at. */
export interface Patient {
	/** As `process.versions.node` has it. */
	readonly node: string;
	readonly environment: Environment;
	readonly input: {readonly isTTY?: boolean | undefined};
	readonly output: {readonly isTTY?: boolean | undefined; readonly columns?: number | undefined; readonly rows?: number | undefined};
}

const good = (about: string, fact: string): Finding => ({about, state: 'good', fact, remedy: ''});
const note = (about: string, fact: string, remedy: string): Finding => ({about, state: 'note', fact, remedy});
const bad = (about: string, fact: string, remedy: string): Finding => ({about, state: 'bad', fact, remedy});

/** The oldest version of Node.js that does, from the package: `>=20.20` is 20 and 20. */
function neededNode(): readonly [major: number, minor: number] {
	const {engines} = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {readonly engines?: {readonly node?: string}};
	const [, major, minor] = /(\d+)\.(\d+)/.exec(engines?.node ?? '') ?? [];
	return [Number(major), Number(minor)];
}

function nodeFinding({node}: Patient): Finding {
	const [major, minor] = neededNode();
	const [ownMajor, ownMinor] = node.split('.').map(Number);
	const fact = `Node.js is version ${node}; ${major}.${minor} or newer is needed`;
	return ownMajor > major || (ownMajor === major && ownMinor >= minor) ? good('node', fact) : bad('node', fact, 'install a newer one, from nodejs.org or with your package manager');
}

function terminalFinding({input, output, environment}: Patient): Finding {
	const refusal = screenRefusal({input, output}, environment);
	if (refusal !== undefined) return note('terminal', refusal.replace(/\.$/, ''), 'run this in the terminal in which the labs are to be shown; without one there are syscall-lab --plain and syscall-lab run');
	const {columns, rows} = terminalSize(output);
	const fact = `the terminal has ${columns} columns and ${rows} rows; ${SMALLEST.width} by ${SMALLEST.height} are needed`;
	return isTooSmall(columns, rows) ? bad('terminal', fact, 'make its window larger, or its characters smaller') : good('terminal', fact);
}

const DEPTHS: Readonly<Record<ColourDepth, string>> = {none: 'no colours', ansi: '16 colours', xterm256: '256 colours', truecolour: '16 million colours'};

function colourFinding({environment}: Patient): Finding {
	const depth = colourDepth(environment);
	if (depth !== 'none') return good('colours', `there are ${DEPTHS[depth]}; the labs use the terminal’s own 16`);
	const isWanted = (environment.NO_COLOR ?? '') !== '' || environment.FORCE_COLOR !== undefined;
	return note('colours', 'there are no colours', isWanted ? 'that is what NO_COLOR or FORCE_COLOR asks for; everything is marked by signs and words, too' : 'set TERM to what your terminal is, such as xterm-256color');
}

function unicodeFinding({environment}: Patient): Finding {
	if (glyphSet(environment) === 'unicode') return good('characters', 'borders and signs are drawn in Unicode');
	return note('characters', 'borders and signs are drawn in ASCII, since the locale has no UTF-8', 'set LANG to a UTF-8 locale, such as LANG=C.UTF-8');
}

function progressFinding({environment}: Patient): Finding {
	const folder = progressFolder(environment, environment.HOME ?? '/');
	const probe = path.join(folder, `.doctor-${process.pid}`);
	try {
		mkdirSync(folder, {recursive: true});
		writeFileSync(probe, '');
		rmSync(probe);
		return good('progress', `progress is kept in ${folder}`);
	} catch (error) {
		return bad('progress', `${folder} can’t be written (${codeOf(error)})`, 'change its permissions or make room, or set SYSCALL_LAB_HOME to another folder');
	}
}

/** Reads each lab, assembles its programs and boots its first machine; syscall-lab check proves them. */
function labFindings(): Finding[] {
	const labs = listLabs();
	const broken = labs.flatMap(({name, folder}) => {
		const opened = openLab(folder, name);
		return 'problem' in opened ? [bad('labs', opened.problem, `install syscall-lab again, or mend the lab; syscall-lab check ${name} says more`)] : [];
	});
	return broken.length === 0 ? [good('labs', `all ${labs.length} labs can be opened`)] : broken;
}

/** Looks at what is around the program. */
export const examinePlace = (patient: Patient): Finding[] => [nodeFinding(patient), terminalFinding(patient), colourFinding(patient), unicodeFinding(patient), progressFinding(patient)];

/** Looks at everything. */
export const examine = (patient: Patient): Finding[] => [...examinePlace(patient), ...labFindings()];

const WORDS: Readonly<Record<Finding['state'], string>> = {good: 'good', note: 'note', bad: 'BAD '};

const lineOf = ({state, fact, remedy}: Finding): string => `${WORDS[state]}  ${fact}.${remedy === '' ? '' : `\n      What to do: ${remedy}.`}\n`;

/** Says whether everything is there that the labs need. Gives the exit code. */
export async function doctorCommand(json: boolean): Promise<number> {
	const findings = examine({node: process.versions.node, environment: process.env, input: process.stdin, output: process.stdout});
	const isBad = findings.some(({state}) => state === 'bad');
	await print(json ? `${JSON.stringify({good: !isBad, findings})}\n` : `${findings.map(lineOf).join('')}${isBad ? 'Something is missing.' : 'The labs can be shown.'}\n`);
	return isBad ? ExitCode.FAILED : ExitCode.OK;
}
