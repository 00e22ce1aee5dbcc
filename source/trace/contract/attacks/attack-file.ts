import {PT_REGS_FIELDS, type PtRegsField} from '../../../kernel/constants.js';
import {type Problem} from '../../../program/problems.js';
import {type Attack, dies, type Ending, EXITS, savedField} from './attack.js';

/** An attack that someone has written can't be read: says where and why. */
export class AttackFileError extends Error {
	constructor(readonly problem: Problem) {
		super(problem.message);
	}
}

/** A line at the top of an attack's file that says something of it. */
const FACT = /^#\s*(attack|expects|edit|steps):\s*(.*?)\s*$/;

/** How a program ends, as it is written: `exit 0`, `signal SIGSEGV`. */
const ENDING = /^(?:exit (\d{1,3})|signal (SIG[A-Z0-9]+))$/;

/** The most steps that an attack may ask for. */
const MOST_STEPS = 10_000_000;

const SHORTEST_SENTENCE = 3;

/** A place in an attack's file, for what is wrong with it. */
type Fail = (message: string, remedy: string) => AttackFileError;

function endingOf(text: string, fail: Fail): Ending {
	const [, status, signal] = ENDING.exec(text) ?? [];
	if ((status as string | undefined) !== undefined) return {kind: 'exited', status: Number(status)};
	if ((signal as string | undefined) !== undefined) return dies(signal);
	throw fail(`“${text}” is no ending`, 'write “exit 0” or “signal SIGSEGV”');
}

/** Fields of the pt_regs with new values, as `ip=elsewhere, cx=0x1234`. */
function editOf(text: string, fail: Fail): string {
	return text.split(',').map(part => {
		const [field, value = ''] = part.split('=').map(word => word.trim());
		if (!(PT_REGS_FIELDS as readonly string[]).includes(field) || value === '') throw fail(`“${part.trim()}” changes no field of struct pt_regs`, `write it as ip=elsewhere; there are ${PT_REGS_FIELDS.join(', ')}`);
		return savedField(field as PtRegsField, value);
	}).join(', ');
}

function stepsOf(text: string, fail: Fail): number {
	const steps = Number(text);
	if (!Number.isInteger(steps) || steps < 1 || steps > MOST_STEPS) throw fail(`“${text}” is no number of steps`, `write one from 1 to ${MOST_STEPS}`);
	return steps;
}

/**
 * Reads an attack that someone has written: a program whose first comments say what it is.
 *
 *	# attack: Makes a call with the direction flag set.
 *	# expects: exit 0              or: signal SIGSEGV
 *	# edit: ip=elsewhere           the thread's pt_regs are changed when its first call has its result
 *	# steps: 100000                within which it is over
 *
 * Only the first is needed; without `expects` it is to exit with 0.
 * @param name the file's name without its ending
 * @throws AttackFileError
 */
export function parseAttack(file: string, name: string, text: string): Attack {
	const facts = new Map<string, {readonly value: string; readonly fail: Fail}>();
	for (const [index, line] of text.split(/\r?\n/).entries()) {
		const [, key, value] = FACT.exec(line) ?? [];
		const fail: Fail = (message, remedy) => new AttackFileError({file, line: index + 1, message, remedy});
		if ((key as string | undefined) === undefined) continue;
		if (facts.has(key)) throw fail(`there is a second “${key}”`, 'write it once');
		facts.set(key, {value, fail});
	}

	const read = <T>(key: string, make: (value: string, fail: Fail) => T): T | undefined => {
		const fact = facts.get(key);
		return fact === undefined ? undefined : make(fact.value, fact.fail);
	};

	const sentence = facts.get('attack')?.value ?? '';
	if (sentence.length < SHORTEST_SENTENCE) throw new AttackFileError({file, line: 1, message: 'this is no attack', remedy: 'begin the file with a line such as “# attack: Makes a call with a bad stack pointer.”'});
	const changes = read('edit', editOf);
	const steps = read('steps', stepsOf);
	return {
		name, sentence, program: text, expects: read('expects', endingOf) ?? EXITS,
		...(changes === undefined ? {} : {edit: {changes}}), ...(steps === undefined ? {} : {steps}),
	};
}
