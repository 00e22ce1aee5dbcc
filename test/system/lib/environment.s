# environment.s · what a test finds when it is entered, and the names of bits
#
# A test is entered at `start`, in 64-bit mode at CPL 0 with interrupts off, rsp = BOOT_STACK. The first 4 MiB of
# physical memory are mapped at their own addresses, writable and executable, in pages of 4 KiB for the supervisor; the
# tables lie where the equates below say, and all entries above the last level have U set, so that the last one decides.
# The program is linked at 0x100000, its section .user at USER. Nothing else is promised: control registers, EFER, GDT,
# TSS and IDT are set by `setup` (traps.s). To link one for another machine:
#   as -o test.o test.s && ld -Ttext=0x100000 --section-start=.user=0x180000 -e start test.o

	.equ	PML4, 0x1000
	.equ	DIRECTORY_POINTERS, 0x2000
	.equ	DIRECTORY, 0x3000
	.equ	PAGE_TABLE, 0x4000		# two tables in a row, for 4 MiB
	.equ	BOOT_STACK, 0x10000
	.equ	TRAP_STACK, 0x20000		# TSS.rsp0
	.equ	IST_STACK, 0x28000		# TSS.ist1
	.equ	USER, 0x180000			# 64 KiB that `setup` gives to ring 3
	.equ	USER_BYTES, 0x10000
	.equ	USER_STACK, USER + USER_BYTES
	.equ	SCRATCH, 0x200000		# from here to 4 MiB nothing is used
	.equ	UNMAPPED, 0x600000		# no page at all
	.equ	NOT_CANONICAL, 0x800000000000

	# Ports
	.equ	SERIAL, 0x3f8
	.equ	EXIT, 0xf4

	# Selectors in the GDT of traps.s
	.equ	KERNEL_CODE32, 0x08
	.equ	KERNEL_CODE, 0x10
	.equ	KERNEL_DATA, 0x18
	.equ	USER_CODE32, 0x23
	.equ	USER_DATA, 0x2b
	.equ	USER_CODE, 0x33
	.equ	TASK, 0x40
	.equ	SPARE, 0x50			# two free slots, for a test to fill
	.equ	GDT_END, 0x80

	# Vectors
	.equ	DE, 0
	.equ	DB, 1
	.equ	BP, 3
	.equ	UD, 6
	.equ	DF, 8
	.equ	TS, 10
	.equ	NP, 11
	.equ	SS, 12
	.equ	GP, 13
	.equ	PF, 14

	# rflags (SDM vol. 1, 3.4.3)
	.equ	FIXED, 1 << 1
	.equ	TF, 1 << 8
	.equ	IF, 1 << 9
	.equ	DIRECTION, 1 << 10
	.equ	IOPL3, 3 << 12
	.equ	NT, 1 << 14
	.equ	RF, 1 << 16
	.equ	AC, 1 << 18

	# Page-table entries (SDM vol. 3A, 4.5) and page-fault error codes (4.7)
	.equ	P, 1 << 0
	.equ	W, 1 << 1
	.equ	U, 1 << 2
	.equ	A, 1 << 5
	.equ	D, 1 << 6
	.equ	PS, 1 << 7
	.equ	G, 1 << 8
	.equ	NX, 1 << 63
	.equ	PF_PRESENT, 1
	.equ	PF_WRITE, 2
	.equ	PF_USER, 4
	.equ	PF_RESERVED, 8
	.equ	PF_FETCH, 16

	# Control registers and EFER (SDM vol. 3A, 2.5 and 2.2.1)
	.equ	CR0_WP, 1 << 16
	.equ	CR0_INITIAL, 0x80010033		# PG, WP, NE, ET, MP, PE
	.equ	CR4_TSD, 1 << 2
	.equ	CR4_DE, 1 << 3
	.equ	CR4_UMIP, 1 << 11
	.equ	CR4_FSGSBASE, 1 << 16
	.equ	CR4_PCIDE, 1 << 17
	.equ	CR4_SMEP, 1 << 20
	.equ	CR4_SMAP, 1 << 21
	.equ	CR4_INITIAL, 0x6a0		# PAE, PGE, OSFXSR, OSXMMEXCPT
	.equ	EFER_SCE, 1 << 0
	.equ	EFER_NXE, 1 << 11
	.equ	EFER_INITIAL, 0x501		# LMA, LME, SCE

	# Model-specific registers
	.equ	MSR_TSC, 0x10
	.equ	MSR_PAT, 0x277
	.equ	MSR_EFER, 0xc0000080
	.equ	MSR_STAR, 0xc0000081
	.equ	MSR_LSTAR, 0xc0000082
	.equ	MSR_FMASK, 0xc0000084
	.equ	MSR_FS_BASE, 0xc0000100
	.equ	MSR_GS_BASE, 0xc0000101
	.equ	MSR_KERNEL_GS_BASE, 0xc0000102
