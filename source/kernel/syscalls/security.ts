import {bytes, call, elements, inout, input, output, type Syscall} from './row.js';

/** What the process may do: capabilities, keys, filters, security modules; and randomness. */
export const SECURITY: readonly Syscall[] = [
	call(125, 'capget', {hdrp: inout('struct:__user_cap_header_struct'), datap: output('struct:__user_cap_data_struct', elements(2))}, 'zero', 'tells the capabilities of a thread'),
	call(126, 'capset', {hdrp: inout('struct:__user_cap_header_struct'), datap: input('struct:__user_cap_data_struct', elements(2))}, 'zero', 'sets the capabilities of the thread'),
	call(248, 'add_key', {type: 'string', description: 'string', payload: input('buffer', bytes('plen')), plen: 'size', keyring: 'key-serial'}, 'id', 'puts a key into a key ring of the kernel'),
	call(249, 'request_key', {type: 'string', description: 'string', callout_info: 'string', dest_keyring: 'key-serial'}, 'id', 'looks for a key, and can have it made'),
	call(250, 'keyctl', {operation: 'keyctl-op', arg2: 'word', arg3: 'word', arg4: 'word', arg5: 'word'}, 'by-request', 'reads, changes and arranges keys of the kernel'),
	call(317, 'seccomp', {operation: 'seccomp-op', flags: 'flags:seccomp', args: 'pointer'}, 'by-request', 'limits which system calls the process may make'),
	call(318, 'getrandom', {buf: output('buffer', bytes('buflen', 'result')), buflen: 'size', flags: 'flags:random'}, 'bytes', 'fills a buffer with random bytes'),
	call(444, 'landlock_create_ruleset', {attr: input('struct:landlock_ruleset_attr', bytes('size')), size: 'size', flags: 'flags:landlock'}, 'fd', 'begins a set of rules for a sandbox'),
	call(445, 'landlock_add_rule', {ruleset_fd: 'fd', rule_type: 'landlock-rule', rule_attr: 'pointer', flags: 'flags:landlock'}, 'zero', 'adds a rule to a sandbox’s set'),
	call(446, 'landlock_restrict_self', {ruleset_fd: 'fd', flags: 'flags:landlock'}, 'zero', 'puts the thread into the sandbox'),
	call(459, 'lsm_get_self_attr', {attr: 'lsm-attribute', ctx: output('struct:lsm_ctx', bytes('*size')), size: inout('uint'), flags: 'flags:lsm'}, 'count', 'tells what security modules know about the process'),
	call(460, 'lsm_set_self_attr', {attr: 'lsm-attribute', ctx: input('struct:lsm_ctx', bytes('size')), size: 'uint', flags: 'flags:reserved'}, 'zero', 'sets what a security module knows about the process'),
	call(461, 'lsm_list_modules', {ids: output('ulong', bytes('*size')), size: inout('uint'), flags: 'flags:reserved'}, 'count', 'lists the security modules that are at work'),
];
