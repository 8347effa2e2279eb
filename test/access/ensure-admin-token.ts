import { ensureAdminToken } from '../../src/access/admin-token.js';

/** A process that starts on the data directory given as argument: prints the token that it ends up with. */
const { secret, created } = await ensureAdminToken(process.argv[2] ?? '', undefined);
process.stdout.write(JSON.stringify({ secret, created }));
