import { Command } from 'commander';
import { registerCommands } from './commands.js';

const program = new Command('soak').description(
  'Breaks a running system again and again, and judges what became of it.',
);
registerCommands(program);
await program.parseAsync();
// Node 20 may wait for ever, at full speed, for the handle of a connection that was reset: measured after every second run.
process.stdout.write('', () => process.exit());
