# gates.s · the entries of the IDT and their checks
#
# Checks SDM vol. 3A, 6.12.1 (DPL of gates, IF by gate type, TF, NT and RF cleared), 6.13 (error codes) and 6.14.1: the
# checks of a gate and of the code segment that it names.

	.include "lib/system.s"

	.equ	INTERRUPT_GATE, 0x8e
	.equ	TRAP_GATE, 0x8f
	.equ	OPEN, 0x60			# DPL 3
	.equ	ALL_FLAGS, NT | AC | IOPL3 | DIRECTION | IF | FIXED
start:	setup

	# Both kinds of gate clear TF, NT and RF, and nothing else; an interrupt gate clears IF too.
	.irp	gate, INTERRUPT_GATE, TRAP_GATE
	set_gate UD, "stubs + UD * 16", \gate
	user_faults ud2, UD, NO_ERROR_CODE, ALL_FLAGS
	check_equal caught_rflags(%rip), "$(RF | ALL_FLAGS)"
	check_bits handler_rflags(%rip), "ALL_FLAGS | TF | RF", "$(AC | IOPL3 | DIRECTION | FIXED | (\gate & 1) << 9)"
	.endr

	# DPL: `int n` needs a gate that its ring may use; the processor's own exceptions do not.
	user_faults "int $0x30", GP, "0x30 << 3 | 2"
	set_gate 0x30, "stubs + 0x30 * 16", "INTERRUPT_GATE | OPEN"
	run_user software
	expect_fault 0x30, at=behind
	.section .user, "awx"
software:
	int	$0x30
behind:	nop
	.text
	reset_gate UD
	user_faults ud2, UD
	set_gate BP, "stubs + BP * 16", INTERRUPT_GATE
	user_faults int3, GP, "BP << 3 | 2"
	reset_gate BP

	# Gates that are absent, of a wrong type, or beyond the limit: EXT in the code only where hardware raised the event.
	set_gate 0x31, "stubs + 0x31 * 16", 0x0e
	faults	"int $0x31", NP, "0x31 << 3 | 2"
	set_gate UD, "stubs + UD * 16", 0x0e
	faults	ud2, NP, "UD << 3 | 3"
	set_gate 0x31, "stubs + 0x31 * 16", 0x8c
	faults	"int $0x31", GP, "0x31 << 3 | 2"
	movw	$0x31 * 16 - 1, idt_pointer(%rip)
	lidt	idt_pointer(%rip)
	faults	"int $0x31", GP, "0x31 << 3 | 2"
	works	nop

	# The code segment that the gate names: null, not code, beyond the GDT, 32-bit, of an outer ring, absent.
	.irp	selector, 0, KERNEL_DATA, 0x100, KERNEL_CODE32, 0x30
	set_gate UD, "stubs + UD * 16", INTERRUPT_GATE, 0, \selector
	faults	ud2, GP, "\selector | 1"
	.endr
	movabsq	$0x00af1b000000ffff, %rax
	movq	%rax, gdt + SPARE(%rip)
	set_gate UD, "stubs + UD * 16", INTERRUPT_GATE, 0, SPARE
	faults	ud2, NP, "SPARE | 1"

	# A code segment is marked as accessed.
	movabsq	$0x00af9a000000ffff, %rax
	movq	%rax, gdt + SPARE(%rip)
	faults	ud2, UD
	check_equal handler_cs(%rip), $SPARE
	check_bits "gdt + SPARE + 5(%rip)", 0xff, $0x9b
	finish
