import {Names} from '../trace/names.js';
import type {Call} from './call.js';
import {exitCodeOf} from './exit-codes.js';
import {codeOfSignal, Interruption} from './interruption.js';
import {printError} from './output.js';
import {type LoadableProgram, readProgramFile} from './program-file.js';
import {type End, HeadlessRun} from './run/headless-run.js';
import {auditLines, explainOutcome, whereabouts} from './run/report.js';
import {type RunRequest, readRequest} from './run/request.js';

/** Names of the signals as people know them. */
const SIGNAL_TEXTS = {SIGINT: 'stopped by Ctrl+C (SIGINT)', SIGTERM: 'stopped by SIGTERM'} as const;

const grouped = (value: number): string => value.toLocaleString('en');

/** What is said at a run's end. */
function lastWords(run: HeadlessRun, end: End, request: RunRequest, program: LoadableProgram): string[] {
	const {machine, kernel} = run.recording;
	const lines: string[] = [];
	if (end.kind === 'interrupted') {
		const [place, ...registers] = whereabouts(machine, kernel, new Names(kernel, program));
		lines.push(`syscall-lab: ${SIGNAL_TEXTS[end.signal]} after ${grouped(machine.steps)} steps, ${place}`, ...registers);
	} else {
		const message = explainOutcome(end, request.maxSteps);
		if (message !== undefined) lines.push(`syscall-lab: ${message}`);
		if (run.missedTheCall) lines.push(`syscall-lab: call number ${request.at} never came, so nothing was set; give a lower --at`);
	}

	return [...lines, ...(request.boot.audit === true ? auditLines(machine, kernel) : []), ...(request.stats ? run.statisticsLines : [])];
}

/** Runs a program without a screen: its console goes to stdout, or its events do as JSON lines. Gives the exit code. */
export async function runCommand(call: Call): Promise<number> {
	const request = readRequest(call);
	const program = readProgramFile(request.file);
	const interruption = new Interruption();
	try {
		const run = new HeadlessRun(request, program, interruption);
		const end = await run.run();
		await run.finish(end);
		const words = lastWords(run, end, request, program);
		if (words.length > 0) await printError(words.join('\n'));
		return end.kind === 'interrupted' ? codeOfSignal(end.signal) : exitCodeOf(end);
	} finally {
		interruption.end();
	}
}
