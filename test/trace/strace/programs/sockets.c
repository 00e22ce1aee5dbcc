/* Sockets and other things between processes. */
#include "calls.h"

static byte buffer[512];

static int run(int argc, char **argv)
{
	int pair[2], length = 110;
	sys(41, 1, 1, 0);
	sys(41, 2, 02000002, 17);
	sys(41, 10, 1, 6);
	sys(41, 99, 1, 0);
	sys(53, 1, 1, 0, pair);
	sys(44, pair[0], "hello", 5, 0x4000, 0, 0);
	sys(45, pair[1], buffer, 100, 0, 0, 0);
	sys(42, 3, "\1\0/none", 7);
	sys(49, 4, "\2\0\0\0\177\0\0\1\0\0\0\0\0\0\0", 16);
	sys(51, 3, buffer, &length);
	sys(52, 3, buffer, &length);
	sys(50, 3, 5);
	sys(48, pair[0], 1);
	int one = 1;
	sys(54, 4, 1, 2, &one, 4);
	length = 4;
	sys(55, 4, 1, 3, buffer, &length);
	word iov[2] = {(word)"text", 4}, message[7] = {0, 0, (word)iov, 1, 0, 0, 0};
	sys(46, pair[1], message, 0);
	iov[0] = (word)buffer; iov[1] = 20;
	sys(47, pair[0], message, 0x40);
	sys(47, pair[0], message, 0x40);
	sys(29, 0x5ca1ab1e, 4096, 0600);
	sys(68, 0x5ca1ab1e, 0);
	return 0;
}
