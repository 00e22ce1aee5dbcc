# The kernel, in the order in which it is best read: from power-on to the door, through the door, to the handlers.
	.include "constants.s"

	.section __ex_table, "a"
__start___ex_table:
	.include "head_64.s"
	.include "traps.s"
	.include "entry_64.s"
	.include "syscall_64.s"
	.include "entry_work.s"
	.include "handlers.s"
	.include "sched.s"
	.include "fork.s"
	.include "faults.s"
	.include "console.s"
	.include "exit.s"
	.include "data.s"

	.section __ex_table, "a"
__stop___ex_table:
