/** Variables of the environment that syscall-lab looks at, and what they do. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
	['NO_COLOR', 'any value but an empty one: no colours'],
	['FORCE_COLOR', '0 to 3: no colours, 16, 256, or all of them, whatever the terminal says'],
	['TERM, COLORTERM', 'which colours the terminal has; TERM=dumb is a terminal that can’t show the labs'],
	['LC_ALL, LC_CTYPE, LANG', 'the first that is set decides whether borders are drawn in Unicode or ASCII'],
];
