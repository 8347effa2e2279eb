/** Schedules, packages, containers, deployment, monitoring and incidents. How to read a line is said in `synonyms.ts`. */
export const SYNONYMS_OF_WORK = `
schedule timer cron
scheduled scheduler planned >> schedule job
cronjob >> schedule job cron
crontab >> cron
job task
recurring periodic regularly repeat repeating recurrent >> schedule
regular periodically routine > schedule
nightly daily hourly weekly monthly night midnight >> schedule
every weekday weekend morning tonight tomorrow evening later >> schedule
postpone defer delay later > schedule once
once single one-off oneoff > once schedule
oneoff onetime >> once
missed catchup > schedule run
interval frequency > schedule
calendar > schedule timer
oncalendar >> timer calendar
trigger kickoff >> trigger run start
queue batch > job
pipeline dag workflow
backfill rerun > dag run
etl > dag pipeline
package software
rpm deb >> package
program application > package software install
repository repo
install setup
upgrade update patch
hotfix kb >> update patch installed
newest latest > update
downgrade hold pin > package version
version release
build > version
library dependency > package
kubernetes k8s kube
kubectl >> kubernetes
pod pods >> kubernetes pod
namespace ns >> kubernetes namespace
cluster > kubernetes
workload > kubernetes deployment
replica replicaset statefulset daemonset > kubernetes deployment
ingress configmap crd > kubernetes resource
crashloopbackoff imagepullbackoff evicted pending > pod kubernetes status
helm > kubernetes
container docker podman
containerd nerdctl >> container
image layer > container docker
dangling unused > prune remove
compose > container docker
deploy deployment rollout release
ship > deploy release
rollback revert undo
previous > revision rollback
canary bluegreen > deploy rollout
revision history > version rollout
scale replicas > deployment
playbook ansible
orchestrate > ansible hosts
idempotent > ansible configuration
everywhere across many several multiple fleet > hosts
provision >> create infrastructure
iac terraform hcl tfstate tfvars >> terraform infrastructure
infrastructure infra
cloud > infrastructure
drift >> drift plan change
blueprint > plan infrastructure
metric measurement
measure >> measure metric
graph chart trend > metric
series timeseries >> metric time
promql >> prometheus query metric
quantile percentile histogram > metric
sli slo > metric error
monitor observe watch
observability telemetry > monitor metric
track > monitor
alert alarm incident
alarm raise wake >> alert incident
oncall duty pager rota >> oncall incident page
outage sev1 sev2 p1 emergency >> incident
escalate escalation >> incident
acknowledge ack
resolve close > incident
notify notification message
inform announce tell post broadcast >> notify message
chat channel room > message
ping > notify
team colleague > channel
send >> send message
statuspage > incident
environment stage staging production prod > deployment
wait until > status
approve approval > request
pvc pv hpa networkpolicy > kubernetes resource
p50 p90 p95 p99 > metric latency
become adhoc role facts > ansible playbook
xcom sensor operator > dag airflow
msi msix appx >> package install
push apply roll > deploy configuration
lead teammates > team channel
preview dryrun whatif simulate >> plan check
puton getonto > install
wakeup > alert incident page
note headsup > message notify
rate > metric
rerun retry again > run
fleetwide massive > hosts
outdated > update upgrade
newer > version update
takeback >> rollback
graphs gauge > metric
`;
