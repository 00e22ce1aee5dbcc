#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char stack[65536];
static volatile sig_atomic_t seen, alternate;

static void handler(int number, siginfo_t *info, void *context) {
	char here;
	(void)context;
	seen = number * 100 + (info->si_pid == getpid());
	alternate = (uintptr_t)&here >= (uintptr_t)stack && (uintptr_t)&here < (uintptr_t)stack + sizeof stack;
}

int main(void) {
	stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
	sigaltstack(&other, NULL);
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigaction(SIGUSR1, &action, NULL);
	kill(getpid(), SIGUSR1);
	printf("%d %d\n", seen, alternate);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	seen = 0;
	raise(SIGUSR1);
	printf("held back: %d\n", seen);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf("let through: %d\n", seen != 0);
	signal(SIGUSR2, SIG_IGN);
	kill(getpid(), SIGUSR2);
	fflush(stdout);
	signal(SIGTERM, SIG_DFL);
	kill(getpid(), SIGTERM);
	return 0;
}
