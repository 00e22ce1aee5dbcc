/* Who the process is, and what time it is. */
#include "calls.h"

static word buffer[64];

static int run(int argc, char **argv)
{
	sys(39);
	sys(186);
	sys(102);
	sys(104);
	sys(107);
	sys(108);
	sys(110);
	sys(111);
	sys(112);
	sys(121, 0);
	sys(121, 99999);
	sys(124, 0);
	sys(109, 0, 0);
	sys(109, 99999, -1);
	sys(118, buffer, buffer + 1, buffer + 2);
	sys(120, buffer, buffer + 1, 0x10);
	sys(115, 0, 0);
	sys(116, 70000, buffer);
	sys(113, -1, -1);
	sys(117, -1, -1, -1);
	sys(122, -1);
	sys(140, 0, 0);
	sys(140, 9, 0);
	sys(145, 0);
	sys(143, 0, buffer);
	sys(146, 1);
	sys(148, 99999, buffer);
	sys(228, 0, buffer);
	sys(228, 1, buffer);
	sys(228, 99, buffer);
	sys(228, 1, 0x10);
	sys(229, 1, buffer);
	sys(229, 7, 0);
	sys(96, buffer, 0);
	sys(96, buffer, buffer + 4);
	sys(201, 0);
	sys(201, buffer);
	sys(100, buffer);
	buffer[0] = 0; buffer[1] = 1000;
	sys(35, buffer, 0);
	sys(35, buffer, buffer + 2);
	sys(230, 1, 0, buffer, 0);
	sys(230, 0, 1, buffer, buffer + 2);
	buffer[1] = 2000000000;
	sys(35, buffer, 0);
	sys(35, 0, 0);
	sys(36, 0, buffer);
	buffer[0] = buffer[1] = buffer[2] = buffer[3] = 0;
	sys(38, 0, buffer, buffer + 4);
	sys(37, 0);
	sys(283, 1, 02000000);
	sys(222, 1, 0, buffer);
	sys(125, 0, 0);
	return argc;
}
