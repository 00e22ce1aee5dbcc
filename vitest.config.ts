import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
		// Under CI, Ink writes only its last frame; the tests want to see what people see.
		env: {CI: 'false'},
		testTimeout: 30_000,
		hookTimeout: 60_000,
		// Pseudo-terminals and clocks of other workers disturb each other less when there are few.
		maxWorkers: 2,
		// What waits on a real terminal, a real kernel or a killed process may be late on a busy computer: once more, then it counts.
		retry: 1,
	},
});
