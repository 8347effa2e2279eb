import { buildSchema, type DocumentNode, GraphQLError, getVariableValues, Kind, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { blocksOf, commandsOf, readBlock, readPage } from './markdown.js';

const schema = buildSchema(readPage('schema.graphql'));

function problems(text: string, variables?: Record<string, unknown>): readonly string[] {
  const document = parse(text);
  const errors: GraphQLError[] = [...validate(schema, document)];
  if (variables !== undefined) errors.push(...variableErrors(document, variables));
  return errors.map((error) => error.message);
}

function variableErrors(document: DocumentNode, variables: Record<string, unknown>): readonly GraphQLError[] {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const names = operation?.variableDefinitions?.map((definition) => definition.variable.name.value) ?? [];
  const unknown = Object.keys(variables).filter((name) => !names.includes(name));
  if (unknown.length > 0) return [new GraphQLError(`There is no variable ${unknown.join(', ')}.`)];
  return getVariableValues(schema, operation?.variableDefinitions ?? [], variables).errors ?? [];
}

describe('GraphQL in the pages', () => {
  it.each(blocksOf('graphql'))('$file:$line fits the schema', ({ text }) => {
    expect(problems(text)).toEqual([]);
  });

  it.each(['query', 'mutation'])('the variables of the %s in the README fit it', (name) => {
    const variables: unknown = JSON.parse(readBlock('README.md', `${name}-variables`).text);
    expect(problems(readBlock('README.md', name).text, variables as Record<string, unknown>)).toEqual([]);
  });

  it('is not taken for right when it is wrong', () => {
    const { text } = readBlock('README.md', 'query');
    expect(problems(text.replace('timeEstimateMs', 'timeEstimate'))).not.toEqual([]);
    expect(problems(text, { name: 'systemctl' })).not.toEqual([]);
    expect(problems(text, { name: 'systemctl', variables: {}, more: 1 })).not.toEqual([]);
  });

  const bodies = blocksOf('bash').flatMap((block) =>
    commandsOf(block).flatMap((command) => {
      const body = /^curl\b.* -d '([^']*)'/.exec(command)?.[1];
      return body === undefined ? [] : [{ place: `${block.file}:${block.line}`, body }];
    }),
  );
  it('is in what curl sends', () => expect(bodies.length).toBeGreaterThanOrEqual(2));
  it.each(bodies)('$place sends what the service takes', ({ body }) => {
    const { query, variables = {} } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
    expect(problems(query, variables)).toEqual([]);
  });

  const inCode = blocksOf('ts').flatMap(({ file, line, text }) =>
    [...text.matchAll(/(['`])((?:query|mutation|subscription)\b[^'`]*\{[^'`]*)\1/g)].map((match) => ({
      place: `${file}:${line}`,
      query: match[2] ?? '',
    })),
  );
  it('is in the code of the pages', () => expect(inCode.length).toBeGreaterThanOrEqual(2));
  it.each(inCode)('$place asks what the service has', ({ query }) => {
    expect(problems(query)).toEqual([]);
  });
});
