import {COMMANDS} from './command-table.js';
import {ExitCode} from './exit-codes.js';
import {manualPage} from './manual-page.js';
import {print} from './output.js';
import {APP} from './rows/app.js';
import {packageVersion} from './version.js';

/** Prints the manual page. */
export async function manCommand(): Promise<number> {
	await print(manualPage(APP, COMMANDS, packageVersion()));
	return ExitCode.OK;
}
