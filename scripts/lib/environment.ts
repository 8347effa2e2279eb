import { homedir } from 'node:os';

/** What the command line reads of the environment; empty variables count as unset. */
export interface Environment {
  /** TOOL_CATALOG_URL */
  readonly url: string | undefined;
  /** TOOL_CATALOG_TOKEN */
  readonly token: string | undefined;
  /** DATA_DIR: where a service on this machine keeps its data. */
  readonly dataDir: string | undefined;
  /** XDG_CONFIG_HOME: where configuration files live instead of ~/.config. */
  readonly configHome: string | undefined;
  readonly home: string;
}

/** The only place in scripts/ that reads the environment. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const read = (name: string) => variables[name] || undefined;
  return {
    url: read('TOOL_CATALOG_URL'),
    token: read('TOOL_CATALOG_TOKEN'),
    dataDir: read('DATA_DIR'),
    configHome: read('XDG_CONFIG_HOME'),
    home: homedir(),
  };
}
