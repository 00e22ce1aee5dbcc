import {runCommand} from '../source/commands/run.js';
import {parseSettings} from '../source/trace/register-values.js';
const [f,set,json]=process.argv.slice(2);
process.exitCode = runCommand({file:f,settings:set?parseSettings(set):[],at:1,json:!!json,maxSteps:1e6});
