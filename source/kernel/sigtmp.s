__x64_sys_rt_sigaction:
__x64_sys_rt_sigprocmask:
__x64_sys_rt_sigreturn:
__x64_sys_pause:
__x64_sys_kill:
__x64_sys_rt_sigpending:
__x64_sys_rt_sigtimedwait:
__x64_sys_rt_sigqueueinfo:
__x64_sys_rt_sigsuspend:
__x64_sys_sigaltstack:
__x64_sys_tkill:
__x64_sys_tgkill:
__x64_sys_rt_tgsigqueueinfo:
set_user_sigmask:
restore_saved_sigmask:
flush_signal_handlers:
continue_threads:
	movq $-ENOSYS, %rax
	ret
arch_do_signal_or_restart:
	movl $11, %edi
	jmp do_group_exit
