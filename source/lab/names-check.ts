import path from 'node:path';
import {ValueError} from '../trace/register-values.js';
import {LAB_FILE} from './catalogue.js';
import {LabError, type Place} from './format/lab-error.js';
import {makeTemplate} from './format/schema.js';
import {SOLUTION_FILE} from './format/solution-file.js';
import {didYouMean} from './format/spelling.js';
import {isKnown} from './language/evaluator.js';
import {CONSTANTS, RUN_NAMES} from './language/names.js';
import type {Scene} from './language/scene.js';
import type {ChangesText, Expr, Expression, Point, PointText, Template} from './language/syntax.js';
import {asWord} from './language/textual.js';
import type {LabStep} from './lab-file.js';
import type {Workbench} from './session/workbench.js';

type Located = Expression | PointText | Template | ChangesText;

const LOCATED: readonly string[] = ['expression', 'point', 'template', 'changes'] satisfies Located['type'][];

const isLocated = (value: object): value is Located => 'type' in value && LOCATED.includes(String(value.type));

/** The labels of a program and its kernel. */
const labelsOf = ({program, recording}: Scene): string[] => [program.symbols.symbols, recording.kernel.symbols.symbols].flatMap(each => each.map(({name}) => name));

/** A name that is near enough to one that is not known. */
const suggestion = (scene: Scene, name: string): string =>
	didYouMean(name, [...scene.recording.machine.registers.names, ...RUN_NAMES, ...scene.values.keys(), ...CONSTANTS.keys(), ...labelsOf(scene)]);

/** Looks at every name of a step, with the step's own program on the machine. */
class NamesOfStep {
	private file = '';
	private fallback: Place = {line: 1, column: 1};

	constructor(private readonly bench: Workbench, private readonly step: LabStep) {}

	/** @throws LabError for a name that means nothing */
	check(): void {
		const {step, bench} = this;
		const {solution, ...rest} = step;
		this.file = path.join(bench.lab.folder, LAB_FILE);
		this.fallback = {line: step.line, column: 1};
		for (const block of step.blocks) if (block.kind !== 'code') this.template(makeTemplate(block.text), {line: block.line, column: 1});
		if (step.task !== undefined) this.template(makeTemplate(step.task), this.fallback);
		this.look({...rest, blocks: [], task: '', point: {type: 'point', text: '', point: step.place, ...(step.placeWhere === undefined ? {} : {where: step.placeWhere})}});
		this.file = path.join(bench.lab.folder, SOLUTION_FILE);
		this.fallback = solution?.where ?? {line: 1, column: 1};
		this.look(solution);
	}

	private get scene(): Scene {
		return this.bench.scene(0);
	}

	private fail(where: Place | undefined, fact: string): LabError {
		return new LabError(this.file, where ?? this.fallback, fact);
	}

	/** Goes through everything that a step holds. `beside`: the expression that others are compared with. */
	private look(value: unknown, beside?: Expression): void {
		if (typeof value !== 'object' || value === null) return;
		if (isLocated(value)) {
			this.located(value, beside);
			return;
		}

		const entries = Object.entries(value) as readonly [string, unknown][];
		const compared = entries.find(([key]) => key === 'value' || key === 'choice')?.[1] as Expression | undefined;
		for (const [key, inner] of entries) this.look(inner, ['is', 'is-not', 'choices'].includes(key) || Array.isArray(value) ? compared ?? beside : undefined);
	}

	private located(value: Located, beside?: Expression): void {
		switch (value.type) {
			case 'expression':
				this.expr(beside === undefined ? value.syntax : asWord(value.syntax, beside.syntax), value.where);
				break;
			case 'point':
				this.point(value.point, value.where);
				break;
			case 'template':
				this.template(value, value.where);
				break;
			case 'changes':
				this.changes(value);
		}
	}

	private changes(changes: ChangesText): void {
		try {
			this.bench.changesOf(changes);
		} catch (error) {
			throw error instanceof ValueError ? this.fail(changes.where, error.message) : error;
		}
	}

	private template({parts}: Template, where: Place | undefined): void {
		for (const part of parts) if (typeof part !== 'string') this.expr(part.syntax, where);
	}

	private point(point: Point, where: Place | undefined): void {
		if (point.to !== 'label' || this.bench.laboratory.hasLabel(point.label)) return;
		throw this.fail(where, `there is no label ${point.label} in the kernel or the program${didYouMean(point.label, labelsOf(this.scene))}; check its spelling`);
	}

	private expr(expr: Expr, where: Place | undefined): void {
		if (expr.kind === 'name') this.name(expr.name, where);
		if (expr.kind === 'at') this.point(expr.point, where);
		for (const inner of innerOf(expr)) this.expr(inner, where);
	}

	private name(name: string, where: Place | undefined): void {
		if (isKnown(this.scene, name)) return;
		throw this.fail(where, `there is no ${name}: no register, flag, constant, label or value of the lab has that name${suggestion(this.scene, name)}`);
	}
}

/** The expressions within one. */
function innerOf(expr: Expr): readonly Expr[] {
	switch (expr.kind) {
		case 'memory':
			return [expr.address];
		case 'string':
			return expr.length === undefined ? [expr.address] : [expr.address, expr.length];
		case 'function':
			return [expr.argument];
		case 'unary':
			return [expr.operand];
		case 'binary':
			return expr.operator === '==' || expr.operator === '!=' ? [asWord(expr.left, expr.right), asWord(expr.right, expr.left)] : [expr.left, expr.right];
		case 'at':
			return [expr.value];
		default:
			return [];
	}
}

/**
 * Checks that every name in a lab means something: registers, labels, constants, values of the lab.
 * @throws LabError for the first that does not
 */
export function checkNames(bench: Workbench): void {
	for (const step of bench.lab.steps) {
		bench.begin(step);
		new NamesOfStep(bench, step).check();
	}

	bench.begin(bench.lab.steps[0]);
}
