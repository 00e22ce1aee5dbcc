import {PER_CPU, TASK} from '../../kernel/constants.js';
import type {Kernel} from '../../kernel/kernel.js';
import {HostServices} from '../../kernel/services/host-services.js';
import type {Machine} from '../../machine/machine.js';
import {kernelVariable, kernelWord} from './kernel-memory.js';

/** One line of /proc/PID/maps, taken to pieces. */
export interface ProcessArea {
	readonly start: bigint;
	/** Behind the last byte. */
	readonly end: bigint;
	/** As the file has it: `r-xp`; s at the end for memory that is shared. */
	readonly permissions: string;
	/** A file's path, `[heap]`, `[stack]`; empty for memory without a name. */
	readonly name: string;
	/** The whole line. */
	readonly line: string;
	readonly sentence: string;
}

/** What a process has mapped, as it would find it in /proc/self/maps. */
export interface ProcessMaps {
	readonly pid: number;
	readonly areas: readonly ProcessArea[];
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/;

const RIGHTS = [['r', 'read'], ['w', 'written'], ['x', 'run']] as const;

function sentenceOf(permissions: string, name: string): string {
	const deeds = RIGHTS.filter(([letter]) => permissions.includes(letter)).map(([, deed]) => deed);
	const rights = deeds.length === 0 ? 'may not be touched' : `may be ${deeds.join(' and ')}`;
	return `${name === '' ? 'Memory without a name' : name} ${rights}; what is written is ${permissions.endsWith('s') ? 'shared with others' : 'the process’s own'}.`;
}

function areaOf(line: string): ProcessArea[] {
	const match = LINE.exec(line);
	if (match === null) return [];
	const [, start, end, permissions, name] = match;
	return [{start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), permissions, name, line, sentence: sentenceOf(permissions, name)}];
}

/** The number of the task that runs; undefined before there is one. */
function currentPid(machine: Machine, kernel: Kernel): number | undefined {
	const base = kernelVariable(machine, kernel, 'boot_per_cpu');
	const task = base === undefined || base === 0n ? undefined : kernelWord(machine, kernel, base + BigInt(PER_CPU.current_task));
	const word = task === undefined || task === 0n ? undefined : kernelWord(machine, kernel, task + BigInt(TASK.TASK_pid));
	return word === undefined ? undefined : Number(BigInt.asIntN(32, word));
}

/** What the current process has mapped (fs/proc/task_mmu.c show_map_vma); undefined while no process runs. */
export function processMaps(machine: Machine, kernel: Kernel): ProcessMaps | undefined {
	const pid = currentPid(machine, kernel);
	const services = machine.parts.find(part => part instanceof HostServices);
	const text = pid === undefined ? undefined : services?.mapsText(pid);
	return pid === undefined || text === undefined ? undefined : {pid, areas: text.split('\n').flatMap(areaOf)};
}
