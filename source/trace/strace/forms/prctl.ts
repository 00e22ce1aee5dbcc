import {boxed} from '../layouts.js';
import {bitByBit, choice, counted, flags, flagsText, names} from '../names.js';
import {CHOICE_NAMES} from '../names/choices.js';
import {early, type Form, late, type Part} from '../parts.js';
import {address, hex, hexLong, int, ulong} from '../scalars.js';
import {signal} from '../structures/signals.js';
import {CAPABILITIES} from '../structures/system.js';
import {string, textOf} from '../texts.js';
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
	if (optionOf(view) === 'PR_SET_VMA' && view.args[1] === 0n) return [option, early(1, choice(VMA, 64)), early(2, hexLong), early(3, ulong), early(4, string)];
	const form = OPTIONS.get(optionOf(view));
	if (form?.filled !== undefined) return [option, late(1, form.filled)];
	return [option, ...(form?.given ?? ALL).map((show, index) => early(index + 1, show))];
};

/** Parts of the processor's state that XSAVE knows, by number. */
const STATE_PARTS = 'FP SSE YMM BNDREGS BNDCSR OPMASK ZMM_Hi256 Hi16_ZMM PT PKRU PASID - - - - LBR - XTILE_CFG XTILE_DATA'.split(' ');
const FEATURES = names('', {
	XFEATURE_MASK_FPSSE: 3, XFEATURE_MASK_FP: 1, XFEATURE_MASK_SSE: 2, XFEATURE_MASK_YMM: 4, XFEATURE_MASK_BNDREGS: 8, XFEATURE_MASK_BNDCSR: 0x10, XFEATURE_MASK_AVX512: 0xe0, XFEATURE_MASK_OPMASK: 0x20,
	XFEATURE_MASK_ZMM_Hi256: 0x40, XFEATURE_MASK_Hi16_ZMM: 0x80, XFEATURE_MASK_PT: 0x100, XFEATURE_MASK_PKRU: 0x200, XFEATURE_MASK_PASID: 0x400, XFEATURE_MASK_LBR: 0x8000,
	XFEATURE_MASK_XTILE: 0x6_0000, XFEATURE_MASK_XTILE_CFG: 0x2_0000, XFEATURE_MASK_XTILE_DATA: 0x4_0000,
});
const features: Show = value => (value === 0n ? '0' : `${hex(value)} /* ${flagsText(value, FEATURES)} */`);
const feature: Show = value => {
	const name = value < BigInt(STATE_PARTS.length) ? STATE_PARTS[Number(value)] : '-';
	return `${hex(value)} /* XFEATURE_${name === '-' ? '???' : name} */`;
};

/** What arch_prctl takes as its second argument, by code; a number to the base 16 where nothing is said. */
const ARCH_ARGUMENTS: ReadonlyMap<string, (args: readonly bigint[]) => readonly Part[]> = new Map<string, (args: readonly bigint[]) => readonly Part[]>([
	['ARCH_GET_CPUID', () => []], ...['FS', 'GS'].map((name): [string, () => readonly Part[]] => [`ARCH_GET_${name}`, () => [late(1, boxed(8, address))]]),
	...['GET_XCOMP_SUPP', 'GET_XCOMP_PERM', 'GET_XCOMP_GUEST_PERM'].map((name): [string, () => readonly Part[]] => [`ARCH_${name}`, () => [late(1, boxed(8, features))]]),
	...['REQ_XCOMP_PERM', 'REQ_XCOMP_GUEST_PERM'].map((name): [string, () => readonly Part[]] => [`ARCH_${name}`, () => [early(1, feature)]]),
]);

const archPrctl: Form = ({args}) => {
	const code = early(0, choice(CHOICE_NAMES['arch-prctl-code']));
	const name = CHOICE_NAMES['arch-prctl-code'].byValue.get(BigInt.asUintN(32, args[0])) ?? '';
	return [code, ...(ARCH_ARGUMENTS.get(name)?.(args) ?? [early(1, hexLong)])];
};

export const PRCTL_FORMS: Forms = {prctl, arch_prctl: archPrctl};
export const PRCTL_NOTES: Notes = {prctl: view => OPTIONS.get(optionOf(view))?.note?.(resultOf(view), view)};
