import type { ReadYamlOptions, YamlDocument } from '../../src/definition/read-yaml-stream.js';
import { readYamlStream } from '../../src/definition/read-yaml-stream.js';

/** Every definition of a stream. */
export async function readAll(text: string, options?: ReadYamlOptions): Promise<YamlDocument[]> {
  const documents: YamlDocument[] = [];
  for await (const document of readYamlStream(text, options)) documents.push(document);
  return documents;
}

/** The one definition of a stream. */
export async function readOne(text: string): Promise<YamlDocument> {
  const [document, ...others] = await readAll(text);
  if (document === undefined || others.length > 0) throw new Error(`There are ${others.length + 1} documents.`);
  return document;
}
