/*
 * Makes the system calls of a script one after the other, each with its own memory: the arena is filled with zeros and
 * with the script's pieces, and the six argument registers are set. It needs no library and makes no other call before
 * the last, so that a tracer that answers the calls itself sees exactly the script's.
 *
 * The script is part of the program: SCRIPT names its file. One record: number, six arguments, how many pieces (eight
 * bytes each), then the pieces: where in the arena and how long (four bytes each), and their bytes.
 */
typedef unsigned long word;
typedef unsigned int half;
typedef unsigned char byte;

#define ARENA_SIZE 0x4000
#define EXIT_GROUP 231

extern const byte script[], script_end[];
__attribute__((section(".arena,\"aw\",@nobits#"), aligned(4096))) byte arena[ARENA_SIZE];
__asm__(".section .script,\"a\"\n.globl script, script_end\nscript: .incbin \"" SCRIPT "\"\nscript_end:\n.text\n");

static void call(word number, const word *arguments)
{
	register word r10 __asm__("r10") = arguments[3];
	register word r8 __asm__("r8") = arguments[4];
	register word r9 __asm__("r9") = arguments[5];
	__asm__ volatile("syscall"
			 : "+a"(number)
			 : "D"(arguments[0]), "S"(arguments[1]), "d"(arguments[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
}

static const byte *copy(void *to, const byte *from, word length)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
	return from;
}

static void clear(void)
{
	void *to = arena;
	word length = ARENA_SIZE;
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(0) : "memory");
}

void _start(void)
{
	const byte *at = script;
	word nothing[6] = {0};

	while (at < script_end) {
		word head[8];
		at = copy(head, at, sizeof head);
		clear();
		for (word piece = 0; piece < head[7]; piece++) {
			half place[2];
			at = copy(place, at, sizeof place);
			at = copy(arena + place[0], at, place[1]);
		}
		call(head[0], head + 1);
	}
	call(EXIT_GROUP, nothing);
}
