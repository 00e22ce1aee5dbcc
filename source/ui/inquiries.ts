import type {Store} from '../view/app-state.js';
import type {Card} from '../view/card.js';
import type {CommandName} from '../view/commands.js';
import type {LabView} from '../view/lab-view.js';
import {BranchCommands} from './branch-commands.js';
import {Comparing} from './comparing.js';
import {ContractCommands} from './contract-commands.js';
import type {Desk} from './desk.js';
import {Origins} from './origins.js';
import {Visits} from './visits.js';
import type {Working} from './working.js';

/** What these commands need of who gives them. */
export interface InquiryHands {
	readonly working: Working;
	/** Lays a card over the screen. */
	readonly explain: (card: Card) => void;
}

/** What a command does; the reason, if it can't be done. */
type Action = (argument: string, view: LabView, desk: Desk) => string | undefined;

/** Questions about a run: who wrote something, what is different in another run, which other runs there are. */
export class Inquiries {
	readonly visits: Visits;
	readonly branches: BranchCommands;
	private readonly origins: Origins;
	private readonly comparing: Comparing;
	private readonly contract: ContractCommands;

	constructor(store: Store, {working, explain}: InquiryHands) {
		const hands = {study: working.study.bind(working), explain};
		const move = working.move.bind(working);
		this.origins = new Origins(hands);
		this.comparing = new Comparing(hands);
		this.contract = new ContractCommands(hands);
		this.branches = new BranchCommands(store, move);
		this.visits = new Visits(store, this.origins, move);
	}

	private readonly actions: Readonly<Partial<Record<CommandName, Action>>> = {
		who: (argument, view, desk) => this.origins.who(argument, view, desk),
		compare: (argument, _, desk) => this.comparing.compare(argument, desk),
		broken: (_, __, desk) => this.contract.broken(desk),
		attack: (argument, _, desk) => this.contract.attack(argument, desk),
		branches: () => this.branches.show(),
		name: (argument, _, desk) => this.branches.name(argument, desk),
		drop: (argument, view, desk) => this.branches.drop(argument, view, desk),
	};

	/** Whether a command is one of these. */
	knows(command: CommandName): boolean {
		return this.actions[command] !== undefined;
	}

	/** Does a command; gives the reason if it can't be done. */
	run(command: CommandName, argument: string, view: LabView, desk: Desk): string | undefined {
		return this.actions[command]?.(argument, view, desk);
	}
}
