# exit.s · the end of a process

	.text

# do_exit(edi: status as wait4 would give it: the exit code in bits 15:8, the signal in bits 6:0). Never returns.
# With its only process gone, the machine has nothing left to run and switches itself off.
	.globl do_exit
do_exit:
	movl	%edi, %eax
	movl	$POWER_PORT, %edx
	outl	%eax, %dx
1:	hlt
	jmp	1b
