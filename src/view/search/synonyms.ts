import { stemWord } from './stem-word.js';

/**
 * What people in operations call the same thing. A line of words means each of them finds the others; `a > b c` means that a
 * request for `a` also finds `b` and `c`, and not the other way round. About words, never about tools: a catalog brings the
 * names of its tools itself.
 */
const TABLE = `
kubernetes k8s kube
pod > kubernetes
pods > kubernetes
namespace > kubernetes
kubectl > kubernetes
replica > kubernetes deployment
helm > kubernetes
container docker podman
image > container
remove delete erase uninstall drop
purge > remove delete
list show display enumerate
print > list show
view see look > list show
inventory > list
reboot restart
bounce > restart
recycle > restart
relaunch > restart
start launch
run execute invoke
start > run
stop halt
shutdown > stop
kill terminate abort end
disk storage drive volume
space > disk size usage
free available remaining left
capacity > size usage space
exhausted exhaustion > full usage
full > usage space
filesystem fs mount partition
directory folder dir
file document
process task pid program
hang hung stuck freeze unresponsive
daemon service unit
scheduled > schedule job
schedule timer cron
cronjob > schedule job cron
recurring periodic regularly > schedule
nightly daily hourly weekly monthly night midnight tonight tomorrow > schedule
every > schedule
job task
log journal
logging > log
event > log
error failure fault
fail > error failure
crash > error failure
exception > error log
memory ram
oom > memory
swap > memory
cpu processor
load > cpu usage
slow > performance latency
utilization usage consumption
utilisation usage
hog consumer > usage top
eat consume > usage
busy busiest > usage cpu load
busiest > top
network net
nic interface adapter
ethernet > network interface
host machine server computer box
node > host
instance > host
workstation laptop desktop pc > computer
remote > ssh
reachable alive reachability responsive
unreachable > reachability
online > reachability
connect connection connectivity
ping icmp echo
latency rtt delay
jitter > latency
loss > packet
bandwidth throughput
speed > bandwidth throughput
route path hop
trace > route
gateway router
dns nameserver
resolve lookup
resolver > dns
domain > dns
hostname > dns name
record > dns
ip address
mac > address
port socket
listen > port
sniff capture
packet traffic frame
firewall > rule port
vpn tunnel
tls ssl certificate cert x509
https > tls http
expire expiry expiration
http web url
header body response > http
website site page > http url
endpoint api
request call
download fetch
pull > download fetch
push > upload copy
retrieve > fetch read
upload > transfer copy
copy sync mirror replicate
synchronize sync
backup > copy archive
transfer > copy
move > copy
archive tarball
compress zip pack bundle
extract unpack unzip decompress
search find locate
grep > search
pattern regex
substitute replace
edit modify change update
alter > change
create add new
provision > create infrastructure
install setup
upgrade update patch
package software
repository repo
app application
user account
login logon signin
authenticate authentication auth
username > user
group > user
employee > user
password credential secret
key token > secret
permission acl privilege right access
ownership owner > permission
chmod chown > permission
ad > directory domain
ldap > directory
registry > windows
powershell > windows
wmi cim
windows win
eventlog > event log
linux unix
ubuntu debian > apt linux
rhel centos fedora redhat > dnf linux
playbook ansible
config configuration setting
iac > infrastructure
deploy deployment rollout release
rollback revert undo
drift > configuration
pipeline dag workflow
trigger > run start
metric measurement
graph chart > metric
monitor observe watch
alert alarm incident
oncall > incident page
outage > incident
escalate > incident
acknowledge ack
notify notification message
chat channel > message
email mail
post send
status state health
healthy > status health
check verify test
inspect examine analyze
analyse analyze
diagnose troubleshoot debug
info information detail
version release
hardware device
switch > device interface
uptime > boot
boot startup
kernel > system
bios > system
serial > hardware
handle descriptor fd
lock > open
scan probe
vulnerability > scan
owner registrant
neighbor neighbour arp
vault > secret
env environment
statistics stats
count number
largest biggest
big large
old stale
append insert > edit add
text string content
remotely > remote
rights > permission acl
heap leak > memory
blackhole > route
snmp > device switch router
mib oid > snmp
bgp ospf > route router
`;

export interface Synonym {
  readonly stem: string;
  /** Means the same; else it is only near, from a line with `>`. */
  readonly isSame: boolean;
}

function compile(): ReadonlyMap<string, readonly Synonym[]> {
  const found = new Map<string, Map<string, boolean>>();
  for (const line of TABLE.trim().split('\n')) {
    const [words = [], near] = line.split('>').map((side) => side.trim().split(/\s+/).map(stemWord));
    for (const word of words) {
      const synonyms = found.get(word) ?? new Map<string, boolean>();
      for (const stem of near ?? words)
        if (stem !== word) synonyms.set(stem, synonyms.get(stem) === true || near === undefined);
      found.set(word, synonyms);
    }
  }
  return new Map(
    [...found].map(([word, synonyms]) => [word, [...synonyms].map(([stem, isSame]) => ({ stem, isSame }))]),
  );
}

/** By stem, the stems that it also finds. */
export const SYNONYMS: ReadonlyMap<string, readonly Synonym[]> = compile();
