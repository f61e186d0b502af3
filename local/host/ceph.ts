/** Ceph as the local object store: one monitor, one OSD on a sparse file, radosgw speaking S3. */

export interface StoreKeys {
  accessKeyId: string
  secretAccessKey: string
}

/** Good for a store that only listens on loopback and lives as long as the stack. */
export const STORE_KEYS: StoreKeys = { accessKeyId: 'local', secretAccessKey: 'local-secret' }

/** Region of the one zone group that a new radosgw has; others are refused on CreateBucket. */
export const STORE_REGION = 'us-east-1'

export const CLUSTER = '11111111-2222-3333-4444-555555555555'

export interface CephPorts {
  monitor: number
  monitorLegacy: number
  store: number
}

/** /etc/ceph/local.conf. */
export const cephConfig = (ports: CephPorts) => `[global]
# cephx is required: without it radosgw hangs while connecting
keyring = /var/lib/ceph-local/keyring
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
fsid = ${CLUSTER}
mon_initial_members = a
mon_host = [v2:127.0.0.1:${ports.monitor},v1:127.0.0.1:${ports.monitorLegacy}]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv4 = true
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
osd_objectstore = bluestore
bluestore_block_size = 8589934592
bluestore_block_create = true
bdev_enable_discard = false
admin_socket = /var/lib/ceph-local/$name.asok
run_dir = /var/lib/ceph-local
pid_file =
log_file = /var/log/ceph/$name.log
log_to_stderr = false
[mon]
mon_data = /var/lib/ceph-local/mon
mon_allow_pool_delete = true
mon_osd_down_out_interval = 0
# a change of a map waits this long for others, 1 s by default: a start makes about ten in a row
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
[osd]
osd_data = /var/lib/ceph-local/osd
osd_memory_target = 1073741824
[client]
rgw_data = /var/lib/ceph-local/rgw
# Without Nagle's algorithm: the head of an answer and its body are two packets, and a small GET took 40 ms.
rgw_frontends = beast endpoint=127.0.0.1:${ports.store} tcp_nodelay=1
rgw_dns_name = localhost
rgw_thread_pool_size = 64
`
