import {bytes, call, elements, input, output, type Syscall} from './row.js';

/** The computer as a whole: its names, its modules, its measurements, and turning it off. */
export const SYSTEM: readonly Syscall[] = [
	call(63, 'uname', {buf: output('struct:utsname')}, 'zero', 'tells the names and versions of the system'),
	call(99, 'sysinfo', {info: output('struct:sysinfo')}, 'zero', 'tells uptime, load and memory of the system'),
	call(103, 'syslog', {type: 'syslog-action', bufp: output('buffer', bytes('len', 'result')), len: 'int'}, 'by-request', 'reads or clears the kernel’s messages'),
	call(153, 'vhangup', {}, 'zero', 'hangs up the terminal, as if its line were cut'),
	call(163, 'acct', {filename: 'path'}, 'zero', 'starts or stops a record of all processes that end'),
	call(169, 'reboot', {magic: 'reboot-magic', magic2: 'reboot-magic', cmd: 'reboot-cmd', arg: 'pointer'}, 'by-request', 'restarts or halts the computer'),
	call(170, 'sethostname', {name: input('buffer', bytes('len')), len: 'int'}, 'zero', 'sets the computer’s name'),
	call(171, 'setdomainname', {name: input('buffer', bytes('len')), len: 'int'}, 'zero', 'sets the computer’s NIS domain name'),
	call(172, 'iopl', {level: 'uint'}, 'zero', 'lets the program use all input and output ports'),
	call(173, 'ioperm', {from: 'ulong', num: 'ulong', turn_on: 'int'}, 'zero', 'lets the program use some input and output ports'),
	call(175, 'init_module', {module_image: input('buffer', bytes('len')), len: 'ulong', param_values: 'string'}, 'zero', 'loads a kernel module from memory'),
	call(176, 'delete_module', {name: 'string', flags: 'flags:open'}, 'zero', 'unloads a kernel module'),
	call(246, 'kexec_load', {entry: 'address', nr_segments: 'ulong', segments: input('struct:kexec_segment', elements('nr_segments')), flags: 'flags:kexec'}, 'zero', 'loads another kernel, to be started by the next reboot'),
	call(298, 'perf_event_open', {attr: input('struct:perf_event_attr'), pid: 'pid', cpu: 'int', group_fd: 'fd', flags: 'flags:perf'}, 'fd', 'opens a counter of events in hardware or kernel'),
	call(313, 'finit_module', {fd: 'fd', param_values: 'string', flags: 'flags:finit-module'}, 'zero', 'loads a kernel module from an open file'),
	call(320, 'kexec_file_load', {kernel_fd: 'fd', initrd_fd: 'fd', cmdline_len: 'ulong', cmdline: input('string', bytes('cmdline_len')), flags: 'flags:kexec-file'}, 'zero', 'loads another kernel from open files'),
	call(321, 'bpf', {cmd: 'bpf-cmd', attr: input('struct:bpf_attr', bytes('size')), size: 'uint'}, 'by-request', 'loads checked programs into the kernel, and works with their maps'),
];
