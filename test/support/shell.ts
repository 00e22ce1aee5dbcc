import {expect} from 'vitest';
import {TestTerminal, type LaunchOptions} from './terminal.js';

const quoted = (word: string): string => `'${word.replaceAll('\'', String.raw`'\''`)}'`;

// The shell stays, so that the terminal can be looked at as the program has left it.
const script = (command: string): string => `
echo BEFORE
before=$(stty -g)
sh -c 'echo PID=$$; exec "$@"' sh ${command}
echo "EXIT=$?"
[ "$before" = "$(stty -g)" ] && echo STTY_SAME || echo STTY_CHANGED
exec cat
`;

/** Runs a program in a shell, which says afterwards how it ended and whether the terminal's modes are the same. */
export function launchInShell(command: readonly string[], options: LaunchOptions = {}): TestTerminal {
	return TestTerminal.launch('/bin/sh', ['-c', script(command.map(quoted).join(' '))], options);
}

/** The process id of the program that {@link launchInShell} runs. */
export function programId(terminal: TestTerminal): number {
	const id = /PID=(\d+)/u.exec(terminal.raw)?.[1];
	if (id === undefined) {
		throw new Error('The shell has not yet started the program.');
	}

	return Number(id);
}

/** Waits for the end of a program that {@link launchInShell} runs, and expects the terminal as it was found. */
export async function expectRestored(terminal: TestTerminal, exitCode: number): Promise<void> {
	await terminal.until(/STTY_(?:SAME|CHANGED)/u);
	expect(terminal.text()).toContain(`EXIT=${exitCode}\n`);
	expect(terminal.text()).toContain('STTY_SAME');
	expect(terminal.text()).toContain('BEFORE');
	expect(screenState(terminal)).toEqual(shellsOwn);
}

/** What a full-screen program changes about a terminal. */
export function screenState(terminal: TestTerminal): Readonly<Record<string, boolean>> {
	return {
		alternateScreen: terminal.isAlternate,
		cursor: terminal.cursor.isVisible,
		autowrap: terminal.isModeSet(7),
		bracketedPaste: terminal.isModeSet(2004),
		synchronized: terminal.isModeSet(2026),
	};
}

/** {@link screenState} of a terminal that belongs to the shell. */
export const shellsOwn = {alternateScreen: false, cursor: true, autowrap: true, bracketedPaste: false, synchronized: false};
