import type {Recording} from '../trace/recording.js';
import type {Store} from '../view/app-state.js';
import type {Card} from '../view/card.js';
import type {CardAction} from '../view/marked-card.js';
import {wayTo} from './far-way.js';
import type {Desk} from './desk.js';
import type {Origins} from './origins.js';
import type {LabHands} from './lab-commands.js';

/** Where one was before one went on from a card. */
interface Visit {
	/** Whether the machine was taken elsewhere, or another card was laid over the screen. */
	readonly kind: CardAction['kind'];
	readonly recording: Recording;
	readonly step: number;
	readonly card: Card;
	readonly mark: number;
}

/** Visits that are remembered. */
const KEPT = 50;

/** Going on from the lines of cards, and coming back. */
export class Visits {
	private readonly visits: Visit[] = [];

	constructor(
		private readonly store: Store,
		private readonly origins: Origins,
		private readonly work: LabHands['work'],
	) {}

	/** Does what the marked line of the card is for; false if it is for nothing. */
	follow(desk: Desk): boolean {
		const {session: {card}} = this.store.get();
		const action = card?.card.parts.at(card.mark)?.action;
		if (card === undefined || action === undefined) return false;
		const {recording, step, origin} = desk.laboratory;
		const remember = (): void => {
			this.visits.push({kind: action.kind, recording, step, card: card.card, mark: card.mark});
			if (this.visits.length > KEPT) this.visits.shift();
		};

		if (action.kind === 'ask') {
			this.origins.ask(action.place, action.step, desk, remember);
		} else {
			remember();
			this.store.dispatch({type: 'close-card'});
			this.work(desk, wayTo(desk.laboratory, action.step), undefined, `This is step ${action.step - origin}: the instruction comes next. Esc goes back to step ${step - origin}.`);
		}

		return true;
	}

	/** Goes back to the card from which another one was laid over the screen; false if there is none. */
	backToCard(desk: Desk): boolean {
		const last = this.visits.at(-1);
		if (last?.kind !== 'ask' || !this.isThere(last, desk)) return false;
		this.visits.pop();
		this.show(last);
		return true;
	}

	/** Goes back to where one was before one went to a step, and to the card there; false if there is no such place. */
	back(desk: Desk): boolean {
		for (let last = this.visits.pop(); last !== undefined; last = this.visits.pop()) {
			if (last.kind === 'ask' || !this.isThere(last, desk)) continue;
			this.work(desk, wayTo(desk.laboratory, last.step), undefined, `Back at step ${last.step - desk.laboratory.origin}.`);
			this.show(last);
			return true;
		}

		return false;
	}

	/** A run that was changed, or is no longer shown, does not have the place any more. */
	private isThere({recording, step}: Visit, {laboratory}: Desk): boolean {
		return laboratory.recording === recording && step <= recording.length;
	}

	private show({card, mark}: Visit): void {
		this.store.dispatch({type: 'card', card, mark});
	}
}
