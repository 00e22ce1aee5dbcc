/**
 * The instruction sets that this processor has, named as the decoder library names them. An instruction of any other
 * set is #UD, as on every processor whose CPUID does not announce it.
 */
export const INSTRUCTION_SETS: ReadonlySet<string> = new Set([
	// What every 64-bit processor has.
	'INTEL8086', 'INTEL186', 'INTEL286', 'INTEL386', 'INTEL486', 'X64', 'CPUID', 'PAUSE', 'MULTIBYTENOP', 'RDPMC', 'SYSCALL',
	'FPU', 'FPU287', 'FPU387',
	// What CPUID announces (cpuid.ts).
	'TSC', 'MSR', 'CX8', 'SEP', 'CMOV', 'CLFSH', 'MMX', 'FXSR', 'SSE', 'SSE2', 'CMPXCHG16B', 'RDTSCP', 'FSGSBASE', 'INVPCID', 'SMAP',
]);
