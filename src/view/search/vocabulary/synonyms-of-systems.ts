/** Processes, services, memory, disks, files, text, archives and machines. How to read a line is said in `synonyms.ts`. */
export const SYNONYMS_OF_SYSTEMS = `
process task pid program
processes > running
app application
thread > process
runaway zombie defunct orphaned > process kill
foreground background > process job
kill terminate abort end
sigkill sigterm sighup sigint signal >> kill signal
slay euthanize eliminate quit >> kill
murder destroy >> kill delete
hang hung stuck freeze unresponsive
wedged jammed deadlocked >> hang
stubborn > kill process
hog consumer > usage top
eat consume gobble devour >> consume usage
greedy hungry hogging > usage top consumer
busy busiest > usage cpu load
busiest hottest heaviest >> top usage
cpu processor core
load >> cpu usage
loadavg > load cpu
utilization utilisation usage consumption
occupancy occupied >> usage
slow sluggish laggy > performance latency load
memory ram
mem >> memory
oom > memory kill kernel
swap paging pagefile > memory
heap leak > memory process
rss footprint resident > memory process
service daemon unit
svc >> service
systemd > service unit
spooler > print service
stop halt
shutdown poweroff > stop boot
start launch
activate enable >> start enable
autostart automatic > boot start enable
startup boot
reboot restart
relaunch recycle bounce kick cycle >> restart
reload > restart config
revive resurrect >> restart start
run execute invoke
running > run active
active > running status
status state health
healthy unhealthy > status health
up > running status
alive > reachable running status
dead > failed status stop
uptime > boot
kernel dmesg > system log boot
bios firmware > system hardware
serial asset > hardware inventory
model make manufacturer vendor > hardware
hardware device
machine host server computer box
node > host
instance vm guest > host
workstation laptop desktop pc notebook > computer host
fleet farm > hosts servers
windows win
powershell cmdlet > windows
linux unix
ubuntu debian >> apt linux
mint > apt linux
rhel centos fedora redhat rocky alma almalinux >> dnf linux
suse opensuse arch alpine macos mac > linux
os > operating system
wmi cim
wmic >> wmi
registry hive > windows
disk storage drive volume
hdd ssd nvme lun > disk
space >> disk size usage
room headroom >> space free
free available remaining left
leftover spare >> free
capacity >> size space usage
exhausted exhaustion exhaust > full usage
full >> full usage
fill >> full usage space
gigabyte megabyte terabyte gb mb tb gib mib >> size
filesystem fs mount partition
mountpoint >> mount filesystem
inode > filesystem file
directory folder dir
subdirectory subfolder subtree >> directory tree
tree hierarchy > directory recursive
file document
files > directory
path location > file
handle descriptor fd
lock locked >> lock open
unlock > lock account
largest biggest
large big huge
largest biggest > top size
heavy heaviest fat > large size
old stale outdated
older oldest >> old modified
aged ancient >> old
recent newest latest >> last
size length > bytes
remove delete erase drop
wipe purge clean cleanup prune trash discard tidy >> remove delete
uninstall >> remove
create add new
make generate >> create
search find locate
seek hunt discover pinpoint unearth dig track >> find search
whereabouts hidden hide lost missing > find
grep ripgrep >> search
lookfor >> search find
match occurrence mention contain >> search pattern
pattern regex regexp
expression > pattern
text string content
line word phrase > text search
substitute replace
swap exchange rename >> replace
rewrite edit modify alter amend tweak adjust >> edit change
edit modify change update
inplace >> edit replace
append insert prepend > edit add
copy sync mirror replicate
synchronize synchronise duplicate clone >> copy sync
transfer send >> transfer copy
transfer move migrate relocate >> copy
incremental delta deltas changed > sync copy
backup >> copy archive
restore recover > backup extract
standby secondary > host
share > smb directory network
compress zip pack bundle
shrink squeeze wrap >> compress
extract unpack unzip decompress
untar unzip inflate expand >> extract
archive tarball tar
tgz gz gzip bz2 xz zst 7z parcel >> archive
count number
tally total sum > count
statistics stats
list show display enumerate
print view see dump output >> show list
listing overview summary > list show
tail follow >> follow last log
head >> first
sort rank order > top
env environment
info information detail
particulars specifics facts properties attributes >> info detail
inspect examine analyze
analyse dissect study scrutinize investigate peek peer >> analyze inspect
check verify test
validate confirm ensure probe >> check verify
diagnose troubleshoot debug
why reason cause > diagnose
config configuration setting
parameter option property > setting
conf cfg ini >> config
inventory > list hardware
attribute field column > value
iowait steal nice > cpu load
cores > cpu processor
architecture bitness build edition > operating system version
symlink hardlink shortcut > file link
suid setuid umask > file permission
coredump > crash process
execstart dropin > unit service
unc > share path
sensor temperature fan battery > hardware device
parent child > process tree
turnon switchon bringup fireup spinup bringback >> start enable
turnoff switchoff takedown bringdown powerdown powercycle >> stop
shoot forcequit putdown >> kill
tasklist tasklists >> process list
usedup fillup fillingup >> full usage
trackdown >> find
freeup >> space delete
carryout >> run
putback >> restore
inuse holding held keeps > open process
burning burn > usage cpu
leftovers dangling > unused
modified touched > change file
quoted contents > text
decompress untar explode >> extract
split join merge > file text
`;
