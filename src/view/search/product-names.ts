/**
 * Names of products, services and technologies. Whoever names one wants exactly that: where no tool of the catalog knows the
 * name, the rest of the request says little. About the world, never about one catalog: a name that a tool knows is a word
 * like any other.
 */
const TEXT = `
aws ec2 s3 rds iam lambda cloudfront cloudwatch dynamodb eks ecs fargate route53 azure aks entra gcp gke bigquery firebase heroku
digitalocean linode hetzner cloudflare fastly akamai vercel netlify openstack openshift rancher nomad consul istio envoy linkerd
hyperv hyper vmware vsphere esxi vcenter proxmox xen kvm qemu virtualbox vagrant citrix
mysql mariadb postgres postgresql mongodb mongo redis memcached cassandra couchbase couchdb oracle mssql sqlserver sqlite
snowflake redshift clickhouse influxdb neo4j elasticsearch elastic opensearch solr kibana logstash splunk graylog loki
kafka rabbitmq activemq nats pulsar sqs sns mqtt celery
jenkins gitlab github bitbucket git svn mercurial circleci travis argocd argo flux tekton teamcity bamboo sonarqube
jira confluence trello asana notion servicenow zendesk salesforce hubspot sap workday opsgenie statuspage
grafana datadog newrelic nagios zabbix icinga sentry dynatrace jaeger zipkin opentelemetry statsd
puppet chef saltstack salt pulumi cloudformation packer helm kustomize
iptables nftables firewalld ufw selinux apparmor fail2ban pfsense fortinet fortigate paloalto checkpoint cisco juniper arista mikrotik
wireguard openvpn ipsec squid haproxy nginx apache traefik caddy iis tomcat jboss wildfly weblogic websphere
exchange outlook sharepoint onedrive teams office365 o365 intune sccm wsus bitlocker defender zoom webex whatsapp telegram discord
gmail dropbox youtube spotify netflix instagram twitter linkedin tiktok ebay paypal stripe
lvm zfs btrfs ceph glusterfs netapp veeam bacula borg restic mdadm raid iscsi nfs samba smb
bluetooth wifi printer usb gpu cuda nvidia android ios iphone ipad macos
excel word powerpoint pdf photoshop wordpress drupal shopify magento
python java javascript typescript rust golang php ruby perl kotlin swift scala haskell npm maven gradle pip conda
tensorflow pytorch jupyter spark hadoop hive flink dbt tableau powerbi looker
okta keycloak saml oauth ldap kerberos radius freeipa
`;

export const PRODUCT_NAMES: ReadonlySet<string> = new Set(TEXT.split(/\s+/).filter((word) => word !== ''));
