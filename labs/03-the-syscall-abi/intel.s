# The same call again, in Intel syntax, as it is often printed for another assembler, NASM.

	.intel_syntax noprefix
	.globl	_start
	.text
_start:
	mov	rax, 1				# write
	mov	rdi, 1				# standard output
	mov	rsi, message			# NASM: the address of the text; GNU: the memory there
	mov	rdx, 12
	syscall					# C: write(1, message, 12);

	mov	rax, 60
	xor	edi, edi
	syscall					# C: exit(0);

	.section .rodata
message:
	.ascii	"hello world\n"
