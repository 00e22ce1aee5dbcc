import {boxed} from '../layouts.js';
import {bitByBit, choice, counted, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {early, type Form, late, type Part} from '../parts.js';
import {address, hexLong, int, ulong} from '../scalars.js';
import {signal} from '../structures/signals.js';
import {CAPABILITIES} from '../structures/system.js';
import {textOf} from '../texts.js';
import {resultOf, type Show, type View} from '../view.js';
import type {Forms, Note, Notes} from './table.js';

const DUMPABLE = names('SUID_DUMP_???', counted('SUID_DUMP_', 0, 'DISABLE USER ROOT'));
const UNALIGNED = names('PR_UNALIGN_???', bitByBit('PR_UNALIGN_', 0, 'NOPRINT SIGBUS'));
const TIME_STAMP_COUNTER = names('PR_TSC_???', counted('PR_TSC_', 1, 'ENABLE SIGSEGV'));
const SECURE_BITS = names('SECBIT_???', bitByBit('SECBIT_', 0, 'NOROOT NOROOT_LOCKED NO_SETUID_FIXUP NO_SETUID_FIXUP_LOCKED KEEP_CAPS KEEP_CAPS_LOCKED NO_CAP_AMBIENT_RAISE NO_CAP_AMBIENT_RAISE_LOCKED'));
const SECCOMP_MODES = names('SECCOMP_MODE_???', counted('SECCOMP_MODE_', 0, 'DISABLED STRICT FILTER'));
const MCE = names('PR_MCE_KILL_???', counted('PR_MCE_KILL_', 0, 'CLEAR SET'));
const MCE_POLICIES = names('PR_MCE_KILL_???', counted('PR_MCE_KILL_', 0, 'LATE EARLY DEFAULT'));
const MM_FIELDS = names('PR_SET_MM_???', counted('PR_SET_MM_', 1, 'START_CODE END_CODE START_DATA END_DATA START_STACK START_BRK BRK ARG_START ARG_END ENV_START ENV_END AUXV EXE_FILE MAP MAP_SIZE'));
const FLOAT_MODES = names('PR_FP_MODE_???', bitByBit('PR_FP_MODE_', 0, 'FR FRE'));
const AMBIENT = names('PR_CAP_AMBIENT_???', counted('PR_CAP_AMBIENT_', 1, 'IS_SET RAISE LOWER CLEAR_ALL'));
const CAPABILITY = choice(names('CAP_???', Object.fromEntries(CAPABILITIES.map((name, index) => [name, index]))), 64);
const SPECULATION = names('PR_SPEC_???', counted('PR_SPEC_', 0, 'STORE_BYPASS INDIRECT_BRANCH L1D_FLUSH'));
const DISPATCH = names('PR_SYS_DISPATCH_???', counted('PR_SYS_DISPATCH_', 0, 'OFF ON'));
const VMA = names('PR_SET_VMA_???', {PR_SET_VMA_ANON_NAME: 0});
const CORE = names('PR_SCHED_CORE_???', counted('PR_SCHED_CORE_', 0, 'GET CREATE SHARE_TO SHARE_FROM'));
const PID_TYPES = names('PIDTYPE_???', counted('PIDTYPE_', 0, 'PID TGID PGID SID'));
const KEYS = names('PR_PAC_???', bitByBit('PR_PAC_', 0, 'APIAKEY APIBKEY APDAKEY APDBKEY APGAKEY'));

/** How the arguments of an option are written, from the second on, in order. Where nothing is said all five are. */
interface OptionForm {
	readonly given?: readonly Show[];
	/** The second argument, once the call has filled it in. */
	readonly filled?: Show;
	readonly note?: (result: bigint, view: View) => Note;
}

/** A thread's name: 16 bytes with the zero byte. */
const threadName: Show = (at, view) => textOf(at, view, 15);

const oneNumber: OptionForm = {given: [ulong]};
const numberOfFour: OptionForm = {given: [ulong, hexLong, hexLong, hexLong]};
const nothing: OptionForm = {given: []};
const filledInt: OptionForm = {filled: boxed(4, int)};
const flagsNote = (table: Parameters<typeof flagsText>[1]) => (result: bigint): Note => (result === 0n ? undefined : {base: 16, note: flagsText(result, table)});

const OPTIONS: ReadonlyMap<string, OptionForm> = new Map<string, OptionForm>(Object.entries({
	SET_PDEATHSIG: {given: [signal]}, GET_PDEATHSIG: {filled: boxed(4, signal)}, GET_DUMPABLE: {given: [], note: result => DUMPABLE.byValue.get(result)}, SET_DUMPABLE: {given: [choice(DUMPABLE, 64)]},
	GET_UNALIGN: {filled: boxed(4, flags(UNALIGNED))}, SET_UNALIGN: {given: [flags(UNALIGNED)]}, GET_KEEPCAPS: nothing, SET_KEEPCAPS: oneNumber, GET_FPEMU: filledInt, SET_FPEMU: oneNumber,
	GET_FPEXC: filledInt, SET_FPEXC: oneNumber, GET_TIMING: nothing, SET_TIMING: oneNumber, SET_NAME: {given: [threadName]}, GET_NAME: {filled: threadName}, GET_ENDIAN: filledInt, SET_ENDIAN: oneNumber,
	GET_SECCOMP: {given: [], note: (result: bigint) => (result === 0n ? undefined : SECCOMP_MODES.byValue.get(result))}, SET_SECCOMP: {given: [choice(SECCOMP_MODES, 64), hexLong, hexLong, hexLong]},
	CAPBSET_READ: {given: [CAPABILITY]}, CAPBSET_DROP: {given: [CAPABILITY]}, GET_TSC: {filled: boxed(4, choice(TIME_STAMP_COUNTER))}, SET_TSC: {given: [choice(TIME_STAMP_COUNTER)]},
	GET_SECUREBITS: {given: [], note: flagsNote({...SECURE_BITS, unknown: ''})}, SET_SECUREBITS: {given: [flags(SECURE_BITS, 64)]}, SET_TIMERSLACK: oneNumber, GET_TIMERSLACK: nothing,
	TASK_PERF_EVENTS_DISABLE: nothing, TASK_PERF_EVENTS_ENABLE: nothing, MCE_KILL: {given: [choice(MCE, 64), hexLong, hexLong, hexLong]}, MCE_KILL_GET: {note: result => MCE_POLICIES.byValue.get(result)},
	SET_MM: {given: [choice(MM_FIELDS, 64), hexLong, hexLong, hexLong]}, SET_CHILD_SUBREAPER: oneNumber, GET_CHILD_SUBREAPER: filledInt, SET_NO_NEW_PRIVS: numberOfFour,
	GET_TID_ADDRESS: {filled: boxed(8, hexLong)}, SET_THP_DISABLE: numberOfFour, SET_FP_MODE: {given: [flags(FLOAT_MODES)]}, GET_FP_MODE: {given: [], note: flagsNote({...FLOAT_MODES, unknown: ''})},
	CAP_AMBIENT: {given: [choice(AMBIENT, 64), CAPABILITY, hexLong, hexLong]}, GET_SPECULATION_CTRL: {given: [choice(SPECULATION, 64)]}, SET_SPECULATION_CTRL: {given: [choice(SPECULATION, 64), hexLong]},
	SET_IO_FLUSHER: numberOfFour, SET_SYSCALL_USER_DISPATCH: {given: [choice(DISPATCH, 64), hexLong, hexLong, hexLong]}, SET_VMA: {given: [choice(VMA, 64), hexLong, hexLong, hexLong]},
	SCHED_CORE: {given: [choice(CORE, 64), int, choice(PID_TYPES), hexLong]}, PAC_RESET_KEYS: {given: [flags(KEYS, 64), hexLong, hexLong, hexLong]},
	PAC_SET_ENABLED_KEYS: {given: [flags(KEYS, 64), flags(KEYS, 64), hexLong, hexLong]}, SET_PTRACER: {given: [int]}, SVE_GET_VL: nothing, SME_GET_VL: nothing, SVE_SET_VL: {given: [hexLong]}, SME_SET_VL: {given: [hexLong]},
} satisfies Record<string, OptionForm>).map(([name, form]) => [`PR_${name}`, form]));

const optionOf = ({args}: Pick<View, 'args'>): string => CHOICE_NAMES['prctl-option'].byValue.get(BigInt.asUintN(32, args[0])) ?? '';

const ALL: readonly Show[] = [hexLong, hexLong, hexLong, hexLong];

const prctl: Form = view => {
	const option: Part = early(0, choice(CHOICE_NAMES['prctl-option']));
	const form = OPTIONS.get(optionOf(view));
	if (form?.filled !== undefined) return [option, late(1, form.filled)];
	return [option, ...(form?.given ?? ALL).map((show, index) => early(index + 1, show))];
};

/** What arch_prctl takes as its second argument, by code. */
const ARCH_ARGUMENTS: ReadonlyMap<string, 'none' | 'filled'> = new Map([['ARCH_GET_FS', 'filled'], ['ARCH_GET_GS', 'filled'], ['ARCH_GET_CPUID', 'none']]);

const archPrctl: Form = ({args}) => {
	const code = early(0, choice(CHOICE_NAMES['arch-prctl-code']));
	switch (ARCH_ARGUMENTS.get(CHOICE_NAMES['arch-prctl-code'].byValue.get(BigInt.asUintN(32, args[0])) ?? '')) {
		case 'none':
			return [code];
		case 'filled':
			return [code, late(1, boxed(8, address))];
		default:
			return [code, early(1, hexLong)];
	}
};

export const PRCTL_FORMS: Forms = {prctl, arch_prctl: archPrctl};
export const PRCTL_NOTES: Notes = {prctl: view => OPTIONS.get(optionOf(view))?.note?.(resultOf(view), view)};
