import type {Keymap} from './keymap.js';
import type {MenuLab} from './menu.js';
import {type Action, reduce, type Session} from './session.js';
import type {Theme} from './theme.js';

/** The session together with what it is drawn with. */
export interface AppState {
	readonly session: Session;
	readonly labs: readonly MenuLab[];
	readonly width: number;
	readonly height: number;
	readonly theme: Theme;
	readonly keymap: Keymap;
}

/** Keeps the app's state outside React and tells who listens when it has changed. */
export class Store {
	private state: AppState;
	private readonly listeners = new Set<() => void>();

	constructor(initial: AppState) {
		this.state = initial;
	}

	readonly get = (): AppState => this.state;

	readonly subscribe = (listener: () => void): (() => void) => {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	};

	/** Changes the session. */
	dispatch(action: Action): void {
		const session = reduce(this.state.session, action);
		if (session !== this.state.session) this.set({...this.state, session});
	}

	/** Changes the session in several ways at once: who listens sees only what they come to. */
	update(change: (session: Session) => Session): void {
		const session = change(this.state.session);
		if (session !== this.state.session) this.set({...this.state, session});
	}

	/** Notes the terminal's size. */
	resize(width: number, height: number): void {
		this.set({...this.state, width, height});
	}

	/** Notes how far labs have been done. */
	useLabs(labs: readonly MenuLab[]): void {
		this.set({...this.state, labs});
	}

	/** Changes what the screens are drawn with. */
	useTheme(theme: Theme): void {
		this.set({...this.state, theme});
	}

	private set(state: AppState): void {
		this.state = state;
		for (const listener of this.listeners) listener();
	}
}
