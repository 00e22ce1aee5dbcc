import {render} from 'ink';
import type {LabEntry} from '../lab/catalogue.js';
import type {Terminal} from '../terminal/terminal.js';
import {App} from '../ui/app.js';
import {Controller} from '../ui/controller.js';
import type {AppState} from '../view/app-state.js';
import {Store} from '../view/app-state.js';

/** Keys that the menu's own component does not get: commands work there too. */
const RESERVED_IN_MENU = ['ctrl-c', 'ctrl-z', 'q', '?', 'f1'];

/** Runs the app on a terminal that already shows the menu. */
export function runApp(terminal: Terminal, initial: Omit<AppState, 'session'>, size: () => {columns: number; rows: number}): void {
	const store = new Store(initial);
	const controller = new Controller(store, {
		quit() {
			instance.unmount();
			terminal.close();
			process.exit(0);
		},
		suspend: () => terminal.session.suspend(),
		menuHasKeys(has) {
			if (has) terminal.keys.routeToInk(RESERVED_IN_MENU);
			else terminal.keys.routeToApp();
		},
	});
	const instance = render(<App store={store} onOpen={(entry: LabEntry) => controller.open(entry)} />, terminal.inkOptions);
	process.stdout.on('resize', () => {
		const {columns, rows} = size();
		store.resize(columns, rows);
	});
	terminal.keys.routeToInk(RESERVED_IN_MENU);
	terminal.keys.attach(key => controller.key(key));
}
