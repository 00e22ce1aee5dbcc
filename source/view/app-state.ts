import type {LabEntry} from '../lab/catalogue.js';
import {type Action, INITIAL_SESSION, reduce, type Session} from './session.js';
import type {Theme} from './theme.js';

/** The session together with what it is drawn with. */
export interface AppState {
	readonly session: Session;
	readonly labs: readonly LabEntry[];
	readonly width: number;
	readonly height: number;
	readonly theme: Theme;
}

/** Keeps the app's state outside React and tells who listens when it has changed. */
export class Store {
	private state: AppState;
	private readonly listeners = new Set<() => void>();

	constructor(initial: Omit<AppState, 'session'>) {
		this.state = {...initial, session: INITIAL_SESSION};
	}

	readonly get = (): AppState => this.state;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	/** Changes the session. */
	dispatch(action: Action): void {
		this.set({...this.state, session: reduce(this.state.session, action)});
	}

	/** Notes the terminal's size. */
	resize(width: number, height: number): void {
		this.set({...this.state, width, height});
	}

	private set(state: AppState): void {
		this.state = state;
		for (const listener of this.listeners) listener();
	}
}
