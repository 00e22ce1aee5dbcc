/**
 * Instructions that the machine knows by name but does not execute, by mnemonic. All of them lie outside what compilers
 * and C libraries use of a baseline x86-64 processor; a run that meets one ends with its name.
 */
export const OUTSIDE_BASELINE: ReadonlySet<string> = new Set<string>([]);
