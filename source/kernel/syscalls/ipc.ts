import {Bits} from './conditions.js';
import {bytes, call, elements, inout, input, onlyWith, output, type Syscall} from './row.js';

/** What processes share and exchange: System V objects, message queues, futexes. */
export const IPC: readonly Syscall[] = [
	call(29, 'shmget', {key: 'ipc-key', size: 'size', shmflg: 'flags:ipc-get'}, 'id', 'finds or makes a piece of shared memory'),
	call(30, 'shmat', {shmid: 'int', shmaddr: 'address', shmflg: 'flags:shmat'}, 'address', 'maps a piece of shared memory into the address space'),
	call(31, 'shmctl', {shmid: 'int', cmd: 'shm-cmd', buf: inout('struct:shmid_ds')}, 'by-request', 'tells about shared memory, changes or removes it'),
	call(64, 'semget', {key: 'ipc-key', nsems: 'int', semflg: 'flags:ipc-get'}, 'id', 'finds or makes a set of semaphores'),
	call(65, 'semop', {semid: 'int', sops: input('struct:sembuf', elements('nsops')), nsops: 'uint'}, 'zero', 'raises and lowers semaphores, all together or not at all'),
	call(66, 'semctl', {semid: 'int', semnum: 'int', cmd: 'sem-cmd', arg: 'word'}, 'by-request', 'tells about semaphores, sets or removes them'),
	call(67, 'shmdt', {shmaddr: 'address'}, 'zero', 'takes shared memory out of the address space'),
	call(68, 'msgget', {key: 'ipc-key', msgflg: 'flags:ipc-get'}, 'id', 'finds or makes a System V message queue'),
	call(69, 'msgsnd', {msqid: 'int', msgp: input('struct:msgbuf', bytes('msgsz')), msgsz: 'size', msgflg: 'flags:ipc-transfer'}, 'zero', 'puts a message into a System V queue'),
	call(70, 'msgrcv', {msqid: 'int', msgp: output('struct:msgbuf', bytes('msgsz', 'result')), msgsz: 'size', msgtyp: 'long', msgflg: 'flags:ipc-transfer'}, 'bytes', 'takes a message of a kind from a System V queue'),
	call(71, 'msgctl', {msqid: 'int', cmd: 'msg-cmd', buf: inout('struct:msqid_ds')}, 'by-request', 'tells about a System V queue, changes or removes it'),
	call(202, 'futex', {uaddr: 'address', futex_op: 'futex-op', val: 'uint', timeout: input('timespec'), uaddr2: 'address', val3: 'uint'}, 'by-request', 'waits at a word of memory, or wakes those who do'),
	call(220, 'semtimedop', {semid: 'int', sops: input('struct:sembuf', elements('nsops')), nsops: 'uint', timeout: input('timespec')}, 'zero', 'raises and lowers semaphores, and waits no longer than a time'),
	call(240, 'mq_open', {name: 'string', oflag: 'flags:open', mode: onlyWith('oflag', Bits.O_CREAT, 'mode'), attr: onlyWith('oflag', Bits.O_CREAT, input('struct:mq_attr'))}, 'fd', 'opens a POSIX message queue, and can create it'),
	call(241, 'mq_unlink', {name: 'string'}, 'zero', 'removes the name of a POSIX message queue'),
	call(242, 'mq_timedsend', {mqdes: 'fd', msg_ptr: input('buffer', bytes('msg_len')), msg_len: 'size', msg_prio: 'uint', abs_timeout: input('timespec')}, 'zero', 'puts a message into a POSIX queue, and waits until a time at most'),
	call(243, 'mq_timedreceive', {mqdes: 'fd', msg_ptr: output('buffer', bytes('msg_len', 'result')), msg_len: 'size', msg_prio: output('uint'), abs_timeout: input('timespec')}, 'bytes', 'takes the foremost message from a POSIX queue'),
	call(244, 'mq_notify', {mqdes: 'fd', sevp: input('struct:sigevent')}, 'zero', 'asks to be told when a message comes to an empty POSIX queue'),
	call(245, 'mq_getsetattr', {mqdes: 'fd', newattr: input('struct:mq_attr'), oldattr: output('struct:mq_attr')}, 'zero', 'reads or sets the properties of a POSIX queue'),
	call(273, 'set_robust_list', {head: 'address', len: 'size'}, 'zero', 'says where the locks are listed that a dying thread must give up'),
	call(274, 'get_robust_list', {pid: 'pid', head_ptr: output('address'), len_ptr: output('size')}, 'zero', 'tells where a thread lists the locks that it holds'),
	call(449, 'futex_waitv', {waiters: input('struct:futex_waitv', elements('nr_futexes')), nr_futexes: 'uint', flags: 'flags:reserved', timeout: input('timespec'), clockid: 'clockid'}, 'value', 'waits at several words of memory, and tells which one woke it'),
	call(454, 'futex_wake', {uaddr: 'address', mask: 'word', nr: 'int', flags: 'flags:futex2'}, 'count', 'wakes threads that wait at a word of memory'),
	call(455, 'futex_wait', {uaddr: 'address', val: 'ulong', mask: 'word', flags: 'flags:futex2', timeout: input('timespec'), clockid: 'clockid'}, 'zero', 'waits at a word of memory while it has a value'),
	call(456, 'futex_requeue', {waiters: input('struct:futex_waitv', elements(2)), flags: 'flags:reserved', nr_wake: 'int', nr_requeue: 'int'}, 'count', 'wakes some waiters and moves others to another word'),
];
