#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
	int ends[2], status;
	char text[32] = "";
	pipe(ends);
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		write(ends[1], "from the child", 14);
		_exit(7);
	}
	close(ends[1]);
	waitpid(child, &status, 0);
	long count = read(ends[0], text, sizeof text - 1);
	printf("%ld %s %d\n", count, text, WEXITSTATUS(status));
	return 0;
}
