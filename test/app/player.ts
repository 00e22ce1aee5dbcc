import path from 'node:path';
import {listLabs} from '../../source/lab/catalogue.js';
import type {Action} from '../../source/lab/format/action.js';
import type {KernelSettings} from '../../source/lab/format/setup.js';
import type {LabStep} from '../../source/lab/lab-file.js';
import {openBench} from '../../source/lab/open-lab.js';
import {askQuestion, machineAnswer} from '../../source/lab/predictions/predict.js';
import {labRecord} from '../../source/lab/progress/merge.js';
import {ProgressStore} from '../../source/lab/progress/progress-store.js';
import {finish, type StepSettings, type Workbench} from '../../source/lab/session/workbench.js';
import {App, cli, newcomer} from './app.js';

/** The seed of the learner who plays: the labs' values and the order of answers depend on it. */
const SEED = 0x5eedn;

/** Characters that a field takes as they are; a file's path may be long. */
const COLUMNS = 120;
const ROWS = 40;

/** Settings of the kernel, one command each. */
function kernelCommands(settings: KernelSettings): string[] {
	return Object.entries(settings).map(([name, value]) => {
		if (name === 'without') return `kernel without ${(value as readonly string[]).join(' ') || 'nothing'}`;
		if (name === 'seccomp') return `kernel seccomp ${(value as NonNullable<KernelSettings['seccomp']>).map(({call, error = 'kill'}) => `${call}=${error}`).join(' ') || 'nothing'}`;
		return `kernel ${name} ${value === true ? 'on' : 'off'}`;
	});
}

/** Someone who does a lab from the first to the last key, as its solution has it, and knows every answer from a machine of their own. */
export class Player {
	private readonly bench: Workbench;

	private constructor(readonly app: App, readonly lab: string, private readonly env: Readonly<Record<string, string>>) {
		const entry = listLabs().find(({name}) => name === lab);
		if (entry === undefined) throw new Error(`there is no lab ${lab}`);
		this.bench = openBench(entry.folder, {seed: SEED});
	}

	/** Opens a lab in the built program, in a terminal. */
	static async open(lab: string): Promise<Player> {
		const env = newcomer();
		new ProgressStore(env.SYSCALL_LAB_HOME, {writer: 'player', seed: SEED}).update(data => ({...data, labs: {none: {at: '', count: 0, steps: {}}}}));
		const app = App.launch({program: cli, columns: COLUMNS, rows: ROWS, env, parameters: ['--no-motion', '--lab', lab]});
		await app.see(() => app.page === 1 && app.step !== undefined);
		return new Player(app, lab, env);
	}

	/** Does every page. */
	async play(): Promise<void> {
		const {steps} = this.bench.lab;
		for (const [index, step] of steps.entries()) {
			await this.app.see(() => this.app.page === index + 1 && this.app.step !== undefined);
			finish(this.bench.begin(step));
			await this.at('the page begins');
			for (const question of step.predictions.keys()) await this.answer(step, question);
			let settings: StepSettings = {};
			for (const action of step.solution?.do ?? []) settings = await this.perform(action, step, settings);
			if (step.goals.length > 0) await this.app.press('x', () => this.app.notice.startsWith('All goals are met.'));
			if (index + 1 < steps.length) await this.app.press('space', () => this.app.page === index + 2);
		}
	}

	/** How many pages of the lab are kept as done. */
	get done(): number {
		const {data} = new ProgressStore(this.env.SYSCALL_LAB_HOME, {writer: 'player', seed: SEED}).load();
		return Object.values(labRecord(data, this.lab)?.steps ?? {}).filter(({done}) => done).length;
	}

	get pages(): number {
		return this.bench.lab.steps.length;
	}

	/** The step at which the own machine stands, as the title counts it. */
	private get step(): number {
		const {laboratory} = this.bench;
		return laboratory.step - laboratory.origin;
	}

	private at(what: string): Promise<void> {
		const {step} = this;
		const isThere = (): boolean => this.app.step === step;
		isThere.toString = () => `${what}: the machine stands at step ${step}`;
		return this.app.see(isThere);
	}

	/** Types a command and waits for what it makes of the screen. */
	private command(text: string, expected: () => boolean): Promise<void> {
		expected.toString = () => `what “:${text}” leads to`;
		this.app.terminal.press(':');
		this.app.terminal.type(`${text}\r`);
		return this.app.see(() => expected() && !(this.app.rows.at(-1) ?? '').includes('Esc leave it'));
	}

	private async answer(step: LabStep, index: number): Promise<void> {
		const oracle = this.bench.oracle(step, index);
		const {kind} = askQuestion(oracle, step.predictions[index]);
		const answer = machineAnswer(oracle, step.predictions[index]);
		const text = typeof answer === 'object' ? answer.map(each => each + 1).join(' ') : kind === 'choice' ? String(Number(answer) + 1) : String(answer);
		await this.app.see(() => /\ba answers? ?it|A question|answer/iu.test(this.app.terminal.text()));
		await this.command(`answer ${text}`, () => this.app.notice.startsWith('Right.'));
	}

	private async perform(action: Action, step: LabStep, settings: StepSettings): Promise<StepSettings> {
		const {bench, app} = this;
		if ('set' in action) {
			finish(bench.perform(action, step));
			await this.command(`set ${action.set.text}`, () => app.notice.includes('u takes it back.'));
			return settings;
		}

		if ('go' in action) {
			finish(bench.perform(action, step));
			await this.command(`go ${this.step}`, () => app.step === this.step);
			return settings;
		}

		if ('keys' in action) {
			for (const key of action.keys) {
				finish(bench.perform({keys: [key]}, step));
				app.terminal.press(key);
				await this.at(`after ${key}`);
			}

			return settings;
		}

		return this.begin(action, step, settings);
	}

	/** Begins the page again with other settings. */
	private async begin(action: Exclude<Action, {set: unknown} | {go: unknown} | {keys: unknown}>, step: LabStep, settings: StepSettings): Promise<StepSettings> {
		const all: StepSettings = {...settings, ...action, ...('kernel' in action ? {kernel: {...settings.kernel ?? step.setup.kernel, ...action.kernel}} : {})};
		finish(this.bench.begin(step, all));
		const commands = 'kernel' in action ? kernelCommands(action.kernel) : 'args' in action ? [`args ${action.args.join(' ')}`] : [`entry ${path.join(this.bench.lab.folder, action.entry)}`];
		for (const command of commands) await this.command(command, () => this.app.notice.startsWith('The page begins again'));
		await this.at('with other settings');
		return all;
	}
}
