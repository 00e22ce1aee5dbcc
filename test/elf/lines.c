#include <stdio.h>

static inline int square(int value) {
	return value * value;
}

static int sum(const int *values, int count) {
	int total = 0;
	for (int index = 0; index < count; index++)
		total += values[index] > 2 ? square(values[index])
			: values[index];
	return total;
}

#line 100 "elsewhere.c"
int main(int argc, char **argv) {
	int values[] = {1, 2, 3, argc};
	switch (argc) {
		case 1: puts(argv[0]); break;
		case 2: puts("two"); break;
		default: puts("more");
	}
	printf("%d\n", sum(values, 4));
	return 0;
}
