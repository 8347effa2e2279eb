// `npm run dev`: compiles on every change and restarts the service on what was compiled. Both end together.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const children = new Set();
let ending = false;

function start(args, stdout) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['inherit', stdout, 'inherit'] });
  children.add(child);
  child.on('exit', (code) => {
    children.delete(child);
    end(code ?? 1);
  });
  return child;
}

function end(code) {
  if (!ending) {
    ending = true;
    process.exitCode = code;
    for (const child of children) child.kill('SIGTERM');
  }
}

// Ctrl-C reaches the children by itself; this process waits until the service has shut down.
process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));

const compiler = start([tsc, '--project', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], 'pipe');
let serviceStarted = false;
let output = '';
compiler.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  output = (output + text).slice(-1_000);
  // Emitted even with errors in it, but a service that half compiled is no use: the first start waits for a clean one.
  if (!serviceStarted && !ending && /Found 0 errors/.test(output)) {
    serviceStarted = true;
    start(
      ['--watch', '--watch-preserve-output', '--enable-source-maps', path.join('dist', 'src', 'main.js')],
      'inherit',
    );
  }
});
