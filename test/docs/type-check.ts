import path from 'node:path';
import ts from 'typescript';
import { packageRoot } from '../../src/database/package-root.js';

/**
 * Compiles texts as if they were files of this package, under the project's own settings. `tool-catalog/client` is found as
 * the package's export says.
 *
 * @returns what the compiler says about each text, in their order.
 */
export function typeCheck(texts: readonly string[]): readonly (readonly string[])[] {
  const root = packageRoot();
  const configFile = path.join(root, 'tsconfig.json');
  const parsed = ts.getParsedCommandLineOfConfigFile(configFile, { noEmit: true }, parseHost());
  if (!parsed) throw new Error('tsconfig.json cannot be read.');
  const files = new Map(texts.map((text, index) => [path.join(root, `block-${index}.ts`), text]));
  const host = ts.createCompilerHost(parsed.options);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => files.has(path.normalize(file)) || fileExists(file);
  host.readFile = (file) => files.get(path.normalize(file)) ?? readFile(file);
  const program = ts.createProgram({ rootNames: [...files.keys()], options: parsed.options, host });
  return [...files.keys()].map((file) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} was not compiled.`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText, start = 0 }) => {
        const { line } = source.getLineAndCharacterOfPosition(start);
        return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
      },
    );
  });
}

function parseHost(): ts.ParseConfigFileHost {
  return {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
    },
  };
}
