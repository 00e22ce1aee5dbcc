/** Traces as strace writes them: text, a summary, or records for JSON, from the calls of traced tasks. */
export {type CallFilter, everyCall, type FilterResult, parseFilter} from './filter.js';
export {type CallEntry, type CallExit, exitedStatus, killedStatus, type TaskListener} from './listener.js';
export {type ArgumentRecord, type CallRecord, recordLine, type RecordOptions, StraceRecorder, type TaskRecord, type TraceRecord} from './records.js';
export {siginfoBytes, type SignalFacts} from './siginfo.js';
export {StraceSummary} from './summary.js';
export type {MemoryReader} from './view.js';
export {STRING_LIMIT, type StraceOptions, StraceWriter} from './writer.js';
