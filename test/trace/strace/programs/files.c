/* Opening, reading, writing, naming: good calls and bad ones. Works in a folder of its own below /tmp. */
#include "calls.h"

#define FOLDER "/tmp/strace-files-test"

static char buffer[8192], longer[5000];
static word iov[8];

static void reading_and_writing(void)
{
	int fd = sys(257, -100, "file", 0102 | 02000000, 0644);
	sys(1, fd, "hello world\n", 12);
	sys(1, fd, "tab\t quote\" back\\ bell\a esc\033 1\0012 \1779 \200 \377 end and more than thirty-two bytes", 78);
	sys(1, fd, "exactly thirty-two bytes of text", 32);
	sys(1, fd, "", 0);
	sys(1, 99, "bad", 3);
	sys(1, fd, 0, 3);
	sys(1, fd, 0x1000, 3);
	sys(8, fd, 0, 0);
	sys(8, fd, -5, 1);
	sys(8, fd, 1L << 40, 2);
	sys(8, fd, 0, 9);
	sys(8, fd, 4, 0);
	sys(0, fd, buffer, 20);
	sys(0, fd, buffer, 4096);
	sys(0, fd, buffer, 10);
	sys(0, fd, 0x10, 10);
	sys(0, -1, buffer, 10);
	sys(17, fd, buffer, 11, 3);
	sys(17, fd, buffer, 11, -1);
	sys(18, fd, "patch", 5, 2);
	iov[0] = (word)"first"; iov[1] = 5; iov[2] = (word)"second\n"; iov[3] = 7;
	sys(20, fd, iov, 2);
	sys(20, fd, iov, 0);
	sys(20, fd, iov, -1);
	sys(20, fd, 0, 2);
	sys(8, fd, 0, 0);
	iov[0] = (word)buffer; iov[1] = 6; iov[2] = (word)(buffer + 100); iov[3] = 40;
	sys(19, fd, iov, 2);
	sys(19, 99, iov, 2);
	sys(295, fd, iov, 2, 1, 0);
	sys(296, fd, iov, 1, 200, 0);
	sys(327, fd, iov, 2, -1, 0, 0);
	sys(77, fd, 10);
	sys(76, "file", 20);
	sys(76, "none", 20);
	sys(285, fd, 0, 0, 4096);
	sys(73, fd, 2 | 4);
	sys(73, fd, 8);
	sys(74, fd);
	sys(75, fd);
	sys(221, fd, 0, 0, 4);
	sys(3, fd);
	sys(3, fd);
}

static void status(void)
{
	sys(4, "file", buffer);
	sys(4, "none", buffer);
	sys(6, "link", buffer);
	sys(5, 0, buffer);
	sys(5, 77, buffer);
	sys(262, -100, "file", buffer, 0);
	sys(262, -100, "link", buffer, 0x100);
	sys(262, 5, "", buffer, 0x1000);
	sys(262, -100, "", buffer, 0);
	sys(262, -100, "/dev/null", buffer, 0x800);
	sys(4, "/tmp", buffer);
	sys(332, -100, "file", 0x100, 0x7ff, buffer);
	sys(332, -100, "none", 0x2000, 0xfff, buffer);
	sys(332, -100, "file", 0, 2, 0);
	sys(21, "file", 4);
	sys(21, "file", 0);
	sys(21, "none", 7);
	sys(269, -100, "file", 6);
	sys(439, -100, "file", 1, 0x200);
	sys(137, "none", buffer);
}

static void names(void)
{
	sys(83, "dir", 0755);
	sys(83, "dir", 0755);
	sys(258, -100, "dir2", 01777);
	sys(88, "file", "link");
	sys(266, "file", -100, "link2");
	sys(86, "file", "hard");
	sys(86, "none", "hard2");
	sys(265, -100, "file", -100, "hard3", 0x400);
	sys(89, "link", buffer, 100);
	sys(89, "file", buffer, 100);
	sys(89, "link", buffer, 2);
	sys(267, -100, "link", buffer, 4096);
	sys(82, "hard", "harder");
	sys(264, -100, "harder", -100, "hard");
	sys(316, -100, "hard", -100, "file", 1);
	sys(90, "file", 0600);
	sys(91, 0, 0600);
	sys(268, -100, "file", 04755);
	sys(92, "file", 0, -1);
	sys(260, -100, "file", -1, -1, 0x100);
	sys(95, 027);
	sys(95, 022);
	sys(133, "fifo", 0010644, 0);
	sys(133, "device", 0020600, 0x501);
	sys(80, "dir");
	sys(79, buffer, 4096);
	sys(79, buffer, 3);
	sys(79, 0x10, 4096);
	sys(80, "..");
	sys(80, "file");
	sys(81, 99);
	sys(87, "hard");
	sys(87, "none");
	sys(263, -100, "hard3", 0);
	sys(263, -100, "dir2", 0x200);
	sys(84, "dir");
	sys(84, "dir");
	for (int i = 0; i < 4999; i++)
		longer[i] = 'a' + i % 26;
	sys(2, longer, 0);
	sys(80, longer + 950);
	longer[100] = 0;
	sys(257, -100, longer, 0);
	sys(257, 9, longer, 0200000);
	sys(2, 0, 0);
	sys(2, 0x1234, 0);
	sys(2, "", 0);
	sys(87, "link");
	sys(87, "link2");
	sys(87, "fifo");
	sys(87, "device");
}

static void flags(void)
{
	static const int open_flags[] = {0, 1, 2, 3, 0x200000, 0x10000, 0x20000 | 0x80000, 0x101000 | 1, 0x1000 | 2, 0x400 | 1, 0x800, 0x4000, 0x40000, 0x410000 | 2, 0x8000, 0x80000000, 0x40 | 0x80 | 1};
	for (unsigned i = 0; i < sizeof open_flags / sizeof *open_flags; i++) {
		int fd = sys(257, -100, i % 2 ? "/dev/null" : ".", open_flags[i], 0640);
		if (fd > 2)
			sys(3, fd);
	}
	sys(85, "created", 0604);
	sys(3, 3);
	sys(437, -100, "created", buffer, 24);
	sys(87, "created");
}

static void descriptors(void)
{
	int *pair = (int *)buffer;
	sys(22, pair);
	sys(293, pair, 02004000);
	sys(293, pair, 1);
	sys(22, 0x10);
	sys(32, 3);
	sys(32, 99);
	sys(33, 3, 20);
	sys(33, 99, 20);
	sys(292, 3, 21, 02000000);
	sys(292, 3, 3, 0);
	sys(292, 3, 22, 5);
	sys(72, 3, 0, 30);
	sys(72, 3, 1030, 31);
	sys(72, 3, 1, 0);
	sys(72, 31, 1, 0);
	sys(72, 3, 2, 1);
	sys(72, 3, 3, 0);
	sys(72, 3, 4, 04000);
	sys(72, 3, 3, 0);
	sys(72, 99, 3, 0);
	sys(72, 3, 9, 0);
	sys(72, 3, 1032, 0);
	sys(72, 3, 777, 5);
	sys(436, 20, 40, 0);
	sys(436, 40, 20, 4);
	sys(1, 4, "through the pipe", 16);
	sys(0, 3, buffer + 64, 100);
	sys(16, 3, 0x541b, buffer);
	sys(16, 3, 0x5401, buffer);
	sys(16, 0, 0x5413, buffer);
	sys(16, 99, 0x5414, 0);
	sys(16, 3, 0x12345678, 5);
	sys(16, 3, 0x5421, buffer);
}

static void waiting(void)
{
	struct { int fd; quarter events, revents; } fds[3] = {{4, 4, 0}, {3, 1, 0}, {-1, 1, 0}};
	word sets[4] = {8, 16, 0, 0}, time[2] = {0, 1000}, mask = 1 << 9;
	sys(7, fds, 3, 0);
	sys(7, fds + 1, 1, 10);
	sys(7, fds, 0, 0);
	sys(7, 0x10, 1, 0);
	fds[0].fd = 99;
	sys(7, fds, 1, -1);
	fds[0].fd = 4;
	sys(271, fds, 2, time, &mask, 8);
	sys(271, fds + 1, 1, time, 0, 0);
	sys(23, 5, sets, sets + 1, 0, time);
	sets[0] = 8;
	sys(23, 5, sets, 0, 0, time);
	sys(23, -1, 0, 0, 0, 0);
	sets[0] = 8; sets[1] = 16; time[0] = 1; time[1] = 5;
	sys(270, 5, sets, sets + 1, 0, time, 0);
	int ep = sys(291, 02000000);
	half event[3] = {1, 7, 0};
	sys(233, ep, 1, 3, event);
	sys(233, ep, 1, 3, event);
	sys(233, ep, 2, 3, event);
	event[0] = 0x80000004;
	sys(233, ep, 1, 4, event);
	sys(232, ep, buffer, 5, 0);
	sys(281, ep, buffer, 5, 0, &mask, 8);
	sys(3, ep);
	sys(290, 3, 04000);
}

static void directories(void)
{
	int fd = sys(257, -100, "/proc/self/task", 0200000);
	sys(217, fd, buffer, 4096);
	sys(217, fd, buffer, 4096);
	sys(217, 99, buffer, 4096);
	sys(217, fd, buffer, 1);
	sys(78, fd, buffer, 4096);
	sys(3, fd);
}

static int run(int argc, char **argv)
{
	sys(83, FOLDER, 0777);
	sys(80, FOLDER);
	reading_and_writing();
	names();
	sys(88, "file", "link");
	status();
	flags();
	descriptors();
	waiting();
	directories();
	sys(87, "link");
	sys(87, "file");
	sys(80, "/");
	sys(84, FOLDER);
	sys(40, 1, 3, 0, 10);
	sys(9999, 1, 2, 3, 4, 5, 6);
	return 0;
}
