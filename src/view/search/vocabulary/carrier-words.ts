import { stemWord } from '../stem-word.js';

/** What is done to software or asked of it whatever its name: where a tool does that, a name that it does not know is but the object. */
const TEXT = `
install package upgrade restart start stop run enable boot status service daemon unit process kill crash error log journal listen port connect
reach ping traffic packet capture memory cpu container pod deployment rollout certificate config configuration file directory folder playbook
schedule cron timer job secret credential vault channel notify page alert metric mount filesystem
`;

/** By stem. */
export const CARRIER_STEMS: ReadonlySet<string> = new Set(TEXT.trim().split(/\s+/).map(stemWord));
