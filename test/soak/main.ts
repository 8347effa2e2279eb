import { Command } from 'commander';
import { registerCommands } from './commands.js';

const program = new Command('soak').description(
  'Breaks a running system again and again, and judges what became of it.',
);
registerCommands(program);
await program.parseAsync();
