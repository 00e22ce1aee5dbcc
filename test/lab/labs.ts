/** Folders of labs for tests, made of texts. */
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {readEntry} from '../../source/lab/catalogue.js';
import {makeExpression} from '../../source/lab/format/schema.js';
import {YamlBlock} from '../../source/lab/format/yaml-block.js';
import {readYaml} from '../../source/lab/format/read-yaml.js';
import {goal} from '../../source/lab/goals/condition-schema.js';
import type {Goal} from '../../source/lab/goals/condition.js';
import {judgeGoal} from '../../source/lab/goals/judge.js';
import type {Verdict} from '../../source/lab/goals/verdict.js';
import {LabError} from '../../source/lab/lab-file.js';
import {openBench} from '../../source/lab/open-lab.js';
import {prediction} from '../../source/lab/predictions/prediction-schema.js';
import type {Prediction} from '../../source/lab/predictions/prediction.js';
import type {LabReport} from '../../source/lab/proof/finding.js';
import {Library} from '../../source/lab/proof/library.js';
import {proveLab} from '../../source/lab/proof/prove.js';
import type {Measure} from '../../source/lab/proof/text-checks.js';
import {labsFolder} from '../../source/lab/read-program.js';
import {value} from '../../source/lab/language/evaluator.js';
import type {Scene} from '../../source/lab/language/scene.js';
import type {Value} from '../../source/lab/language/values.js';
import {type BenchOptions, finish, Workbench} from '../../source/lab/session/workbench.js';

/** A program with two calls and its end. */
export const PROGRAM = `	.globl _start
_start:	movl $1, %eax
	movl $1, %edi
	leaq message(%rip), %rsi
	movl $6, %edx
	movq $0x1234, %rbx
call:	syscall			# C: write(1, "hello\\n", 6);
behind:	movl $39, %eax
	syscall			# C: getpid();
	movl $60, %eax
	xorl %edi, %edi
	syscall			# C: exit(0);
	.data
message: .ascii "hello\\n"
`;

/** The front matter of a lab, with some of it in other words; a key that is undefined is left out. */
export function front(changes: Readonly<Record<string, string | undefined>> = {}): string {
	const facts: Readonly<Record<string, string | undefined>> = {format: '1', title: 'A lab', summary: 'what it shows', track: 'core', minutes: '5', program: 'program.s', ...changes};
	return `---\n${Object.entries(facts).filter(([, text]) => text !== undefined).map(([key, text]) => `${key}: ${text ?? ''}\n`).join('')}---\n`;
}

/** A page with options. */
export const page = (options: string, title = 'A page', text = 'Some text.'): string => `\n## ${title}\n\n${text}\n\n\`\`\`yaml\n${options}\n\`\`\`\n`;

/** What is in a lab's folder. */
export interface LabText {
	readonly lab: string;
	readonly program?: string;
	readonly solution?: string;
	/** Other files, by name. */
	readonly files?: Readonly<Record<string, string>>;
	readonly name?: string;
}

/** A temporary folder of labs. */
export class LabsFolder {
	readonly path = mkdtempSync(path.join(tmpdir(), 'syscall-lab-labs-'));
	private count = 0;

	/** Writes a lab, with a name among the others, without one in a folder of its own; gives its folder. */
	add({lab, program = PROGRAM, solution, files = {}, name}: LabText): string {
		const folder = name === undefined ? path.join(this.path, `labs-${++this.count}`, '30-lab') : path.join(this.path, name);
		mkdirSync(folder, {recursive: true});
		writeFileSync(path.join(folder, 'lab.md'), lab);
		if (program !== '') writeFileSync(path.join(folder, 'program.s'), program);
		if (solution !== undefined) writeFileSync(path.join(folder, 'solution.yaml'), solution);
		for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
		return folder;
	}

	/** Writes another file. */
	write(name: string, text: string): void {
		writeFileSync(path.join(this.path, name), text);
	}

	/** Opens a lab. */
	bench(text: LabText, options: BenchOptions = {}): Workbench {
		return openBench(this.add(text), options);
	}

	/** What is wrong with a lab that can't be opened, as `line:column: message`. */
	problemOf(text: LabText): string {
		const folder = this.add(text);
		try {
			openBench(folder);
		} catch (error) {
			if (!(error instanceof LabError)) throw error;
			if (!error.message.startsWith(`${error.file}:${error.line}:${error.column}: `)) throw new Error(`${error.message} does not begin with its place`);
			return error.message.slice(path.dirname(error.file).length + 1).replace(/^lab\.md:/, '');
		}

		return 'none';
	}

	/** Proves a lab among the package's labs and those of this folder. */
	prove(text: LabText, measure: Measure = () => undefined): LabReport {
		const folder = this.add(text);
		const entry = readEntry(folder);
		if (entry === undefined) throw new Error(`${folder} is no lab`);
		return proveLab(entry, {library: Library.of([labsFolder(), path.dirname(folder)]), measure, seeds: [1n]});
	}

	/** Removes the folder. */
	remove(): void {
		rmSync(this.path, {recursive: true, force: true});
	}
}

/** Findings of a report, as `kind line:column: message`. */
export const findingsOf = ({findings}: LabReport): string[] => findings.map(({kind, file, line, column, message}) => `${kind} ${path.basename(file) === 'lab.md' ? '' : `${path.basename(file)}:`}${line}:${column}: ${message}`);

const block = (text: string): YamlBlock => new YamlBlock({file: 'test.yaml', first: 1, text});

/** A goal from its YAML. */
export const goalOf = (yaml: string): Goal => readYaml(block(yaml), goal);

/** A prediction from its YAML. */
export const predictionOf = (yaml: string): Prediction => readYaml(block(yaml), prediction);

/** A program on a bench: goals are judged and expressions worked out where it stands. */
export class Stand {
	constructor(readonly bench: Workbench, private readonly index = 0) {
		finish(bench.begin(this.step));
	}

	private get step() {
		return this.bench.lab.steps[this.index];
	}

	/** Goes to a point, as a lab writes it, or to the end. */
	go(point: Parameters<Workbench['laboratory']['goToPlace']>[0] = {to: 'end'}): this {
		finish(this.bench.laboratory.goToPlace(point));
		return this;
	}

	/** Changes something where the machine stands. */
	set(changes: string): this {
		this.bench.laboratory.change(this.bench.changesOf({type: 'changes', text: changes}));
		return this;
	}

	get scene(): Scene {
		return this.bench.scene(this.bench.laboratory.step);
	}

	/** What an expression comes to. */
	value(text: string): Value {
		return value(this.scene, makeExpression(text).syntax);
	}

	/** Judges a goal. */
	judge(yaml: string): Verdict {
		return judgeGoal(this.bench.evidence(this.step, this.bench.laboratory.step), goalOf(yaml));
	}

	/** The same as `state: sentence`. */
	verdict(yaml: string): string {
		const {state, sentence} = this.judge(yaml);
		return `${state}: ${sentence}`;
	}
}

