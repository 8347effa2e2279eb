/** Networks, names, connections, web and mail. How to read a line is said in `synonyms.ts`. */
export const SYNONYMS_OF_NETWORKS = `
network net
lan wan wifi ethernet > network
segment subnet vlan > network
subnet cidr netmask prefix > network address
nic interface adapter
iface eth eth0 eth1 ens >> interface
link > interface connection
card > interface
ip address
ipv4 ipv6 >> ip address
mac lladdr >> mac address
hardware > device
neighbor neighbour arp
arp > mac address
port socket
tcp udp > port connection
listen listener listening bound bind >> port listen
occupy occupies taken blocked > port process
connect connection connectivity
session conversation flow > connection
established > connection
peer remote > connection host
reachable alive reachability responsive
reach answer respond reply >> reachability
unreachable offline down > reachability
online > reachability
accessible open >> open reachability
ping icmp echo
latency rtt delay
roundtrip lag slowness >> latency
jitter > latency
loss drop >> loss packet
lossy dropped drops >> loss packet
bandwidth throughput
speed fast rate > bandwidth throughput
gigabit megabit mbps gbps mbit gbit bitrate >> bandwidth throughput
route path hop
routing >> route
detour journey way > path route
trace traceroute tracert >> trace route path
gateway router
intermediate > hop
mtu duplex > interface
dns nameserver
resolve lookup
resolver resolution >> dns resolve
translate > resolve
domain hostname > dns name
hostname fqdn >> dns name
record > dns
mx txt cname ptr soa ns srv aaaa >> dns record
axfr zone > dns domain
reverse > lookup
registrar registrant registration registered whois >> registrar domain
owner > registrant
lapse expire >> expire
tld > domain
abuse > contact
sniff capture
record log intercept eavesdrop > capture
pcap pcapng >> capture packet
packet traffic frame
datagram segment payload > packet
wire > traffic packet
wireshark dissector >> packet capture
decode dissect > protocol packet
handshake > tls connection
scan probe
discovery sweep > scan
snmp oid mib
switch printer ups > device snmp
counter > statistics interface
polling poll > read snmp
firewall rule > port
proxy > http
vpn tunnel
forward forwarding > tunnel port
jumphost bastion jumpbox >> ssh
ssh shell >> ssh remote
remote remotely >> remote
logon login signin
telnet rdp > remote connection
winrm wsman psremoting psexec remoting >> remote powershell
tls ssl certificate cert x509
https >> tls http
san csr ca chain pem >> certificate
expiry expiration expire
valid validity > expiry certificate
cipher encrypt encryption > tls
http web url
website site webpage page >> http url
rest json > http api
get post put header body > http request
header body response > http
endpoint api
request call
query > request
download fetch
retrieve obtain acquire grab pull >> fetch
upload push > transfer copy
email mail
bgp ospf eigrp > route router
blackhole > route
nat > address network
dhcp lease > address
time_wait syn close_wait > socket connection
nxdomain servfail spf dkim dmarc dnssec ttl > dns record
ocsp crl pfx p12 pkcs truststore keystore >> certificate
mtls sni alpn > tls certificate
rdap asn ripe arin > whois address domain
timeout timeouts refused > connection reachability port
bpf > capture packet filter
pmtu fragmentation > mtu path packet
fingerprint banner > scan service version
exposed expose exposure > open port scan
talk speak > connection reachability
pipe uplink > bandwidth interface
hit > call request http
decrypt > encrypt tls
halfopen backlog > socket connection
lookedup >> lookup
flap flapping > interface status
fanout >> remote hosts
getthrough > reachability connection
slowness > latency performance
webserver > http server
`;
