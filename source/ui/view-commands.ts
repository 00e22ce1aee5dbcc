import {ValueError} from '../trace/register-values.js';
import type {Store} from '../view/app-state.js';
import type {CommandName} from '../view/commands.js';
import type {LabView} from '../view/lab-view.js';
import type {PaneName} from '../view/panes/index.js';
import type {Desk} from './desk.js';

/** What a command does; the reason, if it can't be done. */
type Action = (argument: string, view: LabView, desk: Desk) => string | undefined;

/** Commands that change what panes show, and nothing of the machine. */
export class ViewCommands {
	constructor(private readonly store: Store) {}

	private readonly actions: Readonly<Partial<Record<CommandName, Action>>> = {
		walk: (argument, _, desk) => this.address(argument, desk, 'walk'),
		look: (argument, _, desk) => (argument === '' ? this.follow() : this.withAddress(argument, desk, address => this.lookAt(address))),
		calls: argument => this.calls(argument),
		syntax: (_, view) => this.syntax(view),
	};

	/** Whether a command is one of these. */
	knows(command: CommandName): boolean {
		return this.actions[command] !== undefined;
	}

	/** Does a command; gives the reason if it can't be done. */
	run(command: CommandName, argument: string, view: LabView, desk: Desk): string | undefined {
		return this.actions[command]?.(argument, view, desk);
	}

	/** Shows what stands at a name: code in its pane, anything else as memory. */
	look(symbol: string, desk: Desk | undefined): string | undefined {
		if (desk === undefined) return 'names belong to a machine: open a lab first';
		if (this.store.get().session.screen !== 'lab') this.store.dispatch({type: 'resume'});
		return this.withAddress(symbol, desk, address => (desk.kindOfPlace(address) === 'code' ? this.lookAt(address) : this.memory(symbol, address, desk)));
	}

	private withAddress(text: string, desk: Desk, action: (address: bigint) => string | undefined): string | undefined {
		try {
			return action(desk.address(text));
		} catch (error) {
			if (error instanceof ValueError) return error.message;
			throw error;
		}
	}

	private lookAt(address: bigint): undefined {
		this.store.dispatch({type: 'focus', pane: 'code'});
		this.store.dispatch({type: 'look', address});
		return undefined;
	}

	private follow(): undefined {
		this.store.dispatch({type: 'look', address: undefined});
		return undefined;
	}

	/** A name may stand for a number that is no address. */
	private memory(symbol: string, address: bigint, desk: Desk): string | undefined {
		if (desk.kindOfPlace(address) === 'nothing') {
			this.store.dispatch({type: 'notice', notice: `${symbol} is the number 0x${address.toString(16)} (${address}), not a place in memory.`});
			return undefined;
		}

		return this.show(address, 'memory');
	}

	private address(argument: string, desk: Desk, pane: PaneName): string | undefined {
		return argument === '' ? this.show(undefined, pane) : this.withAddress(argument, desk, address => this.show(address, pane));
	}

	private show(address: bigint | undefined, pane: PaneName): string | undefined {
		this.store.dispatch({type: 'address', address});
		this.store.dispatch({type: 'focus', pane});
		return undefined;
	}

	private calls(query: string): undefined {
		this.store.dispatch({type: 'focus', pane: 'calls'});
		this.store.dispatch({type: 'query', query});
		return undefined;
	}

	private syntax({syntax}: LabView): undefined {
		this.store.dispatch({type: 'syntax', syntax: syntax === 'written' ? 'other' : 'written'});
		this.store.dispatch({type: 'notice', notice: syntax === 'written' ? 'The code is shown in the other syntax, the marked line in both. i goes back.' : 'Instructions are shown as they are written.'});
		return undefined;
	}
}
