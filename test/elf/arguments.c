#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

extern char **environ;

int main(int argc, char **argv) {
	for (int index = 1; index < argc; index++) printf("%d: %s\n", index, argv[index]);
	for (char **each = environ; *each; each++) printf("%s\n", *each);
	printf("%lu %lu %d\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK), getauxval(AT_RANDOM) != 0);
	return argc;
}
