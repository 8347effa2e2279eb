import { Command } from 'commander';
import { registerRun } from './run-command.js';

const program = new Command('soak').description('Breaks a running system again and again, and judges what became of it.');
registerRun(program);
await program.parseAsync();
