/* Threads: clone with all that a library sets up, futexes, the end of one and of all. */
#include "calls.h"

#define THREAD 0x3d0f00

static byte stacks[3][8192] __attribute__((aligned(16)));
static int flag, gone = 1, parent, waiter;

/* Starts a thread that calls a function with its own stack, and never returns from it. */
static long start(byte *top, void (*body)(void), int *parent_id, int *child_id)
{
	long result;
	word *stack = (word *)top;
	*--stack = 0;
	*--stack = (word)body;
	register int *r10 __asm__("r10") = child_id;
	register word r8 __asm__("r8") = 0;
	__asm__ volatile("syscall\n\ttestq %%rax, %%rax\n\tjnz 1f\n\tpopq %%rax\n\tcall *%%rax\n1:"
			 : "=a"(result) : "a"(56), "D"(THREAD), "S"(stack), "d"(parent_id), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
	return result;
}

static void thread(void)
{
	spin();
	sys(186);
	flag = 1;
	sys(202, &flag, 129, 1);
	spin();
	sys(60, 9);
}

static void waiting_thread(void)
{
	sys(202, &waiter, 128, 0, 0);
	sys(60, 0);
}

static int run(int argc, char **argv)
{
	word time[2] = {0, 1000};
	sys(202, &flag, 0, 1, 0);
	sys(202, &flag, 128, 0, time);
	sys(202, &flag, 9 | 128 | 256, 0, time, 0, -1);
	sys(202, &flag, 1, 2147483647);
	sys(202, 0x10, 0, 0, 0);
	sys(202, &flag, 3, 1, 1, &gone);
	sys(202, &flag, 4, 1, 1, &gone, 5);
	sys(202, &flag, 5, 1, 1, &gone, 0x1000005);
	sys(202, &flag, 777, 1, 1, &gone, 5);
	start(stacks[0] + 8192, thread, &parent, &gone);
	sys(202, &flag, 128, 0, 0);
	sys(202, &gone, 0, gone, 0);
	start(stacks[1] + 8192, waiting_thread, &parent, &gone);
	spin();
	return 6;
}
