import * as v from 'valibot';
import {ERRNO_ENTRIES, type ErrnoName, errnoNumber} from '../../kernel/errno.js';
import type {KernelOptions} from '../../kernel/kernel.js';
import type {BootOptions, FilterLine} from '../../kernel/loader.js';
import {SURGERY} from '../../kernel/surgery.js';
import {SYSCALLS, syscallNumber} from '../../kernel/syscall-table.js';
import type {Schema} from './read-yaml.js';
import {map, several, text} from './schema.js';

/** One call that the filter refuses. */
export interface FilterSetting {
	/** The call's name. */
	readonly call: string;
	/** The error that it answers; absent: the process is killed. */
	readonly error?: string | undefined;
}

/** How the kernel is built and started; what is absent stays as it is by default. */
export interface KernelSettings {
	readonly isolation?: boolean | undefined;
	readonly 'entry-stack'?: boolean | undefined;
	/** Whether `int $0x80` is a second way in, with the registers of `syscall`. */
	readonly 'second-door'?: boolean | undefined;
	readonly without?: readonly string[] | undefined;
	readonly seccomp?: readonly FilterSetting[] | undefined;
	readonly audit?: boolean | undefined;
}

/** The names of the kernel's settings. */
export const KERNEL_SETTINGS: readonly (keyof KernelSettings)[] = ['isolation', 'entry-stack', 'second-door', 'without', 'seccomp', 'audit'];

const callName = v.picklist(SYSCALLS.map(({name}) => name));
const errorName = v.picklist(ERRNO_ENTRIES.map(({name}) => name));
const surgeryName = v.picklist(SURGERY.map(({name}) => name));

/** The kernel's settings as a lab writes them. */
export const kernelSettings: Schema<KernelSettings> = map({
	isolation: v.optional(v.boolean()),
	'entry-stack': v.optional(v.boolean()),
	'second-door': v.optional(v.boolean()),
	without: v.optional(several<string>(surgeryName)),
	seccomp: v.optional(v.array(map({call: callName, error: v.optional(errorName)}))),
	audit: v.optional(v.boolean()),
});

/** What a step's machine runs, and on which kernel. */
export interface Setup {
	/** File name of the program's text, in the lab's folder. */
	readonly program: string;
	readonly kernel: KernelSettings;
	/** argv, the program's own name first; absent: that name alone. */
	readonly args?: readonly string[] | undefined;
	/** The environment, each as `NAME=value`. */
	readonly env: readonly string[];
	/** Where the run begins: at the program's first instruction, or where the machine is switched on. */
	readonly begins: 'program' | 'power-on';
	/** Files in the machine's file system, by absolute path: each a file of the lab's folder. */
	readonly files: Readonly<Record<string, string>>;
	/** Whether the program is a file, too, and is executed from there: /bin/ and its name. */
	readonly executed: boolean;
	/** What stands on the console's input, before anybody types. */
	readonly input: string;
	/** Whether a person types at the console; else its input ends behind `input`. */
	readonly terminal: boolean;
	/** An entry path in place of entry_SYSCALL_64: a file of the lab's folder, or one by absolute path. */
	readonly entry?: string | undefined;
}

/** What a setup is where a lab does not say it. */
export const USUAL_SETUP: Omit<Setup, 'program'> = {kernel: {}, env: [], begins: 'program', files: {}, executed: false, input: '', terminal: false};

/** The name of a program's text. */
export const programName = v.pipe(text, v.regex(/^[\w.-]+\.s$/, ({received}) => `found ${received}, expected the name of a .s file in the lab’s folder`));

const fileName = v.pipe(text, v.regex(/^[\w.-]+$/, ({received}) => `found ${received}, expected the name of a file in the lab’s folder`));

/** The keys of a setup, each optional: a lab's steps change what they name. */
export const setupEntries = {
	program: v.optional(programName),
	kernel: v.optional(kernelSettings),
	args: v.optional(v.array(v.string())),
	env: v.optional(v.array(v.pipe(v.string(), v.regex(/^\w+=/, ({received}) => `found ${received}, expected NAME=value`)))),
	begins: v.optional(v.picklist(['program', 'power-on'])),
	files: v.optional(v.record(v.pipe(v.string(), v.regex(/^(?:\/[\w.-]+)+$/, ({received}) => `found ${received}, expected an absolute path such as /etc/motd`)), fileName)),
	executed: v.optional(v.boolean()),
	input: v.optional(v.string()),
	terminal: v.optional(v.boolean()),
	entry: v.optional(programName),
} as const;

/** What may be said of a setup. */
export type SetupKeys = Partial<{readonly [K in keyof Setup]: Setup[K] | undefined}>;

/** A setup with some of it changed. Another program has its own name as its arguments. */
export function changeSetup(setup: Setup, keys: SetupKeys): Setup {
	const isOther = keys.program !== undefined && keys.program !== setup.program;
	const given = Object.fromEntries(SETUP_KEYS.map(key => [key, keys[key]]).filter(([, value]) => value !== undefined)) as Partial<Setup>;
	return {...setup, ...(isOther ? {args: undefined} : {}), ...given};
}

/** The keys of a setup. */
const SETUP_KEYS = Object.keys(setupEntries) as readonly (keyof Setup)[];

/** Whether two setups make the same machine. */
export const isSameSetup = (a: Setup, b: Setup): boolean => setupKey(a) === setupKey(b);

/** A text that two setups share if, and only if, they make the same machine. */
export const setupKey = (setup: Setup): string => JSON.stringify(SETUP_KEYS.map(key => setup[key] ?? null));

const defined = <T extends object>(values: {readonly [K in keyof T]: T[K] | undefined}): Partial<T> =>
	Object.fromEntries(Object.entries(values).filter(([, each]) => each !== undefined)) as Partial<T>;

/** The settings as the kernel's build wants them. */
export const kernelOptions = ({isolation, 'entry-stack': entryStack, 'second-door': door80, without}: KernelSettings): KernelOptions =>
	defined<KernelOptions>({isolation, entryStack, door80, without});

const filterLine = ({call, error}: FilterSetting): FilterLine => ({
	nr: syscallNumber(call),
	...(error === undefined ? {action: 'kill'} : {action: 'errno', errno: errnoNumber(error as ErrnoName)}),
});

/** The settings as the loader wants them. */
export const bootOptions = ({seccomp, audit}: KernelSettings): BootOptions => defined<BootOptions>({seccomp: seccomp?.map(filterLine), audit});

/** Why settings exclude each other; undefined if they don't. */
export const settingsProblem = ({isolation, 'entry-stack': entryStack}: KernelSettings): string | undefined =>
	(isolation === true && entryStack === false ? 'isolation needs the entry stack: leave entry-stack on, or isolation off' : undefined);
