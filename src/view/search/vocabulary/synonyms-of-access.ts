/** Users, permissions, secrets and what happened. How to read a line is said in `synonyms.ts`. */
export const SYNONYMS_OF_ACCESS = `
user account
person people employee staff colleague member coworker >> user account
newcomer joiner starter hire > new user account create
username login > user account
uid gid passwd shadow > user
group membership > user member
onboard onboarding > create user
who > user owner
whoami > user
lockout locked > account lock
disabled enabled > status
ad >> directory domain active
ldap >> directory
samaccountname upn sid > user directory
logon login signin
sign > login
authenticate authentication auth
failed > failure
password credential secret
passphrase pwd passcode credentials >> password secret credential
key token > secret
safe vault >> secret vault
sensitive confidential > secret
apikey > secret key
permission acl privilege right access
rights >> permission acl
dacl sacl ace ntfs >> acl permission
ownership owner > permission
allow allowed grant deny forbid readable writable >> permission
inherit inheritance > permission
chmod chown chgrp >> permission
sudo root admin administrator > privilege
audit auditing > log event
log journal
logging logs >> log
logbook diary syslog logfile >> log
journald >> journal log
event > log
entry entries > log
eventlog evt evtx >> event log
eventviewer >> event log
viewer > event
error failure fault
fail failed >> fail error failure
err fatal severe >> error
exception trace stacktrace > error log
crash panic segfault bluescreen >> crash error failure
crash > error failure log
warning > error log
message > log
complain complaint > error log
happened > log event
vulnerability weakness cve > scan
hack intruder breach > security
security > audit permission
hash checksum digest fingerprint > verify
sign signature > certificate verify
ou dn guid objectclass gmsa > directory user
unseal lease kv approle > vault secret
credssp > remote authentication
4624 4625 4740 > event log logon
manager department title > user directory
trail > audit log
bootup > boot log
history happen > log event
lastlogon lastlogin >> user logon
unreadable inaccessible > permission
`;
