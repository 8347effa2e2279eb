import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/database/package-root.js';
import { createSchema } from '../../src/graphql/schema.js';

const schema = createSchema();

test('schema.graphql is what the code says; `npm run schema` writes it', () => {
  const text = readFileSync(path.join(packageRoot(), 'schema.graphql'), 'utf8');
  expect(text).toBe(`${printSchema(schema)}\n`);
});

/** Everything that GraphiQL shows, as `Type.field(argument:)`, with its description. */
function* described(type: GraphQLNamedType): Generator<[place: string, description: string | null | undefined]> {
  yield [type.name, type.description];
  if (isEnumType(type)) {
    for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
  }
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field.description];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description];
      for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name}:)`, arg.description];
    }
  }
}

test('GraphiQL explains every type, field, argument and value', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  const silent = types
    .flatMap((type) => [...described(type)])
    .filter(([, description]) => !description)
    .map(([place]) => place);
  expect(silent).toEqual([]);
});
