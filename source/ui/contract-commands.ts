import {leftOutLines, whatBreaks} from '../lab/broken.js';
import {ATTACKS} from '../trace/contract/attacks/index.js';
import {attackKernel} from '../trace/contract/door.js';
import type {Card} from '../view/card.js';
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

	/** Tells what broke first in the run, from the machine's first step to the program's end. */
	broken({laboratory}: Desk): undefined {
		const {origin, recording} = laboratory;
		const search = whatBreaks(laboratory, Math.max(LIMIT, recording.length));
		this.hands.study({
			work: () => search.slice(),
			notice: () => `Watching the run for broken promises, at step ${Math.max(0, search.step - origin)} …`,
			done: () => {
				if (search.result !== undefined) this.hands.explain(brokenCard(search.result, leftOutLines(laboratory), origin));
			},
		});
		return undefined;
	}

	/** Runs hostile programs against the door of the kernel that the program runs on; gives the reason if there is no such attack. */
	attack(text: string, {laboratory}: Desk): string | undefined {
		const names = text.split(/[\s,]+/u).filter(name => name !== '');
		const unknown = names.find(name => !ATTACKS.some(attack => attack.name === name));
		if (unknown !== undefined) return `there is no attack ${unknown}: ${ATTACKS.map(({name}) => name).join(', ')}; attack alone makes all of them`;
		const attacks = ATTACKS.filter(({name}) => names.length === 0 || names.includes(name));
		const trial = attackKernel(laboratory.recording.kernel, attacks);
		this.hands.study({
			work: () => trial.slice(),
			notice: () => `Attack ${Math.min(trial.step + 1, attacks.length)} of ${attacks.length}: ${attacks.at(trial.step)?.name ?? ''} …`,
			done: () => this.hands.explain(doorCard(trial.report)),
		});
		return undefined;
	}
}
