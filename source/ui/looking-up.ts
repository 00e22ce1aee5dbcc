import {entryOf, type GlossaryEntry} from '../lab/glossary.js';
import {SYSCALL_VIEWS} from '../trace/machine-views/syscall-search.js';
import type {Store} from '../view/app-state.js';
import {callCard, type Card, cardScrollLimit, tellCard, termCard} from '../view/card.js';
import type {CommandName} from '../view/commands.js';
import {chromeRows} from '../view/layout.js';
import {isMarkable, moveMark} from '../view/marked-card.js';
import type {Prompt} from '../view/prompt.js';
import {findables, type Found, openSearch, search, tellFound} from '../view/search.js';

/** What can be looked up besides the system calls and the labs. */
export interface Knowledge {
	glossary(): readonly GlossaryEntry[];
	symbols(): readonly string[];
}

/** What looking something up leads to; each gives the reason if it can't be done. */
export interface LookingHands {
	/** Shows the field. */
	ask(prompt: Prompt): void;
	/** Shows the code or the memory at a name. */
	goTo(symbol: string): string | undefined;
	openLab(name: string): string | undefined;
	/** Goes on from the marked line of the card; false if it leads nowhere. */
	follow(): boolean;
	/** Goes back to the card from which this one was asked for; false if there was none. */
	backToCard(): boolean;
	/** Something else lies over the screen, or nothing any more. */
	changed(): void;
}

/** Lines of a page of a card. */
const PAGE = 8;

/** What commands scroll a card by. */
const SCROLLS: ReadonlyMap<CommandName | undefined, number> = new Map<CommandName | undefined, number>([['up', -1], ['down', 1], ['page-up', -PAGE], ['page-down', PAGE]]);

/** Answers that are listed without a screen. */
const TOLD = 12;

/** Words, calls, labs and names: found in one list, explained on cards. */
export class LookingUp {
	constructor(
		private readonly store: Store,
		private readonly knowledge: Knowledge,
		private readonly hands: LookingHands,
	) {}

	private get all(): Found[] {
		return findables(this.knowledge.glossary(), this.store.get().labs, this.knowledge.symbols());
	}

	/** Opens the field in which is typed what is looked for. */
	open(text: string): void {
		this.hands.ask(openSearch(text, this.all));
	}

	/** What explains a word or a call; undefined for what is gone to instead. */
	private cardOf({kind, name}: Found): Card | undefined {
		if (kind === 'term') {
			const entry = entryOf(this.knowledge.glossary(), name);
			return entry === undefined ? undefined : termCard(entry);
		}

		const call = kind === 'call' ? SYSCALL_VIEWS.find(each => each.name === name) : undefined;
		return call === undefined ? undefined : callCard(call);
	}

	/**
	 * Shows what was found.
	 * @param back the field that was open, to which closing a card leads back
	 * @returns why that can't be done
	 */
	show(found: Found, back?: Prompt): string | undefined {
		const card = this.cardOf(found);
		if (card !== undefined) this.explain(card, back);
		else if (found.kind === 'lab') return this.hands.openLab(found.name);
		else return this.hands.goTo(found.name);
		return undefined;
	}

	/** Lays a card over the screen. */
	explain(card: Card, back?: Prompt): void {
		this.store.dispatch({type: 'card', card, ...(back === undefined ? {} : {back})});
		this.hands.changed();
	}

	/** Does with the card that is shown what a command says; false if it does not concern it. */
	cardCommand(command: CommandName | undefined): boolean {
		const {session: {card}, width, height} = this.store.get();
		if (card === undefined) return false;
		const by = SCROLLS.get(command);
		if (command === 'back') {
			if (this.hands.backToCard()) return true;
			this.store.dispatch({type: 'close-card'});
			this.hands.changed();
		} else if (command === 'enter') {
			if (!this.hands.follow() && isMarkable(card.card)) this.store.dispatch({type: 'notice', notice: 'This line leads nowhere; the arrows mark another one.'});
		} else if (by !== undefined && isMarkable(card.card)) {
			this.store.dispatch({type: 'mark-card', mark: moveMark(card.card, card.mark, by)});
		} else if (by !== undefined) {
			this.store.dispatch({type: 'scroll-card', by: Math.min(by, cardScrollLimit(card.card, width, height, chromeRows(height) - 1) - card.scroll)});
		}

		return command !== 'quit' && command !== 'help';
	}

	/** What is found by a word, as sentences; a single or an exact answer is explained. */
	tell(query: string): readonly string[] {
		const found = search(query, this.all);
		const [first] = found;
		if (query.trim() === '' || found.length === 0) return [query.trim() === '' ? 'Type search and what is looked for, such as: search swapgs' : `Nothing is called ${query.trim()}, or begins so.`];
		const isMeant = found.length === 1 || [first.name, ...first.also].some(name => name.toLowerCase() === query.trim().toLowerCase());
		const card = isMeant ? this.cardOf(first) : undefined;
		return card === undefined ? found.slice(0, TOLD).map(each => `${tellFound(each)}.`) : tellCard(card);
	}
}
