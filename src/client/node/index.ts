/** The package's export `tool-catalog/client/node`: what the client can do with files. */
export { type DiskCopyOptions, diskCopy } from './disk-copy.js';
export { hostConsumerName } from './host-consumer-name.js';
export { yamlFolder } from './yaml-folder.js';
