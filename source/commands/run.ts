import type {Call} from './call.js';
import {ExitCode, exitCodeOf} from './exit-codes.js';
import {codeOfSignal, Interruption} from './interruption.js';
import {printError} from './output.js';
import {readRunnable} from './program-file.js';
import {type End, HeadlessRun} from './run/headless-run.js';
import {auditLines, explainEnd, whereabouts} from './run/report.js';
import {type RunRequest, readRequest} from './run/request.js';

/** Names of the signals as people know them. */
const SIGNAL_TEXTS = {SIGINT: 'stopped by Ctrl+C (SIGINT)', SIGTERM: 'stopped by SIGTERM'} as const;

/** What ended a run that did not end by itself, in words; undefined if it did. */
function stoppedBy(end: End): string | undefined {
	if (end.kind === 'interrupted') return SIGNAL_TEXTS[end.signal];
	return end.kind === 'stopped' ? `stopped by ${end.message},` : undefined;
}

/** The exit code for an end. */
function codeOf(end: End): number {
	if (end.kind === 'interrupted') return codeOfSignal(end.signal);
	return end.kind === 'stopped' ? ExitCode.STOPPED : exitCodeOf(end);
}

const grouped = (value: number): string => value.toLocaleString('en');

/** What is said at a run's end. */
function lastWords(run: HeadlessRun, end: End, request: RunRequest): string[] {
	const {machine, kernel} = run.recording;
	const lines: string[] = [];
	const cause = stoppedBy(end);
	if (cause !== undefined) {
		const [place, ...registers] = whereabouts(machine, kernel, run);
		lines.push(`syscall-lab: ${cause} after ${grouped(machine.steps)} steps, ${place}`, ...registers);
	}

	const message = explainEnd(end, request);
	if (message !== undefined) lines.push(`syscall-lab: ${message}`);
	if (run.missedTheCall) lines.push(`syscall-lab: call number ${request.at} never came, so nothing was set; give a lower --at`);

	return [...lines, ...(request.boot.audit === true ? auditLines(machine, kernel) : []), ...(request.stats ? run.statisticsLines : [])];
}

/** Runs a program without a screen: its console goes to stdout, or its events do as JSON lines. Gives the exit code. */
export async function runCommand(call: Call): Promise<number> {
	const request = readRequest(call);
	const runnable = readRunnable(request.file);
	const interruption = new Interruption();
	try {
		const run = new HeadlessRun(request, runnable, interruption);
		const end = await run.run();
		await run.finish(end);
		const words = lastWords(run, end, request);
		if (words.length > 0) await printError(words.join('\n'));
		return codeOf(end);
	} finally {
		interruption.end();
	}
}
