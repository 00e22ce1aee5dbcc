/* Programs for comparing traces: system calls without a library, so that nothing else is in the trace. */

typedef unsigned long word;
typedef unsigned int half;
typedef unsigned short quarter;
typedef unsigned char byte;

static long call(long number, word a, word b, word c, word d, word e, word f)
{
	register word r10 __asm__("r10") = d;
	register word r8 __asm__("r8") = e;
	register word r9 __asm__("r9") = f;
	__asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
	return number;
}

#define PICK(_1, _2, _3, _4, _5, _6, _7, NAME, ...) NAME
#define SYS1(n) call(n, 0, 0, 0, 0, 0, 0)
#define SYS2(n, a) call(n, (word)(a), 0, 0, 0, 0, 0)
#define SYS3(n, a, b) call(n, (word)(a), (word)(b), 0, 0, 0, 0)
#define SYS4(n, a, b, c) call(n, (word)(a), (word)(b), (word)(c), 0, 0, 0)
#define SYS5(n, a, b, c, d) call(n, (word)(a), (word)(b), (word)(c), (word)(d), 0, 0)
#define SYS6(n, a, b, c, d, e) call(n, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), 0)
#define SYS7(n, a, b, c, d, e, f) call(n, (word)(a), (word)(b), (word)(c), (word)(d), (word)(e), (word)(f))
#define sys(...) PICK(__VA_ARGS__, SYS7, SYS6, SYS5, SYS4, SYS3, SYS2, SYS1)(__VA_ARGS__)

/* Waits without a system call, so that another task gets to where it waits. */
static inline void spin(void)
{
	for (volatile word i = 0; i < 60000000; i++)
		;
}

static int run(int argc, char **argv);

__asm__(".globl _start\n_start:\n\tmovq %rsp, %rdi\n\tandq $-16, %rsp\n\tcall begin\n");
__attribute__((used)) static void begin(word *stack)
{
	int status = run((int)stack[0], (char **)(stack + 1));
	sys(231, status);
}

/* What compilers may call by themselves. */
__attribute__((used)) void *memset(void *to, int value, word length)
{
	void *at = to;
	__asm__ volatile("rep stosb" : "+D"(at), "+c"(length) : "a"(value) : "memory");
	return to;
}

__attribute__((used)) void *memcpy(void *to, const void *from, word length)
{
	void *at = to;
	__asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(length) : : "memory");
	return to;
}
