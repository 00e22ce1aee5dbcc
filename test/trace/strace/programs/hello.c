/* What a C library adds to a program of one line. */
#include <stdio.h>

int main(void)
{
	printf("hello world\n");
	return 0;
}
