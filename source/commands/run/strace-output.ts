import {closeSync, openSync} from 'node:fs';
import type {Machine} from '../../machine/machine.js';
import type {TraceEvent} from '../../trace/events.js';
import {type CallFilter, parseFilter, recordLine, StraceRecorder, StraceSummary, StraceWriter, STRING_LIMIT, type TaskListener} from '../../trace/strace/index.js';
import {TaskTracer} from '../../trace/task-tracer.js';
import type {Call} from '../call.js';
import {UsageError} from '../command-error.js';
import {print, printError, printTo} from '../output.js';

/** How calls are to be traced. */
export interface StraceRequest {
	/** Where the trace goes; undefined: to stderr, or as JSON to stdout. */
	readonly file: string | undefined;
	readonly filter: CallFilter | undefined;
	/** Only count calls, and print a table at the end. */
	readonly summary: boolean;
	/** Bytes of strings that are shown. */
	readonly limit: number;
	readonly json: boolean;
}

/** Flags that ask for a trace. */
const ASKING = ['strace', 'trace', 'summary-only', 'string-limit'] as const;

/** How calls are to be traced, if at all. @throws UsageError for a filter that can't be understood */
export function readStrace(call: Call): StraceRequest | undefined {
	if (!ASKING.some(name => call.has(name))) return undefined;
	const text = call.text('trace');
	const found = text === undefined ? undefined : parseFilter(text);
	if (found !== undefined && 'problem' in found) throw new UsageError(`-e ${text ?? ''}: ${found.problem}`);
	const file = call.text('strace');
	const request = {file: file === '' ? undefined : file, filter: found?.filter, summary: call.has('summary-only'), limit: call.count('string-limit') ?? STRING_LIMIT, json: call.has('json')};
	if (request.summary && request.json) throw new UsageError('-c counts calls and --json prints each of them; leave one of them out');
	return request;
}

/** Events behind which a line is complete: what the program prints then comes behind it. */
const COMPLETE: ReadonlySet<TraceEvent['kind']> = new Set(['syscall', 'result', 'signal', 'task-exit']);

/** Traces a run's calls, and prints what is traced while the run goes on. */
export class StraceOutput {
	private lines: string[] = [];
	private readonly listener: TaskListener;
	private readonly summary: StraceSummary | undefined;
	private readonly tracer: TaskTracer;
	private readonly descriptor: number | undefined;

	/** @throws UsageError where the file can't be written */
	constructor(
		private readonly request: StraceRequest,
		machine: Machine,
		private readonly abort: AbortSignal,
		/** Where the program's stack begins, if it is a file that is executed. */
		stackPointer: number | undefined,
	) {
		this.descriptor = request.file === undefined ? undefined : openFile(request.file);
		this.summary = request.summary ? new StraceSummary(request.filter) : undefined;
		this.listener = this.summary ?? this.makeListener();
		this.tracer = new TaskTracer(machine, this.listener);
		if (stackPointer !== undefined) this.tracer.begin(BigInt(stackPointer));
	}

	private makeListener(): TaskListener {
		const {filter, limit, json, file} = this.request;
		const common = {limit, ...(filter === undefined ? {} : {filter})};
		if (json) return new StraceRecorder({...common, record: record => this.lines.push(recordLine(record))});
		return new StraceWriter({...common, write: line => this.lines.push(line), tasks: file === undefined ? 'several' : 'always'});
	}

	/** To be called for each event while the machine stands behind it. True if what is traced should be printed now. */
	note(event: TraceEvent): boolean {
		this.tracer.note(event);
		return COMPLETE.has(event.kind);
	}

	/** Prints what has been traced so far. */
	async flush(): Promise<void> {
		const {lines, abort, descriptor} = this;
		if (lines.length === 0) return;
		this.lines = [];
		const text = lines.join('\n');
		if (descriptor !== undefined) await printTo(descriptor, this.request.file ?? '', `${text}\n`, abort);
		else if (this.request.json) await print(`${text}\n`, abort);
		else await printError(text, abort);
	}

	/** Prints the rest: calls that never ended, the table of counts. */
	async finish(): Promise<void> {
		this.listener.finish();
		if (this.summary !== undefined) this.lines.push(...this.summary.lines());
		await this.flush();
		if (this.descriptor !== undefined) closeSync(this.descriptor);
	}
}

function openFile(file: string): number {
	try {
		return openSync(file, 'w');
	} catch (error) {
		throw new UsageError(`--strace=${file} can’t be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}); give the path of a file that can`);
	}
}
