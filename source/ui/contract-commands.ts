import {leftOutLines, whatBreaks} from '../lab/broken.js';
import {ATTACKS} from '../trace/contract/attacks/index.js';
import {attackKernel} from '../trace/contract/door.js';
import type {Card} from '../view/card.js';
import type {CommandName} from '../view/commands.js';
import {brokenCard, doorCard} from '../view/contract-card.js';
import type {Desk} from './desk.js';
import type {Study} from './working.js';

/** The step at which a run that has not ended is left, where the run on the screen has not come further itself. */
const LIMIT = 1_000_000;

/** What these commands need of who gives them. */
export interface ContractHands {
	study(study: Study): void;
	/** Lays a card over the screen. */
	explain(card: Card): void;
}

/** Questions about what a kernel promises: what was broken first in a run, and whether its door stands up to attacks. */
export class ContractCommands {
	constructor(private readonly hands: ContractHands) {}

	private readonly actions: Readonly<Partial<Record<CommandName, (desk: Desk) => void>>> = {
		breaks: desk => this.breaks(desk),
		attack: desk => this.attack(desk),
	};

	/** Whether a command is one of these. */
	knows(command: CommandName): boolean {
		return this.actions[command] !== undefined;
	}

	/** Does a command. */
	run(command: CommandName, desk: Desk): void {
		this.actions[command]?.(desk);
	}

	/** Tells what breaks first in the run, from the machine's first step to the program's end. */
	private breaks({laboratory}: Desk): void {
		const {origin, recording} = laboratory;
		const search = whatBreaks(laboratory, Math.max(LIMIT, recording.length));
		this.hands.study({
			work: () => search.slice(),
			notice: () => `Watching the run for broken promises, at step ${Math.max(0, search.step - origin)} …`,
			done: () => {
				if (search.result !== undefined) this.hands.explain(brokenCard(search.result, leftOutLines(laboratory), origin));
			},
		});
	}

	/** Runs hostile programs against the door of the kernel that the program runs on. */
	private attack({laboratory: {recording: {kernel}}}: Desk): void {
		const trial = attackKernel(kernel, ATTACKS);
		this.hands.study({
			work: () => trial.slice(),
			notice: () => `Attack ${Math.min(trial.step + 1, ATTACKS.length)} of ${ATTACKS.length}: ${ATTACKS.at(trial.step)?.name ?? ''} …`,
			done: () => this.hands.explain(doorCard(trial.report)),
		});
	}
}
