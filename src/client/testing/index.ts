/** The package's export `tool-catalog/client/testing`: a catalog for the tests of those who use the client. */
export {
  createTestCatalog,
  type GivenTool,
  TestCatalog,
  type TestCatalogOptions,
  type Trust,
} from './test-catalog.js';
