# string.s · lengths and copies of bytes

	.ifndef	LIB_STRING
	.set	LIB_STRING, 1
	.text

# size_t strlen(const char *s)
	.globl	strlen
strlen:
	xorl	%eax, %eax			# C: size_t n = 0;
1:	cmpb	$0, (%rdi,%rax)			# C: while (s[n] != 0)
	je	2f
	incq	%rax				# C:         n++;
	jmp	1b
2:	ret					# C: return n;

# void *memcpy(void *to, const void *from, size_t count)
	.globl	memcpy
memcpy:
	movq	%rdi, %rax			# C: void *start = to;
	movq	%rdx, %rcx
	rep movsb				# C: while (count-- > 0) *to++ = *from++;
	ret					# C: return start;

	.endif
