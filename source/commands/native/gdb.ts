import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import process from 'node:process';
import {MEASURED, type MeasuredRegister, type RegisterValues, type SeenCall, SYSCALL_BYTES} from './machine-calls.js';

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** What gdb calls a register. */
const gdbName = (name: MeasuredRegister): string => (name === 'rflags' ? 'eflags' : name);

/** How the script says which stop it is at: its lines begin with this. */
const MARK = 'syscall-lab';

/** The stops of a call: in front of it, and behind it if it comes back. */
const stopsOf = ({site, after}: SeenCall): (readonly ['before' | 'after', bigint])[] => [['before', site], ...(after === undefined ? [] : [['after', site + SYSCALL_BYTES] as const])];

/**
 * A gdb script that stops in front of each call and behind it, and prints the registers.
 * @param command the program's path and its arguments, for those who run the script by hand
 */
export function gdbScript(calls: readonly SeenCall[], command: readonly string[]): string {
	const stops = calls.flatMap((call, index) => stopsOf(call).map(([when, address]) => [
		`tbreak *${hex(address)}`, 'continue', `echo \\n${MARK} ${when} ${index + 1}\\n`, 'registers',
	].join('\n')));
	return `# Prints the registers in front of each system call and behind it, as the real processor has them:
# gdb --batch --nx -x ${quoted(`${command[0]}.gdb`)} --args ${command.map(quoted).join(' ')}
#
# A debugger can spoil what is measured. Where it steps over an instruction, TF is set: SYSCALL would save it in r11. Where
# it steps over a breakpoint by running the instruction elsewhere, rcx would hold that other place. So no instruction is
# stepped here, and each breakpoint is gone when the program goes on from it.
set pagination off
set confirm off
set width 0
set disable-randomization on
set inferior-tty /dev/null
define registers
printf "${MEASURED.map(name => `${name}=%lx`).join(' ')}\\n", ${MEASURED.map(name => `$${gdbName(name)}`).join(', ')}
end
starti

${stops.join('\n\n')}

kill
`;
}

/** A word as a shell takes it, on one line. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''").replaceAll(/[\n\r]/g, '?')}'`);

/** What was measured at the stops of one call. */
export interface MeasuredCall {
	readonly before?: RegisterValues;
	readonly after?: RegisterValues;
}

/** What a measurement came to, or why there is none. */
export type Measurement = {readonly calls: readonly MeasuredCall[]; readonly words: string} | {readonly reason: string};

/** The registers of a line that the script has printed; undefined if it is none. */
function registersOf(line: string | undefined): RegisterValues | undefined {
	const found = new Map([...(line ?? '').matchAll(/(\w+)=([0-9a-f]+)(?= |$)/g)].map(([, name, digits]) => [name, BigInt(`0x${digits}`)]));
	const values = MEASURED.map(name => [name, found.get(name)] as const);
	return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values) as unknown as RegisterValues;
}

/** What gdb has printed, call by call. A stop elsewhere than where the script wanted it ends the measurement. */
export function readMeasurement(output: string, calls: readonly SeenCall[]): MeasuredCall[] {
	const lines = output.split('\n');
	const measured: MeasuredCall[] = [];
	for (const [index, call] of calls.entries()) {
		const stops: {before?: RegisterValues; after?: RegisterValues} = {};
		for (const [when, address] of stopsOf(call)) {
			const at = lines.indexOf(`${MARK} ${when} ${index + 1}`);
			const values = at < 0 ? undefined : registersOf(lines.at(at + 1));
			if (values?.rip === address) stops[when] = values;
		}

		measured.push(stops);
		if (stops.before === undefined || (call.after !== undefined && stops.after === undefined)) break;
	}

	return measured;
}

/** How long gdb may take, in milliseconds: a program that waits for input would take for ever. */
const PATIENCE = 20_000;

/** Why nothing can be measured on this computer; undefined if something can be. */
export function obstacle(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return `this is no x86-64 Linux (it is ${process.platform} on ${process.arch})`;
	const {error} = spawnSync('gdb', ['--version'], {stdio: 'ignore', timeout: PATIENCE});
	return error === undefined ? undefined : 'gdb is not installed';
}

/** Runs a program under gdb: its path, and its arguments. */
export function measure(script: string, command: readonly string[], calls: readonly SeenCall[]): Measurement {
	const why = obstacle();
	if (why !== undefined) return {reason: why};
	const {error, stdout, stderr} = spawnSync('gdb', ['--batch', '--nx', '--quiet', '-x', script, '--args', ...command], {
		encoding: 'utf8', timeout: PATIENCE, stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, LC_ALL: 'C', DEBUGINFOD_URLS: '', SHELL: '/bin/sh'},
	});
	const measured = readMeasurement(stdout, calls);
	const words = stderr.trim().split('\n').at(-1) ?? '';
	if (measured.at(0)?.before === undefined) return {reason: `gdb could not run the program${error === undefined ? '' : ` (${error.message})`}${words === '' ? '' : `: ${words}`}`};
	return {calls: measured, words};
}

/** The name of this computer's processor, and of its kernel. */
export function computerName(): string {
	const read = (file: string): string => {
		try {
			return readFileSync(file, 'utf8');
		} catch {
			return '';
		}
	};
	const model = /^model name\s*:\s*(.+)$/m.exec(read('/proc/cpuinfo'))?.[1] ?? 'a processor without a name';
	const release = read('/proc/sys/kernel/osrelease').trim().replace(/^(\d+\.\d+).*$/, '$1');
	return `${model.replaceAll(/\s+/g, ' ')}${release === '' ? '' : `, Linux ${release}`}`;
}
