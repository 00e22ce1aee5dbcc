/*
 * Runs a program and prints, one JSON object a line, what a tracer sees of it and of all tasks that it makes: calls at
 * their entry and exit, each with the memory that the argument registers point to and, in turn, what that memory points
 * to; signals; ends. Addresses are not randomized.
 *
 * usage: recorder EVENTS PROGRAM [ARGUMENT]...
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_TASKS 64
#define MOST_PIECES 64
#define PIECE 256
#define LONGEST 5120
#define FIRST 400
#define SECOND 96

struct piece {
	uint64_t address;
	unsigned length;
	unsigned char bytes[LONGEST];
};

struct task {
	pid_t pid;
	int in_call, stopped_before;
	uint64_t args[6], stack;
	int count;
	struct piece pieces[MOST_PIECES];
};

static struct task tasks[MOST_TASKS];
static FILE *out;

static struct task *task_of(pid_t pid)
{
	for (int i = 0; i < MOST_TASKS; i++)
		if (tasks[i].pid == pid)
			return &tasks[i];
	for (int i = 0; i < MOST_TASKS; i++)
		if (tasks[i].pid == 0) {
			tasks[i].pid = pid;
			tasks[i].in_call = tasks[i].stopped_before = 0;
			return &tasks[i];
		}
	exit(3);
}

/* Reads up to so many bytes, as far as memory goes; text at the beginning is read to its end. */
static unsigned read_memory(pid_t pid, uint64_t address, unsigned char *to, unsigned most)
{
	unsigned length = 0;
	while (length < LONGEST && (length < most || (most == FIRST && memchr(to, 0, length) == NULL))) {
		unsigned part = PIECE - (unsigned)((address + length) % PIECE);
		struct iovec here = {to + length, part}, there = {(void *)(address + length), part};
		if (length + part > LONGEST || process_vm_readv(pid, &here, 1, &there, 1, 0) != (ssize_t)part)
			break;
		length += part;
	}
	return length;
}

static void add_piece(struct task *task, uint64_t address, unsigned most)
{
	if (address < 0x1000 || address > 0x7fffffffffff || task->count == MOST_PIECES)
		return;
	for (int i = 0; i < task->count; i++)
		if (address >= task->pieces[i].address && address < task->pieces[i].address + task->pieces[i].length)
			return;
	struct piece *piece = &task->pieces[task->count];
	piece->address = address;
	piece->length = read_memory(task->pid, address, piece->bytes, most);
	if (piece->length > 0)
		task->count++;
}

static void take_pieces(struct task *task)
{
	task->count = 0;
	for (int i = 0; i < 6; i++)
		add_piece(task, task->args[i], FIRST);
	add_piece(task, task->stack, FIRST);
	for (int i = 0; i < task->count; i++)
		for (unsigned at = 0; at + 8 <= task->pieces[i].length && at < 256; at += 8) {
			uint64_t word;
			memcpy(&word, task->pieces[i].bytes + at, 8);
			add_piece(task, word, SECOND);
		}
}

static void print_piece(const struct piece *piece, int *printed)
{
	unsigned length = piece->length;
	fprintf(out, "%s[\"0x%lx\",%u,\"", (*printed)++ == 0 ? "" : ",", piece->address, length);
	while (length > 0 && piece->bytes[length - 1] == 0)
		length--;
	for (unsigned i = 0; i < length; i++)
		fprintf(out, "%02x", piece->bytes[i]);
	fprintf(out, "\"]");
}

static void print_pieces(const struct task *task)
{
	int printed = 0;
	fprintf(out, ",\"memory\":[");
	for (int i = 0; i < task->count; i++)
		print_piece(&task->pieces[i], &printed);
	fprintf(out, "]}\n");
}

/* Prints only what has changed since the call began. */
static void print_changes(struct task *task)
{
	static struct task before;
	int printed = 0;
	before = *task;
	take_pieces(task);
	fprintf(out, ",\"memory\":[");
	for (int i = 0; i < task->count; i++) {
		int same = 0;
		for (int k = 0; k < before.count; k++)
			same |= before.pieces[k].address == task->pieces[i].address && before.pieces[k].length == task->pieces[i].length &&
				memcmp(before.pieces[k].bytes, task->pieces[i].bytes, task->pieces[i].length) == 0;
		if (!same)
			print_piece(&task->pieces[i], &printed);
	}
	fprintf(out, "]}\n");
}

static void call_stop(struct task *task)
{
	struct user_regs_struct regs;
	struct iovec io = {&regs, sizeof regs};
	if (ptrace(PTRACE_GETREGSET, task->pid, NT_PRSTATUS, &io) < 0)
		return;
	if (task->in_call) {
		fprintf(out, "{\"event\":\"leave\",\"pid\":%d,\"result\":\"0x%llx\"", task->pid, regs.rax);
		print_changes(task);
	} else {
		uint64_t args[6] = {regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9};
		memcpy(task->args, args, sizeof args);
		task->stack = regs.rsp;
		fprintf(out, "{\"event\":\"enter\",\"pid\":%d,\"nr\":%d,\"stack\":\"0x%llx\",\"args\":[", task->pid, (int)regs.orig_rax, regs.rsp);
		for (int i = 0; i < 6; i++)
			fprintf(out, "%s\"0x%lx\"", i == 0 ? "" : ",", args[i]);
		fprintf(out, "]");
		take_pieces(task);
		print_pieces(task);
	}
	task->in_call = !task->in_call;
}

static void signal_stop(const struct task *task)
{
	siginfo_t info;
	memset(&info, 0, sizeof info);
	ptrace(PTRACE_GETSIGINFO, task->pid, 0, &info);
	fprintf(out, "{\"event\":\"signal\",\"pid\":%d,\"siginfo\":\"", task->pid);
	for (unsigned i = 0; i < 128; i++)
		fprintf(out, "%02x", ((unsigned char *)&info)[i]);
	fprintf(out, "\"}\n");
}

/* What a stop means; returns the signal to be delivered. */
static int stopped(struct task *task, int status)
{
	int sig = WSTOPSIG(status);
	if (sig == (SIGTRAP | 0x80)) {
		call_stop(task);
		return 0;
	}
	if (status >> 16 != 0) {
		unsigned long message = 0;
		int event = status >> 16;
		ptrace(PTRACE_GETEVENTMSG, task->pid, 0, &message);
		if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
			fprintf(out, "{\"event\":\"started\",\"pid\":%d}\n", (int)message);
		if (event == PTRACE_EVENT_EXIT)
			fprintf(out, "{\"event\":\"exiting\",\"pid\":%d}\n", task->pid);
		return 0;
	}
	if (sig == SIGSTOP && !task->stopped_before) {
		task->stopped_before = 1;
		return 0;
	}
	signal_stop(task);
	return sig;
}

int main(int argc, char **argv)
{
	int status, alive = 1;
	if (argc < 3 || (out = fopen(argv[1], "we")) == NULL)
		return 2;
	pid_t first = fork(), pid;
	if (first == 0) {
		personality(ADDR_NO_RANDOMIZE);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(first, &status, 0);
	if (ptrace(PTRACE_SETOPTIONS, first, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL) < 0)
		return 4;
	task_of(first)->stopped_before = 1;
	ptrace(PTRACE_SYSCALL, first, 0, 0);
	while (alive && (pid = waitpid(-1, &status, __WALL)) > 0) {
		struct task *task = task_of(pid);
		if (WIFSTOPPED(status)) {
			int sig = stopped(task, status);
			ptrace(PTRACE_SYSCALL, pid, 0, sig);
			continue;
		}
		fprintf(out, "{\"event\":\"ended\",\"pid\":%d,\"status\":%d}\n", pid, status);
		task->pid = 0;
		alive = 0;
		for (int i = 0; i < MOST_TASKS; i++)
			alive |= tasks[i].pid != 0;
	}
	return 0;
}
