/* Signals: handlers, masks, alternate stacks, interrupted calls. */
#include "calls.h"

#define RESTORER 0x04000000

struct action { void (*handler)(int); word flags; void (*restorer)(void); word mask; };

static byte stack[16384];
static word buffer[64];

__asm__("restorer: movl $15, %eax\n\tsyscall\n");
extern void restorer(void);

static void handler(int number)
{
	sys(1, 1, "handled\n", 8);
}

static int run(int argc, char **argv)
{
	int self = sys(39);
	struct action action = {handler, RESTORER, restorer, 0}, old;
	word set = 1 << 9 | 1 << 11, all = ~0UL, few = ~(1UL << 9 | 1 << 3);
	word alternate[3] = {(word)stack, 0, sizeof stack};
	sys(13, 10, &action, 0, 8);
	sys(13, 10, 0, &old, 8);
	action.flags |= 0x10000000 | 4;
	action.mask = 1 << 14;
	sys(13, 12, &action, &old, 8);
	action.flags |= 0x08000000;
	sys(13, 14, &action, 0, 8);
	sys(13, 9, &action, 0, 8);
	sys(13, 99, &action, &old, 8);
	sys(13, 10, 0x10, 0, 8);
	sys(13, 10, &action, 0, 4);
	sys(62, self, 10);
	sys(200, self, 12);
	sys(234, self, self, 10);
	sys(62, self, 0);
	sys(62, 99999, 15);
	sys(62, self, 77);
	sys(234, self, self, -1);
	sys(14, 0, &set, buffer, 8);
	sys(62, self, 10);
	sys(127, buffer, 8);
	sys(14, 1, &set, buffer, 8);
	sys(14, 2, &all, buffer, 8);
	sys(14, 0, 0, buffer, 8);
	sys(14, 2, &few, buffer, 8);
	sys(14, 2, buffer + 5, 0, 8);
	sys(14, 5, &set, 0, 8);
	sys(14, 0, &set, buffer, 4);
	sys(14, 0, 0x10, buffer, 8);
	sys(131, alternate, 0);
	sys(131, 0, buffer);
	sys(62, self, 14);
	alternate[1] = 2;
	sys(131, alternate, buffer);
	alternate[2] = 10; alternate[1] = 0;
	sys(131, alternate, 0);
	sys(14, 0, &set, 0, 8);
	sys(62, self, 12);
	set = 0;
	sys(130, &set, 8);
	set = 1 << 9 | 1 << 11;
	sys(14, 1, &set, 0, 8);
	struct { void (*h)(int); word f; void (*r)(void); word m; } ignore = {(void (*)(int))1, RESTORER, restorer, 0};
	sys(13, 17, &ignore, 0, 8);
	ignore.h = 0;
	sys(13, 17, &ignore, buffer, 8);
	int alarm[8] = {0};
	action.handler = handler; action.flags = RESTORER;
	sys(13, 26, &action, 0, 8);
	word timer[4] = {0, 0, 0, 200000};
	sys(38, 0, timer, 0);
	sys(34);
	timer[3] = 200000;
	sys(38, 0, timer, 0);
	word sleep[2] = {5, 0};
	sys(35, sleep, buffer);
	(void)alarm;
	struct { int signo, errno_, code, pad, pid, uid; word value; byte rest[96]; } info = {10, 0, -1, 0, 5, 6, 0x1234, {0}};
	sys(129, self, 10, &info);
	sys(282, -1, &set, 8);
	set = 1 << 9;
	sys(14, 0, &set, 0, 8);
	sys(62, self, 10);
	sys(128, &set, buffer, sleep, 8);
	sleep[0] = 0; sleep[1] = 1000;
	sys(128, &set, buffer, sleep, 8);
	sys(62, self, 15);
	return 1;
}
