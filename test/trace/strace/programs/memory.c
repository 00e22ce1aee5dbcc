/* The address space, limits, and what the process is told of itself. */
#include "calls.h"

static byte buffer[4096] __attribute__((aligned(16)));

static void mapping(void)
{
	long at = sys(9, 0, 8192, 3, 0x22, -1, 0);
	sys(9, at, 4096, 1, 0x32, -1, 0);
	sys(9, 0, 0, 3, 0x22, -1, 0);
	sys(9, 0, 4096, 0, 0x4022, -1, 0);
	sys(9, 0, 4096, 5, 2, 99, 0x1000);
	sys(9, 0, 4096, 3, 0x20022, -1, 0);
	sys(9, 0x10000000, 4096, 7, 0x100021, -1, 0x2000);
	sys(9, 0, 0x200000, 3, 0x22 | 0x40000 | 21 << 26, -1, 0);
	sys(9, 0, 1L << 60, 3, 0x22, -1, 0);
	sys(10, at, 4096, 1);
	sys(10, at, 4096, 0);
	sys(10, at + 1, 4096, 5);
	sys(10, at, 4096, 0x1000003);
	sys(25, at, 4096, 8192, 1, 0);
	sys(25, at, 4096, 4096, 3, at + 0x100000);
	sys(25, 0x10, 4096, 4096, 0, 0);
	*(byte *)(at + 4096) = 1;
	sys(27, at + 4096, 4096, buffer);
	sys(28, at + 4096, 4096, 4);
	sys(28, at + 4096, 4096, 8);
	sys(28, at + 4096, 4096, 77);
	sys(26, at + 4096, 4096, 4);
	sys(149, at + 4096, 4096);
	sys(150, at + 4096, 4096);
	sys(325, at + 4096, 4096, 1);
	sys(151, 8);
	sys(11, at, 8192);
	sys(11, at + 1, 8192);
	sys(12, 0);
	long end = sys(12, 0);
	sys(12, end + 4096);
	sys(12, end);
	sys(319, "memory file", 1);
	sys(319, "memory file", 0x100);
}

static void limits(void)
{
	word *limit = (word *)buffer;
	sys(302, 0, 3, 0, limit);
	sys(302, 0, 7, 0, limit);
	sys(302, 0, 4, limit, 0);
	sys(302, 0, 99, 0, limit);
	sys(302, 99999, 1, 0, limit);
	sys(97, 0, limit);
	limit[0] = -1; limit[1] = -1;
	sys(160, 10, limit);
	limit[0] = 1000; limit[1] = 2048;
	sys(160, 10, limit);
	sys(98, 0, limit);
	sys(98, 77, limit);
}

static void state(void)
{
	sys(158, 0x1002, buffer);
	sys(158, 0x1003, buffer + 64);
	sys(158, 0x1001, 0);
	sys(158, 0x1004, 0x10);
	sys(158, 0x7777, 5);
	sys(218, buffer);
	sys(273, buffer, 24);
	sys(273, buffer, 25);
	sys(274, 0, buffer, buffer + 8);
	sys(334, buffer + 1024, 32, 0, 0x53053053);
	sys(334, buffer + 1024, 32, 0, 0x53053053);
	sys(318, buffer, 40, 1);
	sys(318, buffer, 8, 0);
	sys(318, 0x10, 8, 6);
	sys(318, buffer, 8, 99);
	sys(63, buffer);
	sys(63, 0);
	sys(204, 0, 128, buffer);
	sys(204, 0, 1, buffer);
	sys(203, 0, 0, buffer);
	sys(24);
	sys(157, 15, "a name");
	sys(157, 16, buffer);
	sys(157, 1, 15);
	sys(157, 3);
	sys(157, 38, 1, 0, 0, 0);
	sys(157, 0x53564d41, 0, buffer, 4096, "x");
	sys(157, 9999, 1, 2, 3, 4);
	sys(135, -1);
	sys(324, 0, 0);
	sys(99, buffer);
	sys(309, buffer, buffer + 4, 0);
}

static int run(int argc, char **argv)
{
	mapping();
	limits();
	state();
	return 3;
}
