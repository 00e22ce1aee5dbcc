import process from 'node:process';

/** With arguments it is a command; without, the app. The app's first frame must not wait for what commands need. */
const command = process.argv.length > 2 ? import('./commands/dispatch.js').then(({dispatch}) => dispatch()) : import('./commands/start.js').then(({start}) => start());
await command;
