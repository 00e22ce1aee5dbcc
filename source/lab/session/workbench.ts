import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {NameBook} from '../../trace/branches/change-text.js';
import {parseChanges} from '../../trace/branches/change-text.js';
import type {Change} from '../../trace/branches/change.js';
import {Comparison} from '../../trace/compare/comparison.js';
import type {LockstepResult} from '../../trace/compare/lockstep.js';
import type {OwnEntry} from '../../kernel/own-entry.js';
import type {Program} from '../../trace/moment.js';
import type {Recording} from '../../trace/recording.js';
import type {Action, Move} from '../format/action.js';
import {changeSetup, type KernelSettings, type Setup, setupKey} from '../format/setup.js';
import type {OtherRun} from '../goals/condition.js';
import type {Evidence} from '../goals/verdict.js';
import {executable, guestFiles} from '../guest-files.js';
import {chooseValues, seedOf} from '../lab-values.js';
import {Laboratory, type Progress, type Work} from '../laboratory.js';
import type {Lab, LabStep} from '../lab-file.js';
import {CONSTANTS} from '../language/names.js';
import type {Scene} from '../language/scene.js';
import type {ChangesText} from '../language/syntax.js';
import type {Oracle} from '../predictions/predict.js';
import {readProgram} from '../read-program.js';
import {provenance} from './where-from.js';

/** How a workbench is set up. */
export interface BenchOptions {
	/** The learner's seed; a lab's own goes before it. */
	readonly seed?: bigint;
	/** Whether a change makes a branch and the old future stays, as people want it. On. */
	readonly branches?: boolean;
	/** Folders in which a program's included files are looked for, behind its own. */
	readonly folders?: readonly string[];
	/** Machines kept at hand, for steps that differ in what they run. */
	readonly kept?: number;
}

/** What a learner has set for the current step, instead of what the lab has. */
export interface StepSettings {
	readonly kernel?: KernelSettings;
	readonly args?: readonly string[];
	/** An entry path: the learner's own text, or a file of the lab's folder or by absolute path, read anew each time. */
	readonly entry?: string | OwnEntry;
}

/** Steps for which a prediction, or another run, may be run ahead. */
const AHEAD = 200_000;

/** Bytes of memory of a lab's machine: its programs are small, and a proof makes many machines. */
const MEMORY = 16 * 1024 * 1024;

/** Work that is done already. */
const DONE: Work = () => 'done';

/** Does some works, one after the other. */
export function inTurn(works: readonly (() => Work)[]): Work {
	let next = 0;
	let work: Work | undefined;
	return () => {
		work ??= works.at(next)?.();
		if (work === undefined) return 'done';
		const progress = work();
		if (progress === 'more') return progress;
		work = undefined;
		return ++next < works.length ? 'more' : progress;
	};
}

/** Does work to its end. */
export function finish(work: Work): Progress {
	for (;;) {
		const progress = work();
		if (progress !== 'more') return progress;
	}
}

/** What each key that moves does. */
const MOVES: Readonly<Record<Move, (laboratory: Laboratory) => Work>> = {
	s: laboratory => () => laboratory.move(1),
	S: laboratory => () => laboratory.move(-1),
	n: laboratory => laboratory.over(),
	N: laboratory => () => laboratory.overBack(),
	c: laboratory => laboratory.continue(),
	C: laboratory => () => laboratory.continueBack(),
	f: laboratory => laboratory.finish(),
	F: laboratory => () => laboratory.finishBack(),
	home: laboratory => () => laboratory.toStart(),
	end: laboratory => () => laboratory.toEnd(),
};

/** The machines of a lab, and what is done with them: the part of a lab's session that is not plain data. */
export class Workbench {
	/** The lab's values for this learner. */
	readonly values: ReadonlyMap<string, bigint>;
	readonly seed: bigint;
	private readonly programs = new Map<string, Program>();
	private readonly laboratories = new Map<string, Laboratory>();
	private current: Laboratory;
	private readonly others = new Map<string, Laboratory>();
	private ahead: {readonly of: Recording; readonly edits: unknown; readonly cursor: number; readonly scene: Scene} | undefined;

	/**
	 * Reads the program of the first step and boots its machine.
	 * @throws LabError, AssemblyError or LoadError
	 */
	constructor(readonly lab: Lab, private readonly options: BenchOptions = {}) {
		this.seed = seedOf(lab, options.seed ?? 0n);
		this.values = chooseValues(lab, this.seed);
		this.current = this.laboratoryFor(lab.steps[0].setup);
	}

	/** The machine of the current step. It is another one when a step with another setup begins. */
	get laboratory(): Laboratory {
		return this.current;
	}

	/** A program of the lab, assembled with the learner's values. */
	private program(name: string): Program {
		const known = this.programs.get(name);
		if (known !== undefined) return known;
		const {folders} = this.options;
		const program = readProgram(path.join(this.lab.folder, name), {defines: this.values, ...(folders === undefined ? {} : {folders})});
		this.programs.set(name, program);
		return program;
	}

	/** Reads an entry path: a file of the lab's folder, or one by absolute path. */
	readEntry(name: string): OwnEntry {
		return {name, text: readFileSync(path.resolve(this.lab.folder, name), 'utf8')};
	}

	/** The entry path that a step's machine gets; undefined: the kernel's own. */
	private entryOf(entry: string | OwnEntry | undefined): OwnEntry | undefined {
		return typeof entry === 'string' ? this.readEntry(entry) : entry;
	}

	/** The entry path that a step gives its learner; undefined: the kernel's own. */
	givenEntry({setup}: LabStep): OwnEntry | undefined {
		return this.entryOf(setup.entry);
	}

	private build({program: name, kernel, args, env, begins, files, executed, input, terminal}: Setup, entry: OwnEntry | undefined, branches: boolean): Laboratory {
		const {folder} = this.lab;
		const program = this.program(name);
		const guest = `/bin/${path.basename(name, '.s')}`;
		const given = guestFiles(folder, files, each => this.program(each));
		const others = new Map(Object.entries(files).filter(([, each]) => each.endsWith('.s')).map(([place, each]): [string, Program] => [place, this.program(each)]));
		return new Laboratory(program, this.lab.name, {
			kernel, args, env, begins, input, terminal, seed: this.seed, branches, others, files: executed ? new Map([...given, [guest, executable(program)]]) : given,
			executed: executed ? guest : undefined, entry, memory: MEMORY,
		});
	}

	private laboratoryFor(setup: Setup, entry = this.entryOf(setup.entry)): Laboratory {
		const key = `${setupKey(setup)}${JSON.stringify(entry ?? null)}`;
		const found = this.laboratories.get(key) ?? this.build(setup, entry, this.options.branches ?? true);
		this.laboratories.delete(key);
		this.laboratories.set(key, found);
		const oldest = this.laboratories.keys().next();
		if (this.laboratories.size > (this.options.kept ?? 2) && oldest.done !== true) this.laboratories.delete(oldest.value);
		return found;
	}

	/**
	 * Takes the machine to where a step begins, as the lab gives it: what was changed before is not in this run.
	 * @param settings what the learner has set instead of what the lab has
	 * @throws AssemblyError for an entry path with problems; the machine stays the one that it was
	 */
	begin(step: LabStep, {entry, ...settings}: StepSettings = {}): Work {
		this.current = this.laboratoryFor(changeSetup(step.setup, settings), this.entryOf(entry ?? step.setup.entry));
		const {current} = this;
		return inTurn([() => current.reset(), () => current.goToPlace(step.place)]);
	}

	/** Names for what a learner types and for the changes of a lab: labels, values of the lab, constants. */
	get names(): NameBook {
		const {names} = this.current;
		return {
			addressOf: name => this.values.get(name) ?? names.addressOf(name) ?? CONSTANTS.get(name),
			nameOf: address => names.nameOf(address),
		};
	}

	/** Changes as data. Throws ValueError for what can't be read. */
	changesOf({text}: ChangesText): Change[] {
		return parseChanges(text, this.names);
	}

	/**
	 * Does what an action says.
	 * @param step the step that it is done in
	 * @throws ValueError or ChangeError for changes that can't be made
	 */
	perform(action: Action, step: LabStep): Work {
		if ('set' in action) {
			this.current.change(this.changesOf(action.set));
			return DONE;
		}

		if ('go' in action) return this.current.goToPlace(action.go.point);
		if ('keys' in action) return inTurn(action.keys.map(key => () => MOVES[key](this.current)));
		return this.begin(step, action);
	}

	/** The run as a learner has seen it: up to a step that was reached. */
	scene(reached: number): Scene {
		const {recording, program, origin, step} = this.current;
		return {recording, program, origin, cursor: step, reached: Math.max(reached, step), values: this.values};
	}

	/** What goals are judged by. */
	evidence(step: LabStep, reached: number): Evidence {
		const {recording, step: cursor} = this.current;
		// What the next instruction is about to do is known only once it was run: a call that one stands right before counts.
		if (recording.end === undefined && recording.length <= cursor) recording.advance(1);
		return {...this.asides(step), scene: this.scene(reached)};
	}

	/** What is known besides the run itself. */
	private asides(step: LabStep): Omit<Evidence, 'scene'> {
		return {other: run => this.sceneOf(this.other(step, run)), compare: run => this.compare(step, run), provenance};
	}

	/** A machine with another run of a step's program, where the step begins and what is changed there is changed. */
	private other(step: LabStep, run: OtherRun): Laboratory {
		const key = JSON.stringify([step.title, run]);
		const known = this.others.get(key);
		if (known !== undefined) return known;
		const {kernel, set} = run === 'unedited' ? {} : run;
		const laboratory = this.build(changeSetup(step.setup, {kernel}), this.givenEntry(step), false);
		finish(laboratory.goToPlace(step.place));
		if (set !== undefined) laboratory.change(this.changesOf(set));
		if (this.others.size >= (this.options.kept ?? 2)) this.others.clear();
		this.others.set(key, laboratory);
		return laboratory;
	}

	/** A run with all that comes behind where it stands. */
	private sceneOf(laboratory: Laboratory): Scene {
		return this.aheadOf(laboratory.recording, laboratory, laboratory.step);
	}

	private aheadOf(recording: Recording, {program, origin}: Laboratory, cursor: number): Scene {
		if (recording.length < cursor + AHEAD) recording.advance(AHEAD);
		return {recording, program, origin, cursor, reached: recording.length, values: this.values};
	}

	private compare(step: LabStep, run: OtherRun): LockstepResult {
		const comparison = new Comparison([this.current.variant(), this.other(step, run).variant()], {limit: this.current.origin + AHEAD});
		while (comparison.slice() === 'more');
		return comparison.result?.lockstep ?? {oneSided: [], clock: {a: 0, b: 0}};
	}

	/**
	 * The run as it would go on from where the learner stands, on a machine of its own: nothing of it is seen. Where runs
	 * have no branches there is no learner, and the run itself goes on.
	 */
	private sceneAhead(): Scene {
		const {current} = this;
		const {recording, step: cursor} = current;
		if (this.options.branches === false) return this.aheadOf(recording, current, cursor);
		const {edits} = recording;
		if (this.ahead?.of === recording && this.ahead.edits === edits && this.ahead.cursor === cursor) return this.ahead.scene;
		const scene = this.aheadOf(current.copy(), current, cursor);
		this.ahead = {of: recording, edits, cursor, scene};
		return scene;
	}

	/** What a prediction of a step is worked out from. */
	oracle(step: LabStep, index: number): Oracle {
		const run = step.predictions.at(index)?.with;
		const scene = run === undefined ? this.sceneAhead() : this.sceneOf(this.other(step, run));
		return {...this.asides(step), scene, names: this.names, seed: this.seed, key: `${this.lab.name}/${step.title}/${index}`};
	}
}
