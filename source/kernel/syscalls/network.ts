import {bytes, call, elements, inout, input, output, type Syscall} from './row.js';

/** Sockets. */
export const NETWORK: readonly Syscall[] = [
	call(41, 'socket', {domain: 'socket-domain', type: 'socket-type', protocol: 'socket-protocol'}, 'fd', 'makes an end of a connection'),
	call(42, 'connect', {sockfd: 'fd', addr: input('sockaddr', bytes('addrlen')), addrlen: 'int'}, 'zero', 'connects a socket to an address'),
	call(43, 'accept', {sockfd: 'fd', addr: output('sockaddr', bytes('*addrlen')), addrlen: inout('int')}, 'fd', 'takes the next connection that has come in'),
	call(44, 'sendto', {sockfd: 'fd', buf: input('buffer', bytes('len')), len: 'size', flags: 'flags:msg', dest_addr: input('sockaddr', bytes('addrlen')), addrlen: 'int'}, 'bytes', 'sends bytes through a socket, to an address if one is given'),
	call(45, 'recvfrom', {sockfd: 'fd', buf: output('buffer', bytes('len', 'result')), len: 'size', flags: 'flags:msg', src_addr: output('sockaddr', bytes('*addrlen')), addrlen: inout('int')}, 'bytes', 'receives bytes from a socket, and tells who sent them'),
	call(46, 'sendmsg', {sockfd: 'fd', msg: input('struct:msghdr'), flags: 'flags:msg'}, 'bytes', 'sends several buffers, and descriptors if wished'),
	call(47, 'recvmsg', {sockfd: 'fd', msg: inout('struct:msghdr'), flags: 'flags:msg'}, 'bytes', 'receives into several buffers, and descriptors if sent'),
	call(48, 'shutdown', {sockfd: 'fd', how: 'shutdown-how'}, 'zero', 'ends one or both directions of a connection'),
	call(49, 'bind', {sockfd: 'fd', addr: input('sockaddr', bytes('addrlen')), addrlen: 'int'}, 'zero', 'gives a socket its own address'),
	call(50, 'listen', {sockfd: 'fd', backlog: 'int'}, 'zero', 'lets connections come in to a socket'),
	call(51, 'getsockname', {sockfd: 'fd', addr: output('sockaddr', bytes('*addrlen')), addrlen: inout('int')}, 'zero', 'tells a socket’s own address'),
	call(52, 'getpeername', {sockfd: 'fd', addr: output('sockaddr', bytes('*addrlen')), addrlen: inout('int')}, 'zero', 'tells the address of a connection’s other end'),
	call(53, 'socketpair', {domain: 'socket-domain', type: 'socket-type', protocol: 'socket-protocol', sv: output('fd', elements(2))}, 'zero', 'makes two sockets that are connected with each other'),
	call(54, 'setsockopt', {sockfd: 'fd', level: 'socket-level', optname: 'socket-option', optval: input('buffer', bytes('optlen')), optlen: 'int'}, 'zero', 'sets an option of a socket'),
	call(55, 'getsockopt', {sockfd: 'fd', level: 'socket-level', optname: 'socket-option', optval: output('buffer', bytes('*optlen')), optlen: inout('int')}, 'zero', 'tells an option of a socket'),
	call(288, 'accept4', {sockfd: 'fd', addr: output('sockaddr', bytes('*addrlen')), addrlen: inout('int'), flags: 'flags:socket'}, 'fd', 'takes the next connection that has come in, with flags'),
	call(299, 'recvmmsg', {sockfd: 'fd', msgvec: inout('struct:mmsghdr', elements('vlen', 'result')), vlen: 'uint', flags: 'flags:msg', timeout: inout('timespec')}, 'count', 'receives several messages at once'),
	call(307, 'sendmmsg', {sockfd: 'fd', msgvec: inout('struct:mmsghdr', elements('vlen')), vlen: 'uint', flags: 'flags:msg'}, 'count', 'sends several messages at once'),
];
