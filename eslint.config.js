import tseslint from 'typescript-eslint';

export default tseslint.config(
	{ignores: ['dist/**', 'node_modules/**', 'coverage/**']},
	{
		files: ['**/*.ts', '**/*.tsx'],
		extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
		languageOptions: {parserOptions: {projectService: true, tsconfigRootDir: import.meta.dirname}},
		rules: {
			// Numbers in messages are wanted: addresses, counts and line numbers are what our errors speak of.
			'@typescript-eslint/restrict-template-expressions': ['error', {allowNumber: true}],
			'@typescript-eslint/no-confusing-void-expression': ['error', {ignoreArrowShorthand: true}],
			// What leaves an instruction is a value for the guest or the host, made a million times: no Error, no stack.
			'@typescript-eslint/only-throw-error': ['error', {allow: [{from: 'file', name: ['Fault', 'NotImplemented', 'StopSignal', 'TripleFault']}], allowThrowingUnknown: true}],
			complexity: ['error', 16],
			'max-lines': ['error', {max: 400, skipBlankLines: true, skipComments: true}],
			eqeqeq: 'error',
			'prefer-const': 'error',
			'no-var': 'error',
			'no-console': 'error',
		},
	},
);
