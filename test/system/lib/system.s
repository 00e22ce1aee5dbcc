# system.s · everything that a test includes
	.include "lib/environment.s"
	.include "lib/checks.s"
	.include "lib/traps.s"

	.text
	.globl	start
