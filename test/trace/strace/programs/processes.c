/* Making processes, waiting for them, running programs. One task runs at a time, so that traces of two runs agree. */
#include "calls.h"

static int status[4];
static word usage[18];

static void child(int how)
{
	spin();
	switch (how) {
	case 0:
		sys(231, 0);
	case 1:
		sys(60, 7);
	case 2:
		sys(62, sys(39), 15);
	case 3:
		*(volatile int *)0 = 1;
	}
}

static int run(int argc, char **argv)
{
	static const char *arguments[] = {"program", "one", "two words", 0}, *environment[] = {"A=b", "C=d", 0};
	word limit[2] = {0, 0};
	if (argc > 1) {
		sys(1, 1, "run\n", 4);
		return 5;
	}
	sys(302, 0, 4, limit, 0);
	for (int how = 0; how < 4; how++) {
		int pid = sys(57);
		if (pid == 0)
			child(how);
		sys(61, -1, status, 0, how == 1 ? usage : 0);
	}
	int pid = sys(56, 17, 0, 0, 0, 0);
	if (pid == 0)
		child(1);
	sys(61, pid, status, 0x40000000, 0);
	pid = sys(56, 0x01200011, 0, 0, status + 2, 0);
	if (pid == 0)
		child(0);
	sys(247, 1, pid, usage, 4, 0);
	if (sys(57) == 0) {
		spin();
		sys(59, "/none", arguments, environment);
		sys(59, 0x10, 0, 0);
		sys(59, argv[0], arguments, environment);
		sys(60, 1);
	}
	sys(61, -1, status, 0, 0);
	if (sys(58) == 0)
		sys(231, 4);
	spin();
	sys(61, -1, status, 1, 0);
	sys(61, -1, status, 1, 0);
	sys(61, -1, 0, 8, 0);
	int ends[2];
	sys(22, ends);
	if (sys(57) == 0) {
		spin();
		sys(1, ends[1], "news", 4);
		sys(231, 0);
	}
	spin();
	spin();
	spin();
	sys(0, ends[0], usage, 100);
	sys(61, -1, status, 0, 0);
	return 0;
}
