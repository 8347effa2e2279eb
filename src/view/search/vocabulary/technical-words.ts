/**
 * Names of products, services and technologies, and nouns of technical trades. Whoever says one wants exactly that: where no tool of the
 * catalog knows it, the rest of the request says little. About the world, never about one catalog: what a tool knows is a word like any other.
 */
export const TECHNICAL_TEXT = `
2fa abap abtest accesscard accesskey accesspoint acme activemq adfs adwords airbyte airwatch akamai aks alb ami amis amqp android
antivirus apache apparmor appointment arangodb arduino argo argocd arista artifactory asana asg audio autocad autoscale autoscaler
autovacuum avro aws azure backlog bacula badblocks balancer bamboo barcode basecamp bedrock bgp bicep bigquery binlog bitbucket bitlocker
blade blender blkid blob blobstorage blockchain bluecat bluetooth bmc bms bootp borg bpftrace brctl breakpoint btrfs bucket bugreport
buildah buildkite burpsuite businesscard cabling caddy calico captcha cargo cassandra cctv cdk cdn cdp celery ceph certbot certmanager
changelist changelog chassis chatbot chatgpt checkpoint chef cherrypick chgrp chmod chown chrony chroot cifs cilium circleci cisco citrix
clickhouse clickup cloudflare cloudformation cloudfront cloudfunction cloudinit cloudtrail cloudwatch cockroachdb codebase codecommit
codegen codepipeline codereview cognito collation collectd commit compile compiler conda conferenceroom confluence connectionpool
conntrack consul consumergroup consumerlag cordon cosmosdb costcenter costreport couchbase couchdb coverage crashkernel creditcard crm
crossplane crowdstrike crypto cuda cve cypress dagster dashboard dashcam dast datacenter datadog datalake datastore datawarehouse dbt
dcdiag dd deadletter debugger defender dfs dgraph dhcp digitalocean dimm discord diskencryption distributionlist dkim dmarc dnsmasq
dockerfile documentdb dovecot drain driverlicence drones dropbox drupal dstat dynamodb dynatrace ebay ebpf ebs ec2 ecc ecr ecs efs eigrp
eks elastic elasticsearch elb email embedding emr entitlement entra envoy epic erp esx esxi etcd ethtool eventbridge excel exchange
exchangeonline expensereport exploit ext4 f5 facebook facial fail2ban fargate fastly fax faxmachine fdisk featureflag featuretoggle ffmpeg
figma filebeat finetune firebase firewalld firmware firmwareupdate fivetran flamegraph flannel flink fluentd flux foreignkey fork
fortigate fortinet fpga freeipa freshdesk fsck fstab fsx ftp galera gcloud gcp gdb geofence geoip gerrit gif git gitflow github gitlab
gitops gke glacier glusterfs gmail golang gpg gpo gpt gpu gpupdate gradle grafana graphql graylog groupadd grouppolicy grpc grub hadoop
haproxy harbor haskell hba hdd hdparm headset heatmap helm helmfile helpdeskticket heroku hetzner hive hkcu hklm honeypot horizon
hostnamectl hotspot hsrp httpd hubspot huggingface hvac hyper hyperv hypervisor i18n iam icinga ide idrac ifttt iis illustrator ilo imap
inbox influxdb infoblox initramfs innodb instagram intercom intune intunewin invalidate ios ipad iphone ipmi ipsec ipset iptables iscsi
istio istioctl jaeger jamf java javascript jboss jdbc jenkins jest jira joomla jpeg jtag juniper junit jupyter kafka kanban kaniko kdump
keda kerberos kernelmodule kernelparameter keycloak keyspace kibana kinesis knative kotlin kpi kubeflow kustomize kvm lacp lambda
lambdafunction landingpage langchain languagemodel laps latex ldap letsencrypt libvirt licence license linkedin linkerd linode lint linter
lldp llm loadbalancer loadtest localectl localisation localization logicalvolume logstash loki longhorn looker lsblk ltrace lucidchart lun
lvcreate lvextend lvm lxc lxd m365 machinelearning macos magento mailbox mailchimp mailflow mailgun mailing mailinglist malware mariadb
markdown marketo materializedview maven mdadm mdm meeting meetingroom memcached mercurial merge mergerequest messagequeue metallb
metasploit mfa migration mikrotik mkfs mkswap mlflow mobilephone modbus modprobe mongo mongodb mongodump motherboard mp3 mp4 mpls mqtt msi
mssql multipath myisam mysql mysqldump nacl nagios nats neo4j nessus netapp netbox netflix netlify netsuite neural newrelic newsletter
nexus nfs nft nftables nginx nifi nlb nmcli nodepool nomad nosql notion npm nsswitch nsx ntp nutanix nvidia nvme o365 oauth objectstorage
ocr octopus odbc office365 oidc okr okta onedrive onnx openai openapi opensearch openshift openstack opentelemetry openvpn openvz
operatorhub opsgenie oracle ospf osquery ossec outlook outofoffice ova ovf packer paloalto pandoc panel parted passwd patch patchpanel
paypal pbx pdf pentest perf perl pfsense pgbouncer pgdump pgp phabricator phishing phonenumber photo photoshop php physicalvolume pihole
pip pipedrive playwright plc png pnpm podcast poe pop3 portchannel postfix postgres postgresql postmark powerapps powerautomate powerbi
powerdns powerpoint powerquery premiere primarykey profiler prompt protobuf proxmox psql psu pullrequest pulsar pulumi puppet
purchaseorder purge pvcreate pxe pytest python pytorch qcow2 qemu qos qrcode qualys quay questdb questionnaire queue quickbooks quorum
rabbitmq radius raid raidarray rancher ransomware raspberry rds rebase reconciliation redfish redis redshift refactor regedit regex
registry reindex releasenote replication resharding resize2fs resourcegroup restic rethinkdb retro retrospective rook roombooking route53
ruby runbook rust s3 sagemaker salesforce salt saltstack samba saml sap sast sbom scada scala scanner sccm schema scylla securitygroup
selenium selinux semver sendgrid sendmail sentinelone sentry seo serverless servicenow sfp sftp shard sharedmailbox sharepoint
sharepointonline shopify siem sip skaffold sketchup skype slackbot slides slideshow smartcard smartctl smartphone smartsheet smb smime sms
smtp snapshot snowflake sns solr sonarqube spam spanningtree spark spend spf spinnaker splitbrain splunk spotify spotinstance spreadsheet
sprint sql sqlite sqlquery sqlserver sqs squid ssas ssd ssid ssis sso ssrs sssd stacktrace standup statsd statuspage stepfunctions
storageaccount storedprocedure stp strace stripe subscription subtitles subversion supportticket svn swagger swapfile swapon swappiness
swift sysctl sysprep tableau tablespace tapelibrary tc teamcity tekton telegraf telegram tenable tensorflow terragrunt testcase
testcoverage testsuite tftp thanos thinclient thumbnail ticket tidb tiktok tilt timedatectl timescaledb timezone tomcat totp tpu traefik
transceiver transcode travis trello trino trunking turnstile twilio twitter typescript typo3 ubiquiti uefi ufw unittest unity unreal ups
usb userdata usermod userstory vacuum vagrant vagrantfile valgrind varnish vcenter vdi veeam velero vercel verilog vgextend video
videocall virsh virtualbox virtualisation virtualization virus visio visudo vlan vmdk vmotion vmware vmx voip volumegroup vpc vpn vrf vrrp
vsan vsphere vxlan waf wal watermark wazuh webcam webex webhook webinar weblogic webpack websphere whatsapp wifi wifipassword wildfly
wireguard wordpress workday wsus xcode xen xenapp xenserver xfs yarn youtube yubikey yugabyte zabbix zapier zendesk zfs zipkin zoho
zookeeper zoom zpool zscaler
`;
