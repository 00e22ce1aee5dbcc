#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/tmp/syscall-lab-elf-test"

int main(void) {
	char text[64] = "";
	mkdir(FOLDER, 0700);
	FILE *file = fopen(FOLDER "/one", "w+");
	for (int line = 0; line < 100; line++) fprintf(file, "line %d\n", line);
	fseek(file, 5, SEEK_SET);
	fputc('X', file);
	rewind(file);
	fgets(text, sizeof text, file);
	printf("%s", text);
	fclose(file);
	int descriptor = open(FOLDER "/one", O_RDONLY | O_CLOEXEC);
	struct stat status;
	fstat(descriptor, &status);
	printf("%ld %ld\n", (long)status.st_size, (long)lseek(descriptor, -4, SEEK_END));
	printf("%ld %.3s\n", (long)read(descriptor, text, 10), text);
	close(descriptor);
	symlink("one", FOLDER "/link");
	text[readlink(FOLDER "/link", text, sizeof text)] = 0;
	puts(text);
	rename(FOLDER "/one", FOLDER "/two");
	printf("%d %s\n", open(FOLDER "/link", O_RDONLY), strerror(errno));
	int count = 0;
	DIR *folder = opendir(FOLDER);
	while (readdir(folder)) count++;
	closedir(folder);
	unlink(FOLDER "/link");
	unlink(FOLDER "/two");
	printf("%d %d\n", count, rmdir(FOLDER));
	return 0;
}
