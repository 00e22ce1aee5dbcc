#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks from a few bytes to some mebibytes, kept, grown and given back in another order. */
int main(void) {
	enum {COUNT = 60};
	unsigned char *blocks[COUNT];
	size_t sizes[COUNT], total = 0;
	for (int index = 0; index < COUNT; index++) {
		sizes[index] = index < 40 ? (size_t)index * index * 7 + 1 : (size_t)(index - 39) * 100000;
		blocks[index] = malloc(sizes[index]);
		memset(blocks[index], index, sizes[index]);
		total += sizes[index];
	}
	for (int index = 0; index < COUNT; index += 3) {
		blocks[index] = realloc(blocks[index], sizes[index] * 2);
		for (size_t at = 0; at < sizes[index]; at += 997) if (blocks[index][at] != index) return 1;
	}
	for (int step = 0; step < COUNT; step++) free(blocks[step * 7 % COUNT]);
	int *zeros = calloc(50000, sizeof *zeros);
	for (int index = 0; index < 50000; index++) if (zeros[index]) return 2;
	free(zeros);
	printf("%zu bytes\n", total);
	return 0;
}
