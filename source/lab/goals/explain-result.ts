import {ADDRESSES} from '../../kernel/constants.js';
import {errnoEntry, resultErrno} from '../../kernel/errno.js';
import {type Syscall, syscallByNumber} from '../../kernel/syscall-table.js';
import type {TraceEvent} from '../../trace/events.js';
import type {Scene} from '../language/scene.js';
import {hex} from '../language/values.js';
import {ARGUMENT_REGISTERS} from './condition-schema.js';

export type SyscallEvent = Extract<TraceEvent, {readonly kind: 'syscall'}>;

/** Types of argument that are descriptors. */
const DESCRIPTORS: ReadonlySet<string> = new Set(['fd', 'dirfd']);

/** An argument with its register and what stood in it. */
interface Given {
	readonly register: string;
	readonly value: bigint;
	readonly argument: Syscall['arguments'][number];
}

const given = (call: Syscall, {args}: SyscallEvent): Given[] => call.arguments.map((argument, index) => ({argument, register: ARGUMENT_REGISTERS[index], value: args[index]}));

/** Whether the program could read at an address when it made the call. */
function isReadable({recording}: Scene, {step}: SyscallEvent, address: bigint): boolean {
	if (address >= ADDRESSES.TASK_SIZE_MAX) return false;
	recording.seek(step);
	return recording.machine.readLinear(address, 1) !== undefined;
}

/** Why an address was refused. */
const addressReason = (address: bigint): string =>
	(address >= ADDRESSES.TASK_SIZE_MAX ? 'that is no address of the program’s half' : 'nothing of the program’s is mapped there');

/** What is behind some errors, by the arguments that they speak of. */
const REASONS: Readonly<Partial<Record<string, (scene: Scene, event: SyscallEvent, args: readonly Given[]) => string | undefined>>> = {
	EBADF(_, __, args) {
		const found = args.find(({argument}) => DESCRIPTORS.has(argument.type) && argument.access === undefined);
		return found === undefined ? undefined : `${found.register} was ${BigInt.asIntN(32, found.value)}: no such descriptor is open for that`;
	},
	EFAULT(scene, event, args) {
		const found = args.find(({argument, value}) => argument.access !== undefined && !isReadable(scene, event, value));
		return found === undefined ? undefined : `${found.register} was ${hex(found.value)}: ${addressReason(found.value)}`;
	},
	ENOENT(_, __, args) {
		const found = args.find(({argument}) => argument.type === 'path');
		return found === undefined ? undefined : `${found.register} pointed at a name that no file has`;
	},
};

/** What stood behind a call's answer, in words; undefined where the answer says it all. */
export function explainResult(scene: Scene, event: SyscallEvent, result: bigint): string | undefined {
	const error = resultErrno(result);
	const name = error === undefined ? undefined : errnoEntry(error)?.name;
	const call = syscallByNumber(event.nr);
	if (name === 'ENOSYS') return call === undefined ? `eax was ${event.nr}: no call has that number` : `this kernel does not carry out ${call.name}`;
	return name === undefined || call === undefined ? undefined : REASONS[name]?.(scene, event, given(call, event));
}
