/* Ends by a fault or a signal: which, the first argument says. */
#include "calls.h"

static const byte read_only[16] = {1};

static int run(int argc, char **argv)
{
	word limit[2] = {0, 0};
	sys(302, 0, 4, limit, 0);
	switch (argc > 1 ? argv[1][0] : 0) {
	case 'n':
		*(volatile int *)0 = 1;
		break;
	case 'w':
		*(volatile byte *)read_only = 1;
		break;
	case 'c':
		*(volatile int *)0x8000000000000000 = 1;
		break;
	case 'd':
		__asm__ volatile("xorl %%ecx, %%ecx\n\tdivl %%ecx" : : "a"(1), "d"(0) : "ecx");
		break;
	case 'i':
		__asm__ volatile("ud2");
		break;
	case 'b':
		__asm__ volatile("int3");
		break;
	case 'p':
		__asm__ volatile("hlt");
		break;
	case 't':
		sys(62, sys(39), 15);
		break;
	case 'k':
		sys(62, sys(39), 9);
		break;
	case 'r':
		sys(62, sys(39), 35);
		break;
	}
	return 77;
}
