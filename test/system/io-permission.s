# io-permission.s · ports in ring 3
#
# Checks SDM vol. 1, 19.5: IOPL, the permission bitmap of the TSS with one bit for each byte of an access, its last byte
# and the TSS limit; and cli and sti by IOPL.

	.include "lib/system.s"

	.equ	PORT, 0x60

	# Lets ring 3 have a port.
	.macro open port
	btrw	$\port & 15, io_bitmap + (\port >> 4) * 2(%rip)
	.endm
start:	setup

	# Without a bitmap.
	movl	$PORT, %edx
	movl	$USER_STACK - 0x100, %esi
	movl	$USER_STACK - 0x100, %edi
	.irp	instruction, "inb $PORT, %al", "outb %al, $PORT", "inl %dx, %eax", "outw %ax, %dx", insb, outsb
	user_faults "\instruction", GP, 0
	.endr

	# IOPL 3 opens all of them; IOPL 2 none.
	user_works "inb $PORT, %al", IOPL3|FIXED
	user_works "outb %al, $PORT", IOPL3|FIXED
	user_faults "inb $PORT, %al", GP, 0, 2<<12|FIXED

	# cli and sti.
	user_faults cli, GP, 0
	user_faults sti, GP, 0
	user_works cli, IOPL3|FIXED
	user_works sti, IOPL3|FIXED
	check_bits caught_rflags(%rip), IF, $IF

	# A bitmap of 256 ports and its last byte of ones.
	movw	$TSS_BYTES + 32, gdt + TASK(%rip)
	movb	$0x89, gdt + TASK + 5(%rip)
	movl	$TASK, %eax
	ltr	%ax
	open	0x60
	open	0x61
	open	0x67
	open	0x68
	user_works "inb $0x60, %al"
	user_works "inw $0x60, %ax"
	user_faults "inl $0x60, %eax", GP, 0
	user_works "inw $0x67, %ax"			# over two bytes of the bitmap
	user_faults "inw $0x68, %ax", GP, 0
	user_faults "inb $0x62, %al", GP, 0

	# The last port of the bitmap, and the first one beyond it.
	open	0xff
	user_works "inb $0xff, %al"
	user_faults "inw $0xff, %ax", GP, 0
	movl	$0x100, %edx
	user_faults "inb %dx, %al", GP, 0

	# Ring 0 asks nobody.
	works	"inb $0x62, %al"
	finish
