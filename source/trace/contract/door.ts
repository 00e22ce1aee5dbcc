import {buildKernel, type Kernel, type KernelOptions} from '../../kernel/kernel.js';
import {boot} from '../../kernel/loader.js';
import type {OwnEntry} from '../../kernel/own-entry.js';
import {assemble} from '../../program/assemble.js';
import {link} from '../../program/link.js';
import {applyChange, refusalOf} from '../branches/change.js';
import {parseChanges} from '../branches/change-text.js';
import {outcomeText} from '../compare/summary.js';
import {Names, type NamedProgram} from '../names.js';
import type {Outcome} from '../outcome.js';
import {Recording} from '../recording.js';
import type {Search, SearchProgress} from '../search.js';
import {type Attack, ATTACK_STEPS, ATTACKS, type Ending} from './attacks/index.js';
import {firstConsequence, type ConsequenceSearch} from './consequence.js';
import {type Violation, violationText} from './monitor.js';

/** How one attack went. */
export interface AttackResult {
	readonly attack: Attack;
	/** Whether no promise was broken and the program ended as it should. */
	readonly held: boolean;
	/** The first broken promise. */
	readonly violation?: Violation;
	readonly outcome: Outcome;
	/** The whole in one or two sentences. */
	readonly words: string;
}

/** How an entry path has stood up to all attacks. */
export interface DoorReport {
	readonly results: readonly AttackResult[];
	/** Whether it has held against each of them. */
	readonly held: boolean;
	/** The first one that got through. */
	readonly first?: AttackResult;
}

/** An entry path under attack. */
export interface DoorTrial extends Search {
	/** What is known so far, attack by attack. */
	readonly report: DoorReport;
}

/** How to attack. */
export interface DoorOptions {
	/** The kernel around the entry path; with isolation, the entry path must switch page tables. */
	readonly kernel?: Omit<KernelOptions, 'entry'>;
	readonly attacks?: readonly Attack[];
}

/** Guest memory of an attack's machine, in bytes. */
const MEMORY = 8 * 1024 * 1024;

const stepsOf = ({steps = ATTACK_STEPS}: Attack): number => steps;

const matches = (outcome: Outcome, expected: Ending): boolean =>
	expected.kind === 'exited' ? outcome.kind === 'exited' && outcome.status === expected.status : outcome.kind === 'killed' && outcome.signal.name === expected.signal;

const endingText = (ending: Ending): string => (ending.kind === 'exited' ? `exited with ${ending.status}` : `been killed by ${ending.signal}`);

/** How an attack's program ended instead, as the beginning of a sentence. */
function endedText(outcome: Outcome): string {
	if (outcome.kind === 'killed') return `It was ${outcomeText(outcome)}`;
	return outcome.kind === 'exited' ? `It ${outcomeText(outcome)}` : outcomeText(outcome).replace(/^./, letter => letter.toUpperCase());
}

/** An attack's program, ready to be loaded. */
export function attackImage({name, program}: Attack): NamedProgram {
	const file = `${name}.s`;
	return {image: link([assemble({name: file, text: program})]), sources: new Map([[file, program]])};
}

/** A recording of an attack at its first step, its edit made where it belongs: the run goes that far and back. */
export function recordAttack(kernel: Kernel, attack: Attack, program: NamedProgram): Recording {
	const recording = new Recording(boot(kernel, program.image, {argv: [`./${attack.name}`], memory: MEMORY}), kernel);
	if (attack.edit === undefined) return recording;
	recording.advance(stepsOf(attack), event => event.kind === 'result');
	const place = recording.events.find(({kind}) => kind === 'result')?.step;
	if (place !== undefined) {
		recording.seek(place);
		const changes = parseChanges(attack.edit.changes, new Names(kernel, program));
		// An entry path that has lost the pt_regs gets no edit: its broken promises are told all the same.
		if (refusalOf(recording.machine, changes) === undefined) for (const change of changes) recording.edit(machine => applyChange(machine, change));
	}

	recording.seek(0);
	return recording;
}

function resultOf(attack: Attack, {result}: ConsequenceSearch): AttackResult | undefined {
	if (result === undefined) return undefined;
	const {first, outcome} = result;
	const held = first === undefined && matches(outcome, attack.expects);
	const ended = matches(outcome, attack.expects) ? '' : ` ${endedText(outcome)}; the program should have ${endingText(attack.expects)}.`;
	const words = held ? `${attack.name}: held.` : `${attack.name}: ${first === undefined ? 'no broken promise was seen.' : violationText(first)}${ended}`;
	return {attack, held, outcome, words, ...(first === undefined ? {} : {violation: first})};
}

/**
 * Runs hostile programs against an entry path, under the eyes of the contract monitor.
 * @param entry the entry path; undefined: the kernel's own
 * @throws AssemblyError with the entry path's problems
 */
export function attackDoor(entry: OwnEntry | undefined, {kernel: options = {}, attacks = ATTACKS}: DoorOptions = {}): DoorTrial {
	return attackKernel(buildKernel(entry === undefined ? options : {...options, entry}), attacks);
}

/** Runs hostile programs against a kernel that is built already. */
export function attackKernel(kernel: Kernel, attacks: readonly Attack[] = ATTACKS): DoorTrial {
	const results: AttackResult[] = [];
	let work: ConsequenceSearch | undefined;
	const begin = (attack: Attack): ConsequenceSearch => {
		const program = attackImage(attack);
		return firstConsequence(recordAttack(kernel, attack, program), new Names(kernel, program), stepsOf(attack));
	};

	return {
		get report() {
			const first = results.find(({held}) => !held);
			return {results, held: first === undefined, ...(first === undefined ? {} : {first})};
		},
		get step() {
			return results.length;
		},
		slice(): SearchProgress {
			const attack = attacks.at(results.length);
			if (attack === undefined) return 'done';
			work ??= begin(attack);
			if (work.slice() === 'more') return 'more';
			const result = resultOf(attack, work);
			if (result !== undefined) results.push(result);
			work = undefined;
			return results.length === attacks.length ? 'done' : 'more';
		},
	};
}
